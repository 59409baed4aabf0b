internal import CLua

/// Reads files, and calls functions while nothing may wait.
extension LuaState {
    /// Compiles a file's text; `chunk` is its name in messages. Nothing runs yet.
    func load(_ source: [UInt8], chunk: String) throws(LuaError) -> LuaReference {
        try checkSource(source, chunk)
        return try load(source, named: "@" + chunk)
    }

    /// `name` with Lua's mark in front: `@` for a file, `=` for another text.
    func load(_ source: [UInt8], named name: String) throws(LuaError) -> LuaReference {
        main.reserve(6)
        let status = running {
            unsafe source.withUnsafeBufferPointer { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                    guard let start = text.baseAddress else {
                        return unsafe osvc_load(main.state, "", 0, name)
                    }
                    return unsafe osvc_load(main.state, start, text.count, name)
                }
            }
        }
        if status == LUA_OK { return popReference(main) }
        guard main.type(-1) == LUA_TSTRING else {
            unsafe osvc_wrap(main.state)
            throw main.popError(self)
        }
        let text = String(decoding: main.bytes(-1), as: UTF8.self)
        unsafe osvc_pop(main.state, 1)
        throw LuaError(syntax: text, file: String(name.dropFirst()))
    }

    /// Throws for bytes that are not the text of a script.
    func checkSource(_ source: [UInt8], _ chunk: String) throws(LuaError) {
        let start = LuaPosition(file: chunk, line: 1)
        guard source.count <= limits.source else {
            throw LuaError(.syntax, "larger than \(limits.source) bytes", at: start)
        }
        guard source.first != 0x1B else {
            throw LuaError(.syntax, "is compiled Lua; only text is read", at: start)
        }
    }

    /// Calls a function; nothing under it may wait. The Lua stack is left as it was.
    func call(
        _ function: LuaReference,
        _ arguments: [LuaValue] = []
    ) throws(LuaError) -> [LuaValue] {
        check(function)
        let base = main.top
        defer { main.setTop(base) }
        main.reserve(4)
        main.push(function)
        main.push(arguments)
        let status = running { unsafe osvc_protected(main.state, CInt(arguments.count)) }
        guard status == LUA_OK else { throw main.popError(self) }
        return try values(main, from: base + 1)
    }

    /// Copies the values from `first` to the top.
    func values(_ stack: LuaStack, from first: CInt) throws(LuaError) -> [LuaValue] {
        var copy = LuaCopy(self, stack)
        var values: [LuaValue] = []
        for index in stride(from: first, through: stack.top, by: 1) {
            values.append(try copy.value(at: index))
        }
        return values
    }
}

extension LuaError {
    /// An error of the compiler: `web.lua:3: unexpected symbol near '}'`.
    fileprivate init(syntax text: String, file: String) {
        // An error of too deep nesting has no line.
        self.init(.syntax, text, at: LuaPosition(file: file, line: 1))
        var rest = text[...]
        while let colon = rest.firstIndex(of: ":") {
            rest = rest[rest.index(after: colon)...]
            guard let end = rest.firstIndex(of: ":"), let line = Int(rest[..<end]) else { continue }
            message = String(rest[end...].dropFirst(2))
            position = LuaPosition(file: file, line: line)
            return
        }
    }
}
