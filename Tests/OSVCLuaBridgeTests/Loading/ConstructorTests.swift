import OSVCEngine
import Testing

@testable import OSVCLuaBridge

@EngineActor
@Suite struct ConstructorTests {
    let directory: ScriptDirectory

    init() throws {
        directory = try ScriptDirectory()
    }

    private func launchers(_ text: String) throws -> [Launcher] {
        let loaded = try directory.load(
            text: "local osvc = require 'osvc.v1'\nlocal check = osvc.check\n"
                + "return osvc.service 'web' { osvc.app { \(text) } }"
        )
        return loaded.definition.resources.flatMap(\.launchers)
    }

    @Test(arguments: [
        ("S = 10", 10, 90, 10), ("S = 0", 0, 99, 0), ("S = 10, K = 5, C = 7", 10, 5, 7),
        ("S = false", nil, nil, nil), ("S = false, K = 5", nil, 5, nil),
        ("S = 10, K = false, C = false", 10, nil, nil),
    ])
    func `K mirrors S and C follows it, unless they are written`(
        _ orders: String,
        _ start: Int?,
        _ stop: Int?,
        _ status: Int?
    ) throws {
        let all = try launchers(
            "osvc.launcher 'x' { \(orders), start = print, stop = print, status = print }"
        )
        #expect(all[0].startOrder == start)
        #expect(all[0].stopOrder == stop)
        #expect(all[0].statusOrder == status)
    }

    @Test func `what a launcher cannot do it has no place for`() throws {
        let launcher = try launchers("osvc.launcher 'x' { S = 10, status = { '/bin/true' } }")[0]
        #expect(launcher.startOrder == nil)
        #expect(launcher.stopOrder == nil)
        #expect(launcher.statusOrder == 10)
        #expect(launcher.methods == [.status: .program(["/bin/true"])])
    }

    @Test func `a daemon is started, stopped and found by osvc itself`() throws {
        let daemon = try launchers(
            """
            osvc.daemon "web" { S = 20, cmd = { "/bin/web", "-p" }, pidfile = "/run/web.pid",
              stop_signal = "QUIT", stop_timeout = "3s", log = "/var/log/web", log_size = "1M", log_keep = 1, user = "www",
              on_error = "continue", timeout = { start = 9 } }
            """
        )[0]
        #expect(
            daemon.daemon
                == Launcher.Daemon(
                    command: ["/bin/web", "-p"],
                    pidFile: "/run/web.pid",
                    stopSignal: 3,
                    stopLimit: .seconds(3),
                    log: "/var/log/web",
                    logLimit: 1 << 20,
                    logsKept: 1
                )
        )
        #expect(daemon.methods == [.start: .daemon, .stop: .daemon, .status: .daemon])
        #expect(daemon.user == "www")
        #expect(daemon.onError == .continue)
        #expect(daemon.limits == [.start: .seconds(9)])
    }

    @Test(arguments: [
        ("check.pidfile('/p')", Check.pidFile("/p", executable: nil)),
        ("check.pidfile('/p', { exe = '/e' })", .pidFile("/p", executable: "/e")),
        (
            "check.process { exe = '/e', args = { 'a b' }, user = 'u' }",
            .process(executable: "/e", arguments: ["a b"], user: "u")
        ),
        (
            "check.tcp { host = 'h', port = 8, timeout = '2s' }",
            .tcp(host: "h", port: 8, limit: .seconds(2))
        ),
        (
            "check.http { url = 'http://a', status = 204, body = 'x+',"
                + " proxy = 'http://p:3128' }",
            .http(
                url: "http://a",
                status: 204,
                body: "x+",
                proxy: "http://p:3128",
                limit: .seconds(10)
            )
        ),
        ("check.exec { 'a', 'b', timeout = 5 }", .program(["a", "b"], limit: .seconds(5))),
        (
            "check.any { check.all { check.pidfile('/p') } }",
            .any([.all([.pidFile("/p", executable: nil)])])
        ),
    ])
    func `a check is data`(_ text: String, _ check: Check) throws {
        let all = try launchers("osvc.launcher 'x' { S = 1, status = \(text) }")
        #expect(all[0].methods[.status] == .check(check))
    }

    @Test(arguments: [
        ("osvc.launcher 'x' { S = 1 }", "3: x: has neither start, stop, status nor info"),
        (
            "osvc.launcher 'x' { S = 1, start = check.tcp { port = 1 } }",
            "3:67: x: field 'start': a function or a list expected, got osvc.check"
        ),
        (
            "osvc.launcher 'x' { S = 1, start = {} }",
            "3:67: x: field 'start': the list names no program"
        ),
        (
            "osvc.launcher 'x' { S = 1, start = print }, osvc.launcher 'x' { S = 1, start = print }",
            "3: app: launcher 'x' occurs twice, first at web.lua:3"
        ),
        ("osvc.launcher 'a/b' { S = 1, start = print }", "3: launcher: 'a/b' must not hold '/'"),
        ("osvc.daemon 'x' { S = 1 }", "3: x: field 'cmd' is required"),
        (
            "osvc.daemon 'x' { S = 1, cmd = { '/x' }, stop_signal = 'TREM' }",
            "3:81: x: field 'stop_signal': 'TREM' is not one of ABRT, ALRM, CHLD, CONT, HUP, INT, KILL, PIPE, QUIT, STOP, TERM, TSTP, USR1, USR2, WINCH (did you mean 'TERM'?)"
        ),
        ("osvc.launcher 'x' { S = 1, status = check.all {} }", "3: check.all: names no check"),
        (
            "osvc.launcher 'x' { S = 1, status = check.tcp {} }",
            "3: check.tcp: field 'port' is required"
        ),
        (
            "osvc.launcher 'x' { S = 1, status = check.process {} }",
            "3: check.process: exe or args is required"
        ),
        (
            "osvc.launcher 'x' { S = 1, status = check.pidfile('p') }",
            "3: check.pidfile: an absolute path expected, got 'p'"
        ),
    ])
    func `what is wrong with a launcher is said where it stands`(
        _ text: String,
        _ problem: String
    ) throws {
        let found = try directory.problems(
            "local osvc = require 'osvc.v1'\nlocal check = osvc.check\n"
                + "return osvc.service 'web' { osvc.app { \(text) } }"
        )
        #expect(found.map(directory.shortened) == ["web.lua:\(problem)"])
    }

    @Test func `what looks wrong but loads is a warning`() throws {
        let loaded = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" {
                  osvc.flag "a" { file = "/run/a", file = "/run/b" },
                }
                """
        )
        #expect(
            loaded.warnings.map { directory.shortened($0.headline) } == [
                "web.lua:3:36: 'file' is written twice, first on line 3; the last counts"
            ]
        )
    }

    @Test func `the engine's own findings get their place and line`() throws {
        let loaded = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" {
                  osvc.flag "a" { file = "/run/a",
                    after = "fs#7" },
                }
                """
        )
        let facts = ServiceFacts(name: "web", node: "n1")
        do throws(ConfigurationError) {
            _ = try Service(loaded.definition, facts: facts, registry: .builtIn)
            Issue.record("fs#7 is not there")
        } catch {
            let found = loaded.session.diagnostic(for: error)
            #expect(
                directory.shortened(found.description) == """
                    web.lua:4:5: flag#a: there is no resource 'fs#7' (flag#a, app)
                       4 |     after = "fs#7" },
                         |     ^
                    """
            )
        }
    }
}
