internal import OSVCEngine

/// One member of the module `osvc.v1`: its entry in the reference, and how it is made. Both the module
/// and the reference are made from the lists of these, so that they agree.
struct ModuleFunction: Sendable {
    /// With a dot for a member of a table: `check.tcp`.
    var name: String
    var arguments: String
    var summary: String
    var options: [OptionSchema]
    var make: @EngineActor @Sendable (Loading) -> LuaValue

    init(
        _ name: String,
        _ arguments: String,
        _ summary: String,
        options: [OptionSchema] = [],
        make: @escaping @EngineActor @Sendable (Loading) -> LuaValue
    ) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        self.options = options
        self.make = make
    }

    /// All members except the constructors of resources, which are made from the drivers.
    static let all: [ModuleFunction] =
        [service, launcher, daemon, perNode, hooks, hook] + checks + [
            window, version, requireVersion,
        ]

    /// Names of the language's design that this release does not have; they are refused by name.
    static let later: Set<String> = ["resource_type", "t"]
    static let laterModules: Set<String> = ["osvc.test.v1", "osvc.test"]

    /// The module as scripts get it from `require "osvc.v1"`.
    @EngineActor
    static func module(_ loading: Loading) -> LuaValue {
        var members: [String: LuaValue] = [:]
        var tables: [String: [String: LuaValue]] = [:]
        for function in all {
            let parts = function.name.split(separator: ".").map(String.init)
            if parts.count == 2 {
                tables[parts[0], default: [:]][parts[1]] = function.make(loading)
            } else {
                members[function.name] = function.make(loading)
            }
        }
        for (name, table) in tables {
            members[name] = loading.state.makeModule("osvc.\(name)", table)
        }
        for section in loading.registry.sections {
            members[section] = ResourceConstructor.make(section, loading)
        }
        for section in CommonKeywords.sectionsLater where members[section] == nil {
            members[section] = ResourceConstructor.makeRefusing(section, loading)
        }
        return open(members, loading)
    }

    /// Unlike a plain module this one reports some names as not supported yet.
    @EngineActor
    private static func open(_ members: [String: LuaValue], _ loading: Loading) -> LuaValue {
        let names = Array(members.keys)
        let index = loading.state.makeFunction { call throws(LuaError) in
            let name = try call.text(2, "osvc")
            guard later.contains(name) else {
                let hint = nearest(to: name, in: names).map { " (did you mean '\($0)'?)" }
                throw LuaError(.lua, "osvc has no '\(name)'\(hint ?? "")")
            }
            throw LuaError(.lua, "osvc.\(name) is not supported by this release")
        }
        let type = loading.state.makeClass(LuaClassDefinition(name: "osvc", index: index))
        let module = loading.state.makeObject(
            type,
            Boxed("osvc.v1"),
            label: "osvc.v1",
            fields: members
        )
        return .object(module)
    }
}

extension Loading {
    /// A constructor `name "id" { … }`, or `name { … }` when the id may be left out.
    ///
    /// `build` gets the id and the table; what it returns is what the script gets.
    func constructor(
        _ name: String,
        needsID: Bool,
        build:
            @escaping @EngineActor (String?, LuaTable, WrittenTable) throws(LuaError) ->
            LuaValue
    ) -> LuaValue {
        let whole = state.makeFunction { [unowned self] call throws(LuaError) in
            guard unsafe call.state.phase == .load else {
                throw LuaError(.lua, "osvc.\(name) is for the file, not for its functions")
            }
            switch try call.value(1) {
            case .table(let table) where !needsID:
                return .value(try build(nil, table, written(call)))
            case .string:
                let id = try call.text(1, name)
                try Self.checkID(id, of: name)
                let rest = unsafe call.state.makeFunction { [unowned self] call throws(LuaError) in
                    let table = try call.table(1, "\(name) \"\(id)\"")
                    return .value(try build(id, table, written(call)))
                }
                return .value(.function(rest))
            case let value:
                let wanted = needsID ? "a name" : "an id or a table"
                throw LuaError(.type, "\(name): \(wanted) expected, got \(value.typeName)")
            }
        }
        return .function(whole)
    }

    /// Throws for invalid ids and names: they become parts of file names and command lines.
    private static func checkID(_ id: String, of name: String) throws(LuaError) {
        if let problem = problem(withID: id) { throw LuaError(.type, "\(name): \(problem)") }
    }

    /// Why a text is not a valid id or name; nil: it is valid.
    nonisolated static func problem(withID id: String) -> String? {
        guard !id.isEmpty, id.utf8.count <= 200, !id.hasPrefix(".") else {
            return "'\(id)' is not a name"
        }
        let bad = id.first { $0.isWhitespace || $0 == "/" || $0 == "#" || $0 == "," || $0 < " " }
        return bad.map { "'\(id)' must not hold '\($0)'" }
    }
}
