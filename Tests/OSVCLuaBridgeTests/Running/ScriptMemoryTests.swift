import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// What a script makes Swift keep is limited as its own memory is.
@EngineActor
@Suite struct `What scripts leave in Swift is bounded` {
    /// The instructions end a loop, not how fast the machine is.
    private static let patient = LuaLimits(
        memory: 32 << 20,
        load: .init(instructions: 2_000_000, wall: .seconds(100)),
        run: .init(instructions: 100_000_000, wall: .seconds(100))
    )

    /// A load that fails, with its only problem.
    private func problem(_ body: String, limits: LuaLimits = patient) throws -> String {
        let found = try ScriptDirectory().problems(
            "local osvc = require \"osvc.v1\"\n\(body)\nreturn osvc.service \"w\" {}",
            limits: limits
        )
        return found.joined(separator: "\n")
    }

    /// With instructions for many more objects than fit into the memory.
    @Test(arguments: [
        ("local s = ('a'):rep(5e6) while true do osvc.per_node { s } end", 500_000),
        ("local s = ('a'):rep(1e5) while true do osvc.check.pidfile('/' .. s) end", 500_000),
        ("while true do osvc.fs 'x' end", 2_000_000),
        ("while true do osvc.check.all { osvc.check.pidfile '/a' } end", 2_000_000),
    ])
    func `objects that nobody holds go, so the loop ends for its time or instructions`(
        _ body: String,
        _ instructions: Int
    ) throws {
        var limits = Self.patient
        limits.load.instructions = instructions
        #expect(try problem(body, limits: limits).contains("without waiting"))
    }

