import Testing

@testable import OSVCLuaBridge

@Suite struct `The environment of scripts` {
    @Test(arguments: [
        "_G", "io", "os", "coroutine", "debug", "load", "loadfile", "dofile", "loadstring",
        "collectgarbage", "rawset", "rawget", "package", "getmetatable", "_VERSION",
    ])
    func `what is not on the list is an error with a position`(_ name: String) {
        let error = LuaState().error("local x = 1\nreturn \(name)")
        #expect(error?.message.hasPrefix("undefined global '\(name)'") == true)
        #expect(error?.position?.line == 2)
    }

    @Test(arguments: [
        ("return pirnt", "undefined global 'pirnt' (did you mean 'print'?)"),
        ("return string.fromat", "string has no 'fromat' (did you mean 'format'?)"),
        ("return ('x'):uper()", "string has no 'uper' (did you mean 'upper'?)"),
        ("return string.dump", "string has no 'dump'"),
        ("x = 1", "global 'x' cannot be set: write local x"),
        ("print = nil", "global 'print' cannot be set: write local print"),
        ("string.rep = nil", "string is read-only"),
        ("math.pi = 3", "math is read-only"),
        ("return math.random()", "math has no 'random'"),
        ("setmetatable({}, { __metatable = 1 })", "setmetatable: __metatable is not available"),
        ("setmetatable(string, {})", "this table's metatable is locked"),
        ("return ('%p'):format({})", "string.format: '%p' is not available"),
        ("for k in pairs({ [{}] = 1 }) do end", "a key that is a table has no order at load"),
    ])
    func `a mistake is said with what was meant`(_ text: String, _ message: String) {
        let found = LuaState().error(text)?.message
        #expect(found == message || found?.hasPrefix(message + " (did you mean") == true)
    }

    @Test func `compiled Lua is not loaded`() {
        let state = LuaState()
        #expect(throws: LuaError.self) {
            try state.load([0x1B] + Array("Lua".utf8), chunk: "t.lua")
        }
    }

    @Test func `a syntax error has file and line`() {
        let error = LuaState().error("local x = {\n  1,\n  = }")
        #expect(error?.kind == .syntax)
        #expect(error?.description == "t.lua:3: unexpected symbol near '='")
    }

    @Test func `pairs and next are sorted at load`() throws {
        let text = """
            local t = { b = 1, a = 1, [3] = 1, [1] = 1, [2.5] = 1, [true] = 1, ["10"] = 1 }
            local out = {}
            for k in pairs(t) do out[#out + 1] = tostring(k) end
            local k = next(t)
            while k ~= nil do out[#out + 1] = tostring(k) k = next(t, k) end
            return table.concat(out, " ")
            """
        let order = "true 1 2.5 3 10 a b"
        #expect(try LuaState().text(text) == "\(order) \(order)")
    }

    @Test func `entries may be removed while pairs goes through them`() throws {
        let text = """
            local t, n = { a = 1, b = 2, c = 3 }, 0
            for k in pairs(t) do t.a, t.b, t.c = nil, nil, nil n = n + 1 end
            return tostring(n)
            """
        #expect(try LuaState().text(text) == "1")
    }

    @Test func `no address is shown`() throws {
        let text = """
            local f, t = function() end, {}
            return ("%s %s "):format(f, t) .. tostring(t) .. tostring(print)
            """
        #expect(try LuaState().text(text) == "function table tablefunction")
    }

    @Test func `random numbers come with the run phase and go with the load phase`() throws {
        let state = LuaState()
        state.phase = .run
        #expect(try state.run("return math.random(1, 1)").first?.integer("n") == 1)
        state.phase = .load
        #expect(state.error("return math.random()") != nil)
    }

    @Test func `print gives a line and its place to Swift`() throws {
        let state = LuaState()
        var lines: [String] = []
        state.onPrint = { bytes, place in
            lines.append("\(place?.line ?? 0) \(String(decoding: bytes, as: UTF8.self))")
        }
        try state.run("print('a', 1, nil, {})\nprint()")
        #expect(lines == ["1 a\t1\tnil\ttable", "2 "])
    }

    @Test(arguments: [
        ("return ('hello world'):find('o w')", "5 7"),
        ("return ('hello'):find('l+')", "3 4"),
        ("return ('hello'):find('xyz')", "nil"),
        ("return ('a.b'):find('.', 1, true)", "2 2"),
        ("return ('k = v'):match('^(%w+)%s*=%s*(%w+)$')", "k v"),
        ("return ('a(b(c)d)e'):match('%b()')", "(b(c)d)"),
        ("return ('THE (quick) fox'):find('%f[%a]%a+%f[%A]', 4)", "6 10"),
        ("return ('abcabc'):match('(abc)%1')", "abc"),
        ("return ('hello'):gsub('l', 'L', 1)", "heLlo 1"),
        ("return ('hello'):gsub('', '-')", "-h-e-l-l-o- 6"),
        ("return ('a b'):gsub('(%w) (%w)', '%2 %1 %0 %%')", "b a a b % 1"),
        ("return ('$x-$y'):gsub('%$(%w)', { x = 'X' })", "X-$y 2"),
        ("return ('abc'):gsub('%w', function(c) return c:upper() .. '.' end)", "A.B.C. 3"),
        ("return ('abc'):match('()b()')", "2 3"),
        ("return ('abc'):find('b', -1)", "nil"),
        ("return ('a]b'):match('[]]')", "]"),
        ("return ('x-y'):match('[a-z-]+')", "x-y"),
        ("return ('a\\0b'):find('%z')", "nil"),
        ("return ('a\\0b'):find('\\0')", "2 2"),
        ("return ('aXb'):match('^%l?%u%l$')", "aXb"),
        (
            "local o = '' for k, v in ('a=1, b=2'):gmatch('(%w)=(%w)') do o = o .. k .. v end return o",
            "a1b2"
        ),
        ("local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n", "4"),
    ])
    func `patterns mean what they mean in Lua`(_ text: String, _ expected: String) throws {
        let values = try LuaState().run(text)
        let words = values.map { value in
            switch value {
            case .nil: "nil"
            case .integer(let number): "\(number)"
            default: (try? value.text("word")) ?? "?"
            }
        }
        #expect(words.joined(separator: " ") == expected)
    }

    @Test(arguments: ["%", "[a", "(a", "a)", "%1", "%b", "%f", "[%"])
    func `a malformed pattern is an error`(_ pattern: String) {
        #expect(LuaState().error("return ('aaa'):match(...)", [.text(pattern)]) != nil)
    }

    @Test(arguments: [
        ("%", "malformed pattern (ends with '%')"),
        ("[a", "malformed pattern (missing ']')"), ("[%", "malformed pattern (missing ']')"),
        ("a*[", "malformed pattern (missing ']')"),
        ("%b", "malformed pattern (missing arguments to '%b')"),
        ("%fa", "missing '[' after '%f' in pattern"),
        ("a)", "invalid pattern capture"), ("(a", "unfinished capture"),
        ("(a)%2", "invalid capture index %2 in pattern"),
        ("%0", "invalid capture index %0 in pattern"),
        (String(repeating: "()", count: 33), "too many captures"),
        (String(repeating: "a?", count: 201), "pattern too complex"),
    ])
    func `a malformed pattern is told as what it is`(_ pattern: String, _ message: String) {
        let subject = String(repeating: "a", count: 300)
        let error = LuaState().error("return ('\(subject)'):match(...)", [.text(pattern)])
        #expect(error?.message == message)
    }
}
