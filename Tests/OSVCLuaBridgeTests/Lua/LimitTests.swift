import Glibc
import Testing

@testable import OSVCLuaBridge

@Suite struct `Scripts end` {
    static let endless = [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do xpcall(function() while true do end end, function() return 1 end) end",
        "local t = setmetatable({}, { __close = function() while true do end end })\n"
            + "local c <close> = t while true do end",
        "local function f() while true do pcall(f) end end f()",
        "::again:: goto again",
        "for _ in pairs, 1 do end",
        "local function f() return f() end return f()",
        "while true do local s = ('a'):rep(100):gsub('a', 'b') end",
    ]

    @Test(arguments: endless.enumerated().filter { $0.offset != 6 }.map(\.element))
    func `rule 11: an endless script is ended, whatever pcall says`(_ text: String) throws {
        let state = LuaState(limits: smallLimits)
        let error = state.error(text)
        #expect(error?.kind == .budget)
        #expect(error?.message == "ran 300000 instructions without waiting")
        #expect(error?.position?.file == "t.lua")
        #expect(try state.text("return 'alive'") == "alive")
    }

    @Test(arguments: endless.enumerated().filter { $0.offset != 6 }.map(\.element))
    func `rule 11: a task inherits the hook; it fails alone`(_ text: String) throws {
        let state = LuaState(limits: smallLimits)
        let other = try state.task("(...)() return 'done'", [state.makeWait()])
        try #require(other.resume().waitsFor == "")
        let task = try state.task(text)
        #expect(task.resume().error?.kind == .budget)
        #expect(other.resume().text == "done")
    }

    @Test func `each wait gives a task its budget again`() throws {
        let state = LuaState(limits: smallLimits)
        let task = try state.task(
            "local wait = ... for i = 1, 5 do for j = 1, 50000 do end wait() end return 'ok'",
            [state.makeWait()]
        )
        for _ in 1...5 { try #require(task.resume().waitsFor == "") }
        #expect(task.resume().text == "ok")
    }

    @Test func `a killed task does not wait in its cleanup`() throws {
        let state = LuaState(limits: smallLimits)
        let task = try state.task(
            """
            local wait = ...
            local c <close> = setmetatable({}, { __close = function() wait() end })
            while true do end
            """,
            [state.makeWait()]
        )
        #expect(task.resume().error?.kind == .budget)
    }

    @Test func `the wall budget ends what the instruction budget would not`() {
        let limits = LuaLimits(load: .init(instructions: .max, wall: .milliseconds(20)))
        let error = LuaState(limits: limits).error("while true do end")
        #expect(error?.message == "ran for 0.02 s without waiting")
    }

    @Test(arguments: [
        "return (('a'):rep(200)):find(('a-'):rep(40) .. 'b')",
        "return (('a'):rep(200)):match(('a*'):rep(40) .. 'b')",
        "for m in (('a'):rep(200)):gmatch(('a?a-'):rep(30) .. 'b') do end",
        "return (('a'):rep(200)):gsub(('(a-)'):rep(30) .. 'b', '')",
        "return (('('):rep(100000)):find('%b()')",
        "while true do pcall(string.find, ('a'):rep(200), ('a-'):rep(40) .. 'b') end",
    ])
    func `a pattern that would match for hours is ended by the same budget`(_ text: String) {
        #expect(LuaState(limits: smallLimits).error(text)?.kind == .budget)
    }

    @Test func `an interrupt ends the script that runs`() {
        let state = LuaState()
        let interrupt = state.interrupt
        let stop = state.makeFunction { _ throws(LuaError) in
            interrupt()
            return .none
        }
        let error = state.error("(...)() while true do end", [.function(stop)])
        #expect(error?.kind == .killed)
        #expect(error?.message == "interrupted")
        #expect(state.error("return 1") == nil)
    }

    @Test func `deep recursion is an error with a position`() throws {
        let state = LuaState()
        let error = state.error("local function f() return 1 + f() end return f()")
        #expect(error?.message.hasPrefix("stack overflow") == true)
        #expect(error?.position?.line == 1)
        let nested = state.error("local s = ('('):rep(300) .. ')' return s:find(s)")
        #expect(nested?.kind == .lua)
        #expect(try state.text("return 'alive'") == "alive")
    }

    @Test func `a source nested too deep or too large is refused`() {
        let state = LuaState(limits: LuaLimits(source: 100_000))
        let deep = String(repeating: "(", count: 50_000)
        #expect(state.error("return \(deep)")?.kind == .syntax)
        #expect(state.error(String(repeating: " ", count: 100_001))?.kind == .syntax)
    }

    @Test func `a call that does not return is noted by the timer`() {
        var limits = LuaLimits(load: .init(instructions: .max, wall: .milliseconds(20)))
        limits.lastResort?.grace = .seconds(3600)
        let state = LuaState(limits: limits)
        #expect(state.error("table.move({}, 1, 5e6, 2) for i = 1, 2000 do end")?.kind == .budget)
    }

    @Test func `a call that never returns ends the process with a line`() async {
        let result = await #expect(
            processExitsWith: .exitCode(77),
            observing: [\.standardErrorContent]
        ) {
            var limits = LuaLimits()
            limits.load.wall = .milliseconds(20)
            limits.lastResort = .init(
                grace: .milliseconds(50),
                exitCode: 77,
                message: "osvc: stuck"
            )
            let state = LuaState(limits: limits)
            // ThreadSanitizer keeps a signal back until the thread that got it makes a system call.
            let stuck = state.makeFunction { _ throws(LuaError) in while true { poll(nil, 0, 0) } }
            let chunk = try state.load(
                Array("\nfor i = 1, 2000 do end (...)()".utf8),
                chunk: "t.lua"
            )
            _ = try state.call(chunk, [.function(stuck)])
        }
        #expect(
            result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
                == "osvc: stuck; last seen at t.lua:2\n"
        )
    }
}
