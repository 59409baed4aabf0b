internal import CLua

/// The values of one interpreter or coroutine, by index. All accesses are raw: no metamethod runs,
/// and nothing here can raise while the memory limit is disarmed, as it is whenever Swift runs.
@safe struct LuaStack {
    let state: OpaquePointer

    init(_ state: OpaquePointer) {
        unsafe self.state = state
    }

    @inline(__always) var top: CInt { unsafe lua_gettop(state) }

    func setTop(_ top: CInt) { unsafe lua_settop(state, top) }

    @inline(__always) func type(_ index: CInt) -> CInt { unsafe lua_type(state, index) }

    /// Makes room for `count` values. What Swift pushes has room: `osvc_call` makes `OSVC_ROOM` slots,
    /// or raises, before it calls Swift, which pushes five for each level of a table; other stacks
    /// are nearly empty. What a script leaves there may fill it: see `tryReserve`.
    func reserve(_ count: Int) {
        precondition(hasRoom(count), "no room on the Lua stack")
    }

    func hasRoom(_ count: Int) -> Bool {
        unsafe lua_checkstack(state, CInt(clamping: count)) != 0
    }

    /// Makes room on a stack that a script may have filled; throws when it is full.
    func tryReserve(_ count: Int) throws(LuaError) {
        guard hasRoom(count) else { throw LuaError(.lua, "stack overflow", at: caller) }
    }

    /// The name of the type as Lua gives it.
    func typeName(_ index: CInt) -> String {
        unsafe String(cString: lua_typename(state, lua_type(state, index)))
    }

    /// The bytes of the string at `index`, which must be one: a number would be changed in place.
    func bytes(_ index: CInt) -> [UInt8] {
        precondition(type(index) == LUA_TSTRING, "whoever asks has looked at the type")
        var length = 0
        guard let start = unsafe lua_tolstring(state, index, &length) else { return [] }
        let raw = unsafe UnsafeRawBufferPointer(start: start, count: length)
        return unsafe Array(raw)
    }

    /// Of the string at `index`.
    func length(_ index: CInt) -> Int { Int(clamping: unsafe lua_rawlen(state, index)) }

    /// [-0, +1]
    func push(bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { raw in
            _ = unsafe lua_pushlstring(state, raw.baseAddress, raw.count)
        }
    }

    /// [-0, +1]
    func push(text: String) {
        var text = text
        text.withUTF8 { raw in
            _ = unsafe lua_pushlstring(state, raw.baseAddress, raw.count)
        }
    }

    /// [-0, +1]
    func push(_ reference: LuaReference) {
        _ = unsafe lua_rawgeti(state, osvc_registry(), lua_Integer(reference.slot))
    }

    /// The position of the script's code that runs now; nil from outside any.
    var caller: LuaPosition? {
        var frame = unsafe lua_Debug()
        guard unsafe osvc_caller(state, &frame) != 0 else { return nil }
        let file = unsafe String(cString: osvc_file_of(frame.source))
        return unsafe LuaPosition(file: file, line: Int(frame.currentline))
    }
}
