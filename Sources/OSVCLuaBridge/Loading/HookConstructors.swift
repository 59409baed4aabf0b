internal import OSVCEngine
internal import OrderedCollections

extension ModuleFunction {
    private static let moments =
        "The moment: "
        + HookEvent.allCases.filter { !$0.isLater }.map(\.rawValue).joined(separator: ", ") + "."

    private static let hookSchema = OptionSchema([
        Option("on", .choice(HookEvent.allCases.map(\.rawValue)), required: true, moments),
        Option("resource", .text, "The resources it is for, as vg#*; all of them unless given."),
        Option("order", .integer(0...9999), "Hooks of one moment run in this order; 500."),
        Option("timeout", .duration, "How long it may take; 60s."),
        Option("on_error", .choice(["abort", "warn"]), "abort before, warn after what happens."),
        Option("run", .function, required: true, "function(ev)."),
    ])

    private static let hooksSchema = OptionSchema(
        [Option("match", .any, "The services it is for: { field = value or list of values }.")],
        list: .values
    )

    static let hook = ModuleFunction(
        "hook",
        "\"id\" { on=, resource=, order=500, timeout=\"60s\", on_error=, run=function(ev) end }",
        "A function for a moment of an action; goes into a service or into hooks {}.",
        options: [hookSchema]
    ) { loading in
        loading.constructor("hook", needsID: true) { [unowned loading] id, table, place in
            let draft = hook(id ?? "", table, place, loading)
            return loading.object(loading.types.hook, draft, label: id)
        }
    }

    static let hooks = ModuleFunction(
        "hooks",
        "\"name\" { match={field=value or list}, hook… }",
        "What a file of site.d returns: hooks for every service that matches.",
        options: [hooksSchema]
    ) { loading in
        loading.constructor("hooks", needsID: true) { [unowned loading] id, table, place in
            let draft = hooks(id ?? "", table, place, loading)
            return loading.object(loading.types.hooks, draft, label: id)
        }
    }

    @EngineActor
    private static func hook(
        _ id: String,
        _ table: LuaTable,
        _ place: WrittenTable,
        _ loading: Loading
    ) -> HookDraft? {
        var problems: [FieldProblem] = []
        let options = Options(table, hookSchema, problems: &problems)
        loading.report(problems, of: id, in: place)
        guard let function = options.function("run"),
            let event = options.text("on").flatMap(HookEvent.init)
        else { return nil }
        if event.isLater {
            let what = "hook event '\(event.rawValue)'"
            let error = ConfigurationError.notYet(owner: id, what: what, at: place.position)
            loading.report(error.message, at: place.position(of: "on"))
        }
        if options.has("resource"), !event.isAboutResources {
            loading.report(
                "\(id): field 'resource': '\(event.rawValue)' is not about a resource",
                at: place.position(of: "resource")
            )
        }
        return HookDraft(
            id: id,
            event: event,
            resourcePattern: options.text("resource"),
            order: options.integer("order") ?? 500,
            limit: options.duration("timeout") ?? .seconds(60),
            onError: options.text("on_error").flatMap(Hook.OnError.init)
                ?? (event.mayRefuse ? .abort : .warn),
            script: loading.keep(function, near: place)
        )
    }

    @EngineActor
    private static func hooks(
        _ name: String,
        _ table: LuaTable,
        _ place: WrittenTable,
        _ loading: Loading
    ) -> HooksDraft {
        var problems: [FieldProblem] = []
        let options = Options(table, hooksSchema, problems: &problems)
        let match = options.any("match").map { HookMatch.read($0, problems: &problems) } ?? [:]
        loading.report(problems, of: name, in: place)
        var hooks: [HookDraft] = []
        for (index, value) in options.list.enumerated() {
            guard case .object(let object) = value,
                let hook = object.payload as? Boxed<HookDraft?>
            else {
                loading.report(
                    "\(name): [\(index + 1)]: a hook expected, got \(value.typeName)",
                    at: place.position(of: [.place(index + 1)])
                )
                continue
            }
            if let hook = hook.value { hooks.append(hook) }
        }
        return HooksDraft(name: name, match: match, hooks: hooks)
    }
}

extension HookEvent {
    /// Whether the event concerns one resource and not the whole service.
    var isAboutResources: Bool { rawValue.hasPrefix("resource.") || self == .statusChanged }
}

/// The services to which a file of hooks applies: each named field must have one of the values.
enum HookMatch {
    private static let fields = ["name"] + CommonKeywords.service.map(\.name)

    static func read(
        _ value: LuaValue,
        problems: inout [FieldProblem]
    ) -> [String: [String]] {
        guard case .table(let table) = value, table.list.isEmpty, table.others.isEmpty else {
            let text = "a table of fields expected, got \(value.typeName)"
            problems.append(FieldProblem([.field("match")], text))
            return [:]
        }
        var match: [String: [String]] = [:]
        for field in table.fields {
            guard fields.contains(field.name) else {
                let unknown = Options.unknown(field.name, fields)
                problems.append(unknown.below(.field("match")))
                continue
            }
            do throws(ValueProblem) {
                match[field.name] = try values(field.value, field.name)
            } catch {
                let path: [FieldProblem.Step] = [.field("match"), .field(field.name)]
                problems.append(FieldProblem(path, error.text))
            }
        }
        return match
    }

    /// Reads one value or a list; each must be one that the field can have.
    private static func values(
        _ value: LuaValue,
        _ field: String
    ) throws(ValueProblem) -> [String] {
        var list = [value]
        if case .table(let table) = value {
            try ValueReader.checkIsList(table)
            list = table.list
        }
        let kind = CommonKeywords.service.first { $0.name == field }?.kind ?? .string
        var texts: [String] = []
        for value in list {
            if case .list = kind {
                texts.append(try ValueReader.text(value))
            } else {
                texts.append(try ValueReader.setting(value, as: kind).text)
            }
        }
        return texts
    }

    /// Whether the hooks apply to a service. A field that differs between nodes counts with each of its values.
    static func holds(_ match: [String: [String]], for service: ServiceDefinition) -> Bool {
        match.allSatisfy { field, wanted in
            values(of: field, in: service).contains { wanted.contains($0) }
        }
    }

    private static func values(of field: String, in service: ServiceDefinition) -> [String] {
        if field == "name" { return [service.name] }
        let written = service.settings[field]?.entries.values.map(\.value) ?? []
        let fallback = CommonKeywords.service.first { $0.name == field }?.defaultValue
        let values = written.isEmpty ? [fallback].compactMap(\.self) : Array(written)
        return values.flatMap { value in
            if case .list(let words) = value { words } else { [value.text] }
        }
    }
}