    @Test(arguments: [
        "local t, s = {}, ('a'):rep(5e6) while true do t[#t + 1] = osvc.per_node { s } end",
        "local t, s = {}, ('a'):rep(1e5) for i = 1, 1e5 do t[i] = osvc.check.pidfile('/' .. s) end",
        "local t, s = {}, ('a'):rep(1e5) for i = 1, 1e5 do "
            + "t[i] = osvc.daemon('d' .. i) { S = 1, cmd = { '/bin/' .. s, s, s } } end",
    ])
    func `objects that are held count as memory of the script`(_ body: String) throws {
        #expect(
            try problem(body).contains("web.lua:2: not enough memory: the limit is 33554432 bytes")
        )
    }

    @Test func `what is printed is kept up to a size, and the rest counted`() throws {
        let loaded = try ScriptDirectory().load(
            text: """
                local s = ("a"):rep(1e6)
                for i = 1, 50 do print(i, s) end
                local osvc = require "osvc.v1"
                return osvc.service "w" {}
                """
        )
        let bytes = loaded.printed.reduce(0) { $0 + $1.utf8.count }
        #expect(bytes < 2 << 20)
        #expect(loaded.printed.first?.hasSuffix("… (1000002 bytes)") == true)
        #expect(loaded.printed.last == "35 more lines are not kept")
    }

    @Test func `a table that holds one text a thousand times is not copied`() throws {
        let found = try problem(
            "local t, s = {}, ('a'):rep(1e6) for i = 1, 1000 do t[i] = s end osvc.fs(t)"
        )
        #expect(found.hasSuffix("more than 16777216 bytes of text in one call"))
    }

    @Test(arguments: [
        ("x = osvc.per_node { x }", "per_node: a field's value expected, got osvc.per_node"),
        (
            "x = osvc.per_node { { a = { x } } }",
            "per_node: a field's value expected, got osvc.per_node"
        ),
        ("x = osvc.check.all { x }", "check.all: a check expected"),
    ])
    func `per_node holds values and nothing that holds others`(_ step: String, _ text: String)
        throws
    {
        let found = try problem("local x = 'a' for i = 1, 50000 do \(step) end")
        #expect(found.hasPrefix("web.lua:2: ") && found.contains(text.split(separator: ":")[0]))
    }

    @Test func `checks are neither deep nor many`() throws {
        let start = "local x = osvc.check.pidfile '/a' for i = 1, 50000 do"
        for constructor in ["all", "any"] {
            #expect(
                try problem("\(start) x = osvc.check.\(constructor) { x } end")
                    == "web.lua:2: check.\(constructor): checks more than 32 levels deep"
            )
            #expect(
                try problem("\(start) x = osvc.check.\(constructor) { x, x } end")
                    == "web.lua:2: check.\(constructor): more than 1000 checks in one"
            )
        }
    }

    @Test func `a table passed near the end of the stack is an error, not the end`() throws {
        let found = try problem(
            """
            local t = 'a' for i = 1, 15 do t = { t } end
            local function f(...) osvc.per_node(t) return osvc.window 'Sun 00:00-24:00' end
            local refused, done = 0, 0
            for free = 50, 950, 50 do
              local ok, e = pcall(f, table.unpack({}, 1, 999950 - free))
              if ok then done = done + 1 else refused = refused + 1 end
              assert(ok or e.message:find 'stack overflow', e)
            end
            assert(refused > 0 and done > 0, refused)
            error('alive', 0)
            """,
            limits: LuaLimits(load: .init(instructions: .max, wall: .seconds(100)))
        )
        #expect(found.contains("alive"))
    }

    @Test func `a result that fills the stack is no trap`() throws {
        let found = try ScriptDirectory().problems(
            "return {}, table.unpack({}, 1, 999900)"
        )
        #expect(found.count == 1)
    }

    @Test(arguments: [
        ("for i = 1, 2000 do ctx:status_log(('x'):rep(1000) .. i) end", 1100),
        ("local s = ('x'):rep(3e5) for i = 1, 30 do ctx:status_log(s) end", 17),
        ("for i = 1, 11000 do ctx:status_log('x') end", 10_001),
    ])
    func `the lines of a status are kept up to a size`(_ body: String, _ most: Int) async throws {
        let scripted = try ScriptedService.status("\(body) return 'up'")
        guard case .status(.up, let note?) = await scripted.run(.status) else {
            Issue.record("a status with a note")
            return
        }
        #expect(note.utf8.count <= 1_100_000)
        let lines = note.split(separator: "\n")
        #expect(lines.count <= most)
        #expect(lines.last?.hasSuffix("more lines are not kept") == true)
    }

    @Test func `a file is read up to sixteen megabytes`() async throws {
        for (size, text) in [
            ("2^53 | 0", "x.lua: read_file: max: 9007199254740992 is more than 16777216"),
            ("'1T'", "read_file: max: 1099511627776 is more than 16777216"),
        ] {
            let scripted = try ScriptedService.status("ctx:read_file('/dev/zero', \(size))")
            guard case .status(.warn, let note?) = await scripted.run(.status) else {
                Issue.record("a status with a note")
                continue
            }
            #expect(note.hasSuffix(text.split(separator: ": ").suffix(3).joined(separator: ": ")))
        }
    }

    @Test func `files that a script keeps count as its memory`() async throws {
        let scripted = try ScriptedService.status(
            "local t = {} for i = 1, 1000 do t[i] = ctx:read_file('/big', '16M') end return 'up'"
        )
        scripted.host.files["/big"] = FakeFile(contents: [UInt8](repeating: 97, count: 16 << 20))
        guard case .status(.warn, let note?) = await scripted.run(.status) else {
            Issue.record("a status with a note")
            return
        }
        #expect(note.contains("not enough memory: the limit is 67108864 bytes"))
    }

    @Test func `plan, undo, log and state are bounded`() async throws {
        let planned = try ScriptedService.start("for i = 1, 11000 do ctx:exec { '/bin/true' } end")
        guard case .planned(let lines, _) = await planned.run(.start, isPlanning: true) else {
            Issue.record("a plan")
            return
        }
        #expect(lines.count == 10_001 && lines.last == "1000 more lines are not kept")

        let undone = try ScriptedService.start(
            "for i = 1, 2000 do ctx:undo('u', function() end) end"
        )
        #expect(
            await undone.run(.start)
                == .failed("web.lua:5: undo: more than 1000 functions to be undone")
        )

        let logged = try ScriptedService.start("ctx:info(('x'):rep(10e6)) return 0")
        #expect(await logged.run(.start) == .finished(code: 0))
        #expect(logged.lines.allSatisfy { $0.utf8.count < 70_000 })

        let kept = try ScriptedService.start("ctx.state.set('k', { ('x'):rep(10e6) })")
        #expect(await kept.run(.start) == .failed("web.lua:5: state.set: more than 65536 bytes"))
    }

    @Test func `a moment that no calendar has is an error`() throws {
        for time in ["1e300", "-1e300", "math.maxinteger", "math.mininteger", "1e18"] {
            #expect(
                try problem("osvc.window('Mon-Fri 22:00-06:00'):contains(\(time))")
                    .hasSuffix("is not a moment of the calendar")
            )
        }
        for time in ["0/0", "1/0", "-1/0"] {
            #expect(
                try problem("osvc.window('Mon-Fri 22:00-06:00'):contains(\(time))")
                    .hasSuffix("is not a finite number")
            )
        }
    }
}
