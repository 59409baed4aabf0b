import Testing

@testable import OSVCLuaBridge

@Suite struct `Keys are found in a file` {
    private let source = """
        #!/usr/bin/env osvc
        local osvc = require "osvc.v1" -- ip "0" { ipdve = 1 }
        return osvc.service "bad" {
          ip "0" { ipname = "p26",
                        ipdve = "eth0" },
          fs "1" { ["mnt"] = "/a,b}", dev = [[
        /dev/x ]], start = function(ctx) if ctx.x then return { dev = 1 } elseif y then z() end end,
            timeout = { start = "1s", strat = "2s" } },
          app { "é", strange = { 1, { bad = 2 } }, [2] = 3 },
          launcher "x" { start = function() for i = 1, 2 do f({ a = 1 }, 2) end end, S = 10 },
        }
        """

    private func find(_ line: Int, _ path: LuaSourceLocator.Key...) -> String {
        let locator = LuaSourceLocator(Array(source.utf8))
        guard let place = locator.location(of: path, callOn: line) else { return "nil" }
        return "\(place.line):\(place.column)"
    }

    @Test func `a key is found in the constructor opened on the line or around it`() {
        #expect(find(4, .name("ipdve")) == "5:17")
        #expect(find(5, .name("ipdve")) == "5:17")
        #expect(find(4, .name("ipname")) == "4:12")
        #expect(find(6, .name("mnt")) == "6:12")
        #expect(find(6, .name("dev")) == "6:31")
        #expect(find(6, .name("timeout"), .name("strat")) == "8:31")
        #expect(find(3, .index(2)) == "6:3")
        #expect(find(9, .name("strange"), .index(2), .name("bad")) == "9:31")
        #expect(find(9, .index(1)) == "9:9")
        #expect(find(10, .name("S")) == "10:78")
        #expect(find(10, .name("start")) == "10:18")
    }

    @Test func `what is not written there is not found`() {
        #expect(find(4, .name("nothing")) == "nil")
        #expect(find(6, .name("timeout"), .name("stop")) == "nil")
        #expect(find(99, .name("ipdve")) == "nil")
        #expect(LuaSourceLocator([]).location(of: [.name("x")], callOn: 1) == nil)
        #expect(LuaSourceLocator([0x7B, 0x22]).location(of: [.name("x")], callOn: 1) == nil)
    }

    @Test func `the excerpt shows the line and a caret`() {
        let locator = LuaSourceLocator(Array(source.utf8))
        #expect(
            locator.excerpt(.init(line: 5, column: 17)) == """
                   5 |                 ipdve = "eth0" },
                     |                 ^
                """
        )
        #expect(locator.excerpt(.init(line: 99, column: 1)) == nil)
    }

    @Test func `a key written twice in one constructor is found, in two it is not`() {
        let text =
            "x { a = 1, b = { a = 2 },\n ['a'] = 3, [1] = 1, [1] = 2, f(function() a = 1 end) }"
        let found = LuaSourceLocator(Array(text.utf8)).duplicateKeys()
        #expect(found.map(\.key) == [.name("a"), .index(1)])
        #expect(found.first?.first == .init(line: 1, column: 5))
        #expect(found.first?.second == .init(line: 2, column: 2))
    }
}
