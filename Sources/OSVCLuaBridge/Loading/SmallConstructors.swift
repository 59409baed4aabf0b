internal import OSVCEngine

extension ModuleFunction {
    static let perNode = ModuleFunction(
        "per_node",
        "{ value, node=value, nodes=, drpnodes=, encapnodes= }",
        "One field's values for at most \(Keyword.mostNodes) different nodes; the first is for all others."
    ) { loading in
        let function = loading.state.makeFunction { [unowned loading] call throws(LuaError) in
            let place = loading.written(call)
            let table = try call.table(1, "per_node")
            try table.checkHoles("per_node")
            guard table.list.count <= 1 else {
                throw LuaError(.type, "per_node: one value for all other nodes, not more")
            }
            guard table.fields.count <= Keyword.mostNodes + 3 else {
                let text = "per_node: more than \(Keyword.mostNodes) nodes are not supported"
                throw LuaError(.type, text)
            }
            var entries = table.fields.map { field in
                ScopedDraft.Entry(
                    scope: Scope(word: field.name),
                    value: field.value,
                    position: place.position
                )
            }
            if let value = table.list.first {
                entries.append(
                    ScopedDraft.Entry(
                        scope: .everywhere,
                        value: value,
                        position: place.position
                    )
                )
            }
            guard !entries.isEmpty else { throw LuaError(.type, "per_node: has no value") }
            for entry in entries {
                guard let name = entry.value.objectInside else { continue }
                throw LuaError(.type, "per_node: a field's value expected, got \(name)")
            }
            return .value(loading.object(loading.types.scoped, ScopedDraft(entries: entries)))
        }
        return .function(function)
    }

    static let window = ModuleFunction(
        "window",
        "\"Mon-Fri 22:00-06:00, Sat-Sun 00:00-24:00\"",
        "Times of the week in local time, at most \(ChangeWindow.mostParts) parts; window:contains(time) asks."
    ) { loading in
        let function = loading.state.makeFunction { [unowned loading] call throws(LuaError) in
            let text = try call.text(1, "window")
            let window = try ValueReader.wrap("window", .text(text)) { _ throws(ValueProblem) in
                try ChangeWindow(text)
            }
            return .value(loading.object(loading.types.window, window, label: text))
        }
        return .function(function)
    }

    static let version = ModuleFunction(
        "version",
        "",
        "The version of osvc, as text."
    ) { _ in .text(osvcVersion) }

    static let requireVersion = ModuleFunction(
        "require_version",
        "\"1.3\"",
        "Ends the load when osvc is older."
    ) { loading in
        let function = loading.state.makeFunction { call throws(LuaError) in
            let wanted = try call.text(1, "require_version")
            let numbers = wanted.split(separator: ".", omittingEmptySubsequences: false)
                .map { Int($0) }
            guard !numbers.contains(nil) else {
                throw LuaError(.type, "require_version: '\(wanted)' is not a version such as 1.3")
            }
            let own = osvcVersion.split(separator: ".").map { Int($0) ?? 0 }
            if own.lexicographicallyPrecedes(numbers.compactMap(\.self)) {
                throw LuaError(.lua, "this needs osvc \(wanted), and this is \(osvcVersion)")
            }
            return .none
        }
        return .function(function)
    }
}
