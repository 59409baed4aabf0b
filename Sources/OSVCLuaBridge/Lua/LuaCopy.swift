internal import CLua

/// Copies values out of one call; the total size of all its tables is limited.
struct LuaCopy {
    private let state: LuaState
    private let stack: LuaStack
    private var nodes = 0
    private var bytes = 0
    /// The tables that contain the one being read.
    private var path: [Int] = []

    init(_ state: LuaState, _ stack: LuaStack) {
        self.state = state
        self.stack = stack
    }

    /// Copies the value at `index`, an absolute one; 5 slots per level, the stack left as it was.
    ///
    /// Throws `.type` for what is too deep, too large, holds itself, or cannot be copied.
    mutating func value(at index: CInt) throws(LuaError) -> LuaValue {
        nodes += 1
        guard nodes <= state.limits.nodes else {
            throw LuaError(.type, "more than \(state.limits.nodes) values")
        }
        switch stack.type(index) {
        case LUA_TNIL, LUA_TNONE: return .nil
        case LUA_TBOOLEAN: return .boolean(unsafe lua_toboolean(stack.state, index) != 0)
        case LUA_TNUMBER: return number(at: index)
        case LUA_TSTRING: return .string(try string(at: index))
        case LUA_TTABLE: return .table(try table(at: index))
        case LUA_TFUNCTION:
            try stack.tryReserve(2)
            return .function(state.reference(stack, index))
        default: return try userdata(at: index)
        }
    }

    /// All strings of one call together are limited: a table may hold one of 10 MB a thousand times.
    private mutating func string(at index: CInt) throws(LuaError) -> [UInt8] {
        bytes += stack.length(index)
        guard bytes <= state.limits.text else {
            throw LuaError(.type, "more than \(state.limits.text) bytes of text in one call")
        }
        return stack.bytes(index)
    }

    /// The approximate size of the copies in bytes.
    var weight: Int { bytes + nodes * MemoryLayout<LuaTable.Field>.stride }

    private func number(at index: CInt) -> LuaValue {
        guard unsafe lua_isinteger(stack.state, index) == 0 else {
            return .integer(Int(unsafe lua_tointegerx(stack.state, index, nil)))
        }
        return .number(unsafe lua_tonumberx(stack.state, index, nil))
    }

    private mutating func userdata(at index: CInt) throws(LuaError) -> LuaValue {
        try stack.tryReserve(3)
        if let object = state.object(stack, index) { return .object(object) }
        guard unsafe osvc_test_error(stack.state, index) != nil else {
            throw LuaError(.type, "a \(stack.typeName(index)) cannot be passed")
        }
        _ = unsafe lua_getiuservalue(stack.state, index, 1)
        defer { stack.setTop(stack.top - 1) }
        return .table(try table(at: stack.top))
    }

    private mutating func table(at index: CInt) throws(LuaError) -> LuaTable {
        let top = stack.top
        defer { stack.setTop(top) }
        guard path.count < state.limits.depth else {
            throw LuaError(.type, "a table more than \(state.limits.depth) levels deep")
        }
        try stack.tryReserve(5)
        unsafe lua_pushvalue(stack.state, index)
        let table = top + 1
        guard unsafe osvc_look_through(stack.state, table) != CInt(OSVC_COMPUTED) else {
            throw LuaError(.type, "a table with __index cannot be copied: pass a plain one")
        }
        let identity = unsafe Int(bitPattern: lua_topointer(stack.state, table))
        guard !path.contains(identity) else { throw LuaError(.type, "a table that holds itself") }
        path.append(identity)
        defer { path.removeLast() }
        return try entries(of: table)
    }

    private mutating func entries(of table: CInt) throws(LuaError) -> LuaTable {
        var entries = LuaTable()
        var integers: [(Int, LuaValue)] = []
        unsafe lua_pushnil(stack.state)
        while unsafe lua_next(stack.state, table) != 0 {
            let value = try value(at: stack.top)
            switch try key(at: stack.top - 1) {
            case .integer(let index): integers.append((index, value))
            case let key: entries.add(key, value)
            }
            stack.setTop(stack.top - 1)
        }
        integers.sort { $0.0 < $1.0 }
        entries.finish(integers: integers)
        try entries.checkNames()
        return entries
    }

    private mutating func key(at index: CInt) throws(LuaError) -> LuaValue {
        switch stack.type(index) {
        case LUA_TNUMBER: return number(at: index)
        case LUA_TSTRING: return .string(try string(at: index))
        case LUA_TBOOLEAN: return .boolean(unsafe lua_toboolean(stack.state, index) != 0)
        default: throw LuaError(.type, "a \(stack.typeName(index)) cannot be a key here")
        }
    }
}

extension LuaTable {
    fileprivate mutating func add(_ key: LuaValue, _ value: LuaValue) {
        guard case .string(let bytes) = key, !bytes.contains(0),
            let name = String(validating: bytes, as: UTF8.self)
        else {
            others.append(Other(key: key, value: value))
            return
        }
        fields.append(Field(name: name, value: value))
    }

    fileprivate mutating func finish(integers: [(Int, LuaValue)]) {
        var beyond: [Other] = []
        for (index, value) in integers {
            if index == list.count + 1 {
                list.append(value)
            } else {
                beyond.append(Other(key: .integer(index), value: value))
            }
        }
        others = beyond + others
        fields.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Throws for two names that Swift takes for one text: of two fields one would be lost.
    fileprivate func checkNames() throws(LuaError) {
        // Two ASCII texts are never the same unless their bytes are.
        guard fields.contains(where: { !$0.name.utf8.allSatisfy { $0 < 0x80 } }) else { return }
        var seen: Set<String> = []
        for field in fields where !seen.insert(field.name).inserted {
            let other = seen.first { $0 == field.name } ?? ""
            throw LuaError(
                .type,
                "the keys '\(other)' and '\(field.name)' are one text in two spellings"
            )
        }
    }
}
