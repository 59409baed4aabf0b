internal import CLua

extension LuaStack {
    /// Pushes a value; 4 slots per level of its tables. [-0, +1]
    func push(_ value: LuaValue) {
        switch value {
        case .nil: unsafe lua_pushnil(state)
        case .boolean(let value): unsafe lua_pushboolean(state, value ? 1 : 0)
        case .integer(let value): unsafe lua_pushinteger(state, lua_Integer(value))
        case .number(let value): unsafe lua_pushnumber(state, value)
        case .string(let bytes): push(bytes: bytes)
        case .function(let reference), .opaque(let reference): push(reference)
        case .object(let object): push(object.reference)
        case .table(let table): push(table)
        }
    }

    /// Pushes each in turn, making room first. [-0, +n]
    func push(_ values: [LuaValue]) {
        reserve(values.count + 4)
        for value in values { push(value) }
    }

    private func push(_ table: LuaTable) {
        reserve(5)
        let size = CInt(clamping: table.list.count)
        unsafe lua_createtable(state, size, CInt(clamping: table.fields.count))
        for (index, value) in table.list.enumerated() {
            push(value)
            unsafe lua_rawseti(state, -2, lua_Integer(index + 1))
        }
        for field in table.fields {
            push(text: field.name)
            push(field.value)
            unsafe lua_rawset(state, -3)
        }
        for other in table.others {
            push(other.key)
            push(other.value)
            unsafe lua_rawset(state, -3)
        }
    }
}
