/// One name that scripts know, for the manual and `osvc doc`.
public struct LuaReferenceEntry: Sendable, Equatable {
    /// One field of the table that a function takes.
    public struct Option: Sendable, Equatable {
        /// The name of the field; `limits.tasks` is a field of a table in it.
        public var name: String
        /// What the field sets, for the manual.
        public var summary: String
        /// Whether the table must have the field.
        public var isRequired: Bool
    }

    /// The name: `launcher`, `check.tcp`; for methods and fields the part after `ctx`.
    public var name: String
    /// The arguments as they are written after the name: `{ host=, port= }`.
    public var arguments: String
    /// One sentence about its effect.
    public var summary: String
    /// Where it may be used, in the words of the manual.
    public var allowed: String
    /// Whether it waits: other functions run meanwhile, and a time limit or signal may end it.
    public var waits: Bool
    /// The fields of the table that it takes; empty: none, or any.
    public var options: [Option]
}

/// All names that scripts may use, from the same lists that register them.
public enum LuaReferenceTable {
    /// The members of the module `osvc.v1`, except the constructors of resources, which the keywords of the
    /// drivers describe.
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

    /// The entry of a name, with or without `osvc.`, `ctx:` or `ev:` before it; nil: there is none.
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
    /// The text for the manual.
    var text: String {
        switch self {
        case .anywhere: "everywhere"
        case .changing: "start, stop, hooks, triggers; noted in a plan"
        case .starting: "start"
        case .beforeHooks: "hooks of .pre"
        }
    }
}
