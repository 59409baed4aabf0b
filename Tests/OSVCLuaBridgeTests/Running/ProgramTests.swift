import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

@EngineActor
@Suite struct ProgramTests {
    private func command(_ service: ScriptedService, _ index: Int = 0) throws -> Command {
        let all = service.host.orders.compactMap { order in
            switch order {
            case .run(let command), .spawn(let command): command
            default: nil
            }
        }
        try #require(all.indices.contains(index))
        return all[index]
    }

    @Test func `a probe looks and never raises for an exit`() async throws {
        let service = try ScriptedService.status(
            """
            local r = ctx:probe { "multipath", "-ll" }
            return r.ok and "up" or "down", r.rc .. r.stdout .. r.stderr .. tostring(r.signal)
            """
        )
        service.host.expect("multipath -ll", code: 3, output: "out", error: "err")
        #expect(await service.run(.status) == .status(.down, note: "3outerrnil"))
        let command = try command(service)
        #expect(command.limit == .seconds(10))
        #expect(command.logging == .quiet)
    }

    @Test func `exec raises for an exit that is not ok, with all there is to know`() async throws {
        let service = try ScriptedService.start(
            """
            local ok, e = pcall(ctx.exec, ctx, { "/bin/x", "a b" })
            ctx:info("%s|%s|%d|%s|%s|%s", tostring(ok), e.kind, e.rc, e.argv[2], e.where, e.stderr_tail)
            ctx:exec { "/bin/x", "a b" }
            """
        )
        service.host.expect("/bin/x a b", code: 4, error: "one\\ntwo\\n")
        #expect(
            await service.run(.start) == .failed("web.lua:7: /bin/x a b: exited 4: one\\ntwo\\n")
        )
        #expect(service.lines.contains { $0.contains("false|exec|4|a b|web.lua:5|one") })
    }

    @Test(arguments: [
        ("ctx:exec { '/bin/x', ok = { 0, 1 } }", 1, true),
        ("ctx:exec { '/bin/x', check = false }", 9, true),
        ("ctx:exec { '/bin/x', ok = { 1 } }", 0, false),
    ])
    func `which exits are ok is the script's to say`(
        _ body: String,
        _ code: Int32,
        _ isGood: Bool
    ) async throws {
        let service = try ScriptedService.start(body)
        service.host.expect("/bin/x", code: code)
        let outcome = await service.run(.start)
        #expect((outcome == .finished(code: 0)) == isGood, "\(outcome)")
    }

    @Test func `exec logs the line and what comes back`() async throws {
        let service = try ScriptedService.start("ctx:exec { '/bin/x', 'a' }")
        service.host.expect("/bin/x a", output: "fine\n", error: "hm\n")
        _ = await service.run(.start)
        #expect(
            service.lines == [
                "INFO app /bin/x a", "WARNING app command succesful but stderr:\nhm\n",
                "INFO app output:\nfine\n",
            ]
        )
    }

    @Test func `a program is given what the launcher, the call and osvc say`() async throws {
        let service = try ScriptedService(
            launcher: """
                user = "web", group = "www", cwd = "/srv", env = { A = "1", B = "1" },
                start = function(ctx)
                  ctx:exec { "/bin/x", env = { B = "2" }, input = "in", timeout = 5, kill_after = "2s",
                             max_output = "1K" }
                  ctx:exec { "/bin/x", user = "root", cwd = "/" }
                end,
                """
        )
        service.host.expect("/bin/x")
        #expect(await service.run(.start) == .finished(code: 0))
        let first = try command(service)
        #expect(
            first.environment == [
                "A": "1", "B": "2", "OPENSVC_SVCNAME": "web", "OPENSVC_NODE": "n1",
                "OPENSVC_ACTION": "start", "OPENSVC_RID": "app", "OPENSVC_LAUNCHER": "x",
            ]
        )
        #expect(first.user == "web")
        #expect(first.group == "www")
        #expect(first.directory == "/srv")
        #expect(first.input == Array("in".utf8))
        #expect(first.limit == .seconds(5))
        #expect(first.killAfter == .seconds(2))
        #expect(first.outputLimit == 1024)
        let second = try command(service, 1)
        #expect(second.user == "root")
        #expect(second.group == nil)
        #expect(second.directory == "/")
        #expect(second.limit == nil)
    }

    @Test func `spawn leaves a program running and tells its pid`() async throws {
        let service = try ScriptedService.start(
            "local pid = ctx:spawn { '/usr/sbin/mysqld', '--x' } ctx:info('%d', pid)"
        )
        service.host.expect("/usr/sbin/mysqld --x")
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(
            try command(service).output == .file("/opt/opensvc/tmp/svc_web_x.log", append: true)
        )
        #expect(service.lines.last == "INFO app web.lua:5: 1001")
    }

    @Test func `a program that is not there is an error at its call`() async throws {
        let service = try ScriptedService.start("ctx:exec { 'nothing' }")
        service.host.expect("nothing", failing: .programMissing("nothing"))
        #expect(
            await service.run(.start)
                == .failed(
                    "web.lua:5: nothing does not exist or not in path or is not executable"
                )
        )
    }

    @Test func `a program's own limit may be caught, and names the program`() async throws {
        let service = try ScriptedService.start(
            """
            local ok, e = pcall(ctx.probe, ctx, { "/bin/x", timeout = 3 })
            ctx:info("%s", e.kind .. ": " .. e.message)
            ctx:probe { "/bin/x", timeout = 3 }
            """
        )
        service.host.expect("/bin/x", result: CommandResult(code: 124, timedOut: true))
        #expect(await service.run(.start) == .timedOut("web.lua:7: /bin/x: no end within 3s"))
        #expect(service.lines == ["INFO app web.lua:6: timeout: /bin/x: no end within 3s"])
    }

    @Test func `uses of the service names all that may be run`() async throws {
        let service = try ScriptedService(
            launcher: "start = function(ctx) ctx:exec { '/bin/y' } end,",
            service: "uses = { '/bin/x' },"
        )
        #expect(
            await service.run(.start)
                == .failed("web.lua:4: exec: '/bin/y' is not in 'uses' of the service")
        )
    }

    @Test(arguments: [(2, true), (3, false)])
    func `more programs at once than the service's limit are refused`(
        _ limit: Int,
        _ isRefused: Bool
    ) async throws {
        let service = try ScriptedService(
            launcher: """
                start = function(ctx)
                  local function one() ctx:exec { '/bin/x' } end
                  ctx:parallel { one, one, one }
                end,
                """,
            service: "limits = { children = \(limit) },"
        )
        service.host.expect("/bin/x")
        let refusal = ScriptOutcome.failed("web.lua:5: more than 2 programs at once")
        #expect(await service.run(.start) == (isRefused ? refusal : .finished(code: 0)))
    }

    @Test func `more functions at once than the service's limit are refused`() async throws {
        let service = try ScriptedService(
            launcher: """
                start = function(ctx)
                  local function one() ctx:sleep(1) end
                  ctx:parallel { one, one, one }
                end,
                """,
            service: "limits = { tasks = 3 },"
        )
        #expect(
            await service.run(.start) == .failed("web.lua:6: more than 3 functions at once")
        )
    }
}
