internal import OSVCEngine
internal import OrderedCollections

/// `ctx.state`: the data that a service's scripts keep on this node from one action to the next.
///
/// One JSON object in `<root>/var/<service>/state.json`, at most 64 KiB, replaced as a whole at each change.
@EngineActor
struct StateStore {
    nonisolated static let sizeLimit = 64 * 1024

    let context: CallContext

    private var directory: String {
        Layout(root: context.call.service.root).state(of: context.call.service.name)
    }
    private var path: String { "\(directory)/state.json" }

    func get(_ key: String) throws(LuaError) -> LuaValue {
        try read()[key].map(LuaValue.init) ?? .nil
    }

    /// Nil removes the key.
    func set(_ key: String, _ value: LuaValue) throws(LuaError) {
        var all = try read()
        guard value.textBytes + key.utf8.count <= Self.sizeLimit else {
            throw LuaError(.lua, "state.set: more than \(Self.sizeLimit) bytes")
        }
        all[key] = value.isNil ? nil : try JSONValue(value, "state.set")
        let bytes = Array((JSONValue.object(all).prettyText + "\n").utf8)
        guard bytes.count <= Self.sizeLimit else {
            throw LuaError(.lua, "state.set: more than \(Self.sizeLimit) bytes")
        }
        let host = try context.host
        try ContextMethod.asked("state.set") { () throws(HostError) in
            try host.makeDirectory(directory)
            try host.writeFile(path, bytes, mode: 0o600)
        }
    }

    private func read() throws(LuaError) -> OrderedDictionary<String, JSONValue> {
        let host = try context.host
        let bytes = try ContextMethod.asked("state") { () throws(HostError) in
            try host.readOwnFile(path, limit: Self.sizeLimit)
        }
        guard let bytes else { return [:] }
        do throws(JSONError) {
            guard case .object(let members) = try JSONValue(parsing: bytes) else {
                throw JSONError(line: 1, column: 1, problem: "an object is expected")
            }
            return members
        } catch {
            throw LuaError(.lua, "state: \(path): \(error)")
        }
    }

    // MARK: For scripts

    /// `ctx.state.get(key)`, also with a colon.
    nonisolated static let reference: [(name: String, arguments: String, summary: String)] = [
        ("state.get", "(key)", "The value kept under the key; nil if there is none."),
        (
            "state.set", "(key, value)",
            "Keeps text, numbers, booleans and tables of them, on this node; nil forgets the key."
        ),
    ]

    /// Makes `get` and `set` for one context, so that they need no colon.
    static func members(_ context: CallContext, _ state: LuaState) -> [String: LuaValue] {
        let get = state.makeFunction { call throws(LuaError) in
            let first = try firstArgument(call)
            return .value(try checked(context).get(try call.text(first, "state.get")))
        }
        let set = state.makeFunction { call throws(LuaError) in
            let first = try firstArgument(call)
            let store = try checked(context)
            let key = try call.text(first, "state.set")
            guard context.phase != .status else {
                throw LuaError(.lua, "state.set: nothing may be changed in a status")
            }
            if context.isPlanning {
                context.plan("state.set \(key)", at: call.position)
            } else {
                try store.set(key, try call.value(first + 1))
            }
            return .none
        }
        return ["get": .function(get), "set": .function(set)]
    }

    private static func checked(_ context: CallContext) throws(LuaError) -> StateStore {
        guard !context.isOver else {
            throw LuaError(.lua, "state: the call that this ctx belongs to is over")
        }
        return StateStore(context: context)
    }

    private static func firstArgument(_ call: LuaCall) throws(LuaError) -> Int {
        if case .object = try call.value(1) { 2 } else { 1 }
    }
}

extension LuaValue {
    /// The bytes of the strings that this value is or contains.
    fileprivate var textBytes: Int {
        switch self {
        case .string(let bytes): bytes.count
        case .table(let table):
            table.list.reduce(0) { $0 + $1.textBytes }
                + table.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.textBytes }
        default: 0
        }
    }

    /// A JSON null is nil: in a table it is absent.
    init(_ value: JSONValue) {
        switch value {
        case .null: self = .nil
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let number): self = .integer(number)
        case .number(let number): self = .number(number)
        case .string(let text): self = .text(text)
        case .array(let elements):
            self = .table(LuaTable(list: elements.map { LuaValue($0) }))
        case .object(let members):
            let fields = members.map { ($0.key, LuaValue($0.value)) }
            self = .table(LuaTable(fields: Dictionary(fields) { $1 }))
        }
    }
}

extension JSONValue {
    /// A Lua value as JSON. A table is a list or has names, not both; an empty one is an object.
    init(_ value: LuaValue, _ what: String) throws(LuaError) {
        switch value {
        case .nil: self = .null
        case .boolean(let flag): self = .boolean(flag)
        case .integer(let number): self = .integer(number)
        case .number: self = .number(try value.number(what))
        case .string: self = .string(try value.text(what))
        case .table(let table): self = try JSONValue(table, what)
        case .function, .object, .opaque: throw value.mismatch(what, "a value that can be kept")
        }
    }

    private init(_ table: LuaTable, _ what: String) throws(LuaError) {
        try table.checkHoles(what)
        guard table.fields.isEmpty || table.list.isEmpty else {
            throw LuaError(.type, "\(what): a table is either a list or has names")
        }
        if table.list.isEmpty {
            var members: OrderedDictionary<String, JSONValue> = [:]
            for field in table.fields {
                members[field.name] = try JSONValue(field.value, "\(what).\(field.name)")
            }
            self = .object(members)
        } else {
            var elements: [JSONValue] = []
            for (index, value) in table.list.enumerated() {
                elements.append(try JSONValue(value, "\(what)[\(index + 1)]"))
            }
            self = .array(elements)
        }
    }
}
