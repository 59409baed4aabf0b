/// One name that scripts know, for the manual and `osvc doc`.
public struct LuaReferenceEntry: Sendable, Equatable {
    public struct Option: Sendable, Equatable {
        public var name: String
        public var summary: String
        public var isRequired: Bool
    }

    /// `launcher`, `check.tcp`; of methods and fields the part after `ctx`.
    public var name: String
    /// As it is written after the name: `{ host=, port= }`.
    public var arguments: String
    /// One sentence.
    public var summary: String
    /// Where it may be used.
    public var allowed: String
    /// Whether other functions run meanwhile, and it may be ended by a time limit or a signal.
    public var waits: Bool
    /// The fields of the table it takes; empty: none, or free ones.
    public var options: [Option]
}

/// Everything scripts may say, from the same lists that register it.
public enum LuaReferenceTable {
    /// The members of the module `osvc.v1`, but for the constructors of resources, which the keywords
    /// of the drivers describe.
    public static let module: [LuaReferenceEntry] = ModuleFunction.all.map { function in
        LuaReferenceEntry(
            name: function.name,
            arguments: function.arguments,
            summary: function.summary,
            allowed: "load",
            waits: false,
            options: function.options.flatMap(entries)
        )
    }

    /// The methods of `ctx` and `ev`.
    public static let context: [LuaReferenceEntry] =
        ContextMethod.all.map { method in
            LuaReferenceEntry(
                name: method.name,
                arguments: method.arguments,
                summary: method.summary,
                allowed: method.rule.text,
                waits: method.waits,
                options: method.options.map(entries) ?? []
            )
        }
        + StateStore.reference.map { member in
            LuaReferenceEntry(
                name: member.name,
                arguments: member.arguments,
                summary: member.summary,
                allowed: member.name == "state.set"
                    ? ContextMethod.Rule.changing.text : ContextMethod.Rule.anywhere.text,
                waits: false,
                options: []
            )
        }

    /// The fields of `ctx` and `ev`.
    public static let fields: [LuaReferenceEntry] = ContextField.all.map { field in
        LuaReferenceEntry(
            name: field.name,
            arguments: "",
            summary: field.summary,
            allowed: ContextMethod.Rule.anywhere.text,
            waits: false,
            options: []
        )
    }

    /// The entry of a name, wherever it belongs; `ctx:` and `osvc.` in front of it are not needed.
    public static func entry(_ name: String) -> LuaReferenceEntry? {
        let plain =
            ["osvc.", "ctx:", "ctx.", "ev:", "ev."].first { name.hasPrefix($0) }
            .map { String(name.dropFirst($0.count)) } ?? name
        return (module + context + fields).first { $0.name == plain }
    }

    private static func entries(_ schema: OptionSchema) -> [LuaReferenceEntry.Option] {
        schema.options.map {
            LuaReferenceEntry.Option(
                name: $0.name,
                summary: $0.summary,
                isRequired: $0.isRequired
            )
        }
    }
}

extension ContextMethod.Rule {
    /// For the manual.
    var text: String {
        switch self {
        case .anywhere: "everywhere"
        case .changing: "start, stop, hooks, triggers; noted in a plan"
        case .starting: "start"
        case .beforeHooks: "hooks of .pre"
        }
    }
}
