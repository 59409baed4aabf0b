internal import CLua

extension LuaState {
    /// The position at which a function is written: the line of its `function`; nil for functions that are not Lua's.
    func definition(of function: LuaReference) -> LuaPosition? {
        check(function)
        main.reserve(2)
        main.push(function)
        guard main.type(-1) == LUA_TFUNCTION else {
            main.setTop(main.top - 1)
            return nil
        }
        var frame = unsafe lua_Debug()
        // With ">" the function is taken from the stack.
        guard unsafe lua_getinfo(main.state, ">S", &frame) != 0, unsafe frame.linedefined > 0 else {
            return nil
        }
        let file = unsafe String(cString: osvc_file_of(frame.source))
        return unsafe LuaPosition(file: file, line: Int(frame.linedefined))
    }
}
