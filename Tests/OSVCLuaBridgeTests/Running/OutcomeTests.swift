import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// The table of lua-boundary.md section 4, cell by cell.
@EngineActor
@Suite struct OutcomeTests {
    @Test(arguments: [
        ("", ScriptOutcome.finished(code: 0)),
        ("return true", .finished(code: 0)),
        ("return false", .finished(code: 1)),
        ("return 7", .finished(code: 7)),
        ("return 'up'", .failed("web.lua:4: returned a string")),
        ("ctx:skip('no %s', 'need')", .skipped("web.lua:5: no need")),
        ("ctx:fail('broken %d', 3)", .failed("web.lua:5: broken 3")),
        ("error('oh no')", .failed("web.lua:5: oh no")),
        ("local x = nil; x.y = 1", .failed("web.lua:5: attempt to index a nil value (local 'x')")),
        ("ctx:refuse('no')", .failed("web.lua:5: refuse: only hooks of '.pre' can refuse")),
        (
            "osvc.flag '1' { file = '/x' }",
            .failed("web.lua:5: osvc.flag is for the file, not for its functions")
        ),
        ("osvc.check.tcp { host = 'a', port = 1 }", .finished(code: 0)),
    ])
    func `how a start ends`(_ body: String, _ outcome: ScriptOutcome) async throws {
        #expect(try await ScriptedService.start(body).run(.start) == outcome)
    }

    @Test(arguments: [
        ("", ScriptOutcome.status(.warn, note: "web.lua:4: returned nothing")),
        ("return true", .status(.up, note: nil)),
        ("return false", .status(.down, note: nil)),
        ("return 0", .status(.up, note: nil)),
        ("return 3", .status(.down, note: nil)),
        ("return 'up'", .status(.up, note: nil)),
        ("return 'down'", .status(.down, note: nil)),
        ("return 'warn', 'half'", .status(.warn, note: "half")),
        ("return 'n/a'", .status(.notApplicable, note: nil)),
        ("return 'upp'", .status(.warn, note: "web.lua:4: returned 'upp', which is not a status")),
        (
            "return ('x'):rep(100)",
            .status(
                .warn,
                note: "web.lua:4: returned '\(String(repeating: "x", count: 64))… (100 bytes)',"
                    + " which is not a status"
            )
        ),
        ("return 3", .status(.down, note: nil)),
        ("return 127", .status(.warn, note: "web.lua:4: returned 127, which is not a status")),
        ("return {}", .status(.warn, note: "web.lua:4: returned a table")),
        ("ctx:skip('not here')", .status(.notApplicable, note: "web.lua:5: not here")),
        ("ctx:fail('broken')", .status(.warn, note: "web.lua:5: broken")),
        ("ctx:status_log('one') ctx:status_log('two') return 'up'", .status(.up, note: "one\ntwo")),
        ("prob()", .status(.warn, note: "web.lua:5: undefined global 'prob'")),
        (
            "ctx:exec { '/bin/x' }",
            .status(.warn, note: "web.lua:5: exec: nothing may be changed in a status")
        ),
        (
            "ctx:write_file('/x', '')",
            .status(.warn, note: "web.lua:5: write_file: nothing may be changed in a status")
        ),
        (
            "ctx.state.set('a', 1)",
            .status(.warn, note: "web.lua:5: state.set: nothing may be changed in a status")
        ),
        (
            "ctx:http { url = 'http://a', method = 'POST' }",
            .status(.warn, note: "web.lua:5: http: POST: nothing may be changed in a status")
        ),
        (
            "ctx:undo('x', print)",
            .status(.warn, note: "web.lua:5: undo: only a start leaves something to be undone")
        ),
    ])
    func `how a status ends`(_ body: String, _ outcome: ScriptOutcome) async throws {
        let service = try ScriptedService.status(body)
        #expect(await service.run(.status) == outcome)
        #expect(service.host.orders.isEmpty)
    }

    @Test(arguments: [
        ("start.pre", "", ScriptOutcome.finished(code: 0)),
        (
            "start.pre", "ev:refuse('not now: %s', ev.service.app)",
            .refused("web.lua:4: not now: Shop")
        ),
        (
            "start.post", "ev:refuse('no')",
            .failed("web.lua:4: refuse: only hooks of '.pre' can refuse")
        ),
        ("start.pre", "ev:skip('nothing')", .skipped("web.lua:4: nothing")),
        ("start.pre", "return 'up'", .failed("web.lua:3: returned a string")),
        ("start.pre", "return false", .finished(code: 1)),
        ("stop.post", "ev:fail('x')", .failed("web.lua:4: x")),
    ])
    func `how a hook ends`(
        _ event: String,
        _ body: String,
        _ outcome: ScriptOutcome
    ) async throws {
        #expect(try await ScriptedService.hook(event, body).runHook() == outcome)
    }

