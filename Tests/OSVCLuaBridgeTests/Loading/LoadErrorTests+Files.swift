import OSVCEngine
import Testing

@testable import OSVCLuaBridge

/// Files that are no service, and those whose loading does not end.
extension LoadErrorTests {
    @Test(arguments: [
        ("", "web.lua: the file is empty"),
        (
            "-- nothing",
            "web.lua: returns nothing where 'return osvc.service \"name\" {…}' is expected"
        ),
        (
            "return {}",
            "web.lua: returns a table where 'return osvc.service \"name\" {…}' is expected"
        ),
        (
            "return require('osvc.v1').flag { file = '/a' }",
            "web.lua: returns a resource where 'return osvc.service \"name\" {…}' is expected"
        ),
        ("local x = {\n  1\n", "web.lua:3: '}' expected (to close '{' at line 1) near <eof>"),
        ("\u{1B}Lua", "web.lua: the file is not text"),
        ("return\n  undefined_thing", "web.lua:2: undefined global 'undefined_thing'"),
        ("io.open('/etc/passwd')", "web.lua:1: undefined global 'io'"),
        ("local x = nil\nreturn x.y", "web.lua:2: attempt to index a nil value (local 'x')"),
        (
            "local osvc = require 'osvc.v1'\nosvc.require_version '99.1'",
            "web.lua:2: this needs osvc 99.1, and this is \(osvcVersion)"
        ),
        ("require 'nothing'", "web.lua:1: no module 'nothing' in"),
        ("require '../x'", "web.lua:1: require: '../x' is no module's name"),
    ])
    func `a file that is no service says what it is`(_ text: String, _ problem: String) throws {
        let found = try directory.problems(text)
        #expect(found.count == 1)
        #expect(found[0].hasPrefix(problem), "\(found)")
    }

    @Test func `a binary file is refused`() throws {
        try directory.write("web.lua", [0x7F, 0x45, 0x4C, 0x46, 0, 1, 2, 3])
        #expect(
            directory.problems(in: "web.lua").map(\.headline) == ["web.lua: the file is not text"]
        )
    }

    @Test func `modules that need each other are shown as the cycle they are`() throws {
        try directory.write("a.lua", "return require 'b'")
        try directory.write("b.lua", "return require 'a'")
        let found = try directory.problems("require 'a'")
        #expect(found == ["b.lua:1: require: cycle a -> b -> a"])
    }

    private static let quick = LuaLimits(
        memory: 8 << 20,
        load: LuaLimits.Budget(instructions: 1_000_000, wall: .seconds(2))
    )

    @Test(arguments: [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do pcall(error) end",
    ])
    func `an endless loop ends, whatever is around it`(_ text: String) throws {
        let found = try directory.problems(text, limits: Self.quick)
        #expect(found == ["web.lua:1: ran 1000000 instructions without waiting"])
    }

    @Test func `a memory hog ends`() throws {
        let found = try directory.problems(
            "local t = {}\nwhile true do t[#t + 1] = ('x'):rep(100000) .. #t end",
            limits: Self.quick
        )
        #expect(found == ["web.lua:2: not enough memory: the limit is 8388608 bytes"])
    }
}