    @Test func `an info is a table of names and values`() async throws {
        let good = try ScriptedService(
            launcher: "info = function(ctx) return { Name = 'a', Port = 80, Ok = true } end,"
        )
        #expect(await good.run(.info) == .info(["Name": "a", "Port": "80", "Ok": "true"]))
        let bad = try ScriptedService(launcher: "info = function(ctx) return 'a' end,")
        #expect(
            await bad.run(.info)
                == .failed(
                    "web.lua:4: an info returns a table of names and values, not a string"
                )
        )
    }

    @Test(arguments: [
        ("ctx:prob { 'x' }", "web.lua:5: ctx has no 'prob' (did you mean 'probe'?)"),
        ("ctx.probe { 'x' }", "web.lua:5: probe: write ctx:probe(…), with a colon"),
        ("ctx:probe 'x'", "web.lua:5: probe: a table expected, got string"),
        ("ctx:probe {}", "web.lua:5: probe: the list names no program"),
        ("ctx:probe { 'x', 5 }", "web.lua:5: probe: [2]: a string expected, got integer"),
        (
            "ctx:probe { 'x', timout = 5 }",
            "web.lua:5: probe: unknown field 'timout' (did you mean 'timeout'?)"
        ),
        (
            "ctx:probe { 'x', timeout = 'soon' }",
            "web.lua:5: probe: field 'timeout': 'soon' is not a time such as 30, \"10s\" or \"5m\""
        ),
        ("ctx:exec { 'x', ok = { 300 } }", "web.lua:5: exec: field 'ok': 300 is not an exit code"),
        ("ctx:stat('relative')", "web.lua:5: stat: an absolute path expected, got 'relative'"),
        ("ctx:signal(1, 'TERM')", "web.lua:5: signal: 1 is not a process that may be signalled"),
        (
            "ctx:signal(99, 'TREM')",
            "web.lua:5: signal: 'TREM' is not one of ABRT, ALRM, CHLD, CONT, HUP, INT, KILL, PIPE, QUIT, STOP, TERM, TSTP, USR1, USR2, WINCH (did you mean 'TERM'?)"
        ),
        ("ctx.force = true", "web.lua:5: ctx is read-only"),
        ("local x = ctx.service.nodess", "web.lua:5: ctx.service has no 'nodess'"),
        ("require 'osvc.v1'", nil),
        ("require 'other'", "web.lua:5: require 'other': modules are only loaded with the file"),
        (
            "table.sort({ 1, 2, 3 }, function(a, b) ctx:sleep(1) return a < b end)",
            "web.lua:5: cannot wait inside table.sort"
        ),
    ])
    func `a wrong call says what is wrong, and where`(
        _ body: String,
        _ problem: String?
    ) async throws {
        let outcome = try await ScriptedService.start(body).run(.start)
        guard let problem else {
            #expect(outcome == .finished(code: 0))
            return
        }
        guard case .failed(let text) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(text.hasPrefix(problem), "\(text)")
    }

    @Test func `a context knows what it is about`() async throws {
        let service = try ScriptedService.start(
            """
            local r = ctx.resource
            ctx:info("%s", table.concat({ ctx.service.name, ctx.service.service_type, ctx.action,
              ctx.node, ctx.peers[1], ctx.reason, tostring(ctx.force), tostring(ctx.dry_run),
              tostring(ctx.last_node), tostring(ctx.service.comment), r.rid, r.label, r.type,
              r.fields.on_error, r.fields.timeout, ctx:now(), tostring(ctx.deadline) }, " "))
            """
        )
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(
            service.lines == [
                "INFO app web.lua:6: web TST start n1 n2 user false false nil nil app app app"
                    + " abort 300.0 1000000000.0 nil"
            ]
        )
    }

    @Test func `print goes to the log`() async throws {
        let service = try ScriptedService.start("print('a', 1)")
        _ = await service.run(.start)
        #expect(service.lines == ["INFO app web.lua:5: a\t1"])
    }

    @Test func `a context that was kept is of no use later`() async throws {
        let service = try ScriptedService(
            file: """
                local osvc = require "osvc.v1"
                local kept
                return osvc.service "web" { osvc.app { osvc.launcher "x" { S = 1,
                  start = function(ctx) kept = ctx end,
                  stop = function() kept:info('late') end } } }
                """
        )
        _ = await service.run(.start)
        #expect(
            await service.run(.stop)
                == .failed("web.lua:5: info: the call that this ctx belongs to is over")
        )
    }
}
