internal import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// Two larger services, on a machine in memory.
@EngineActor
@Suite struct ExampleTests {
    private let directory: ScriptDirectory
    private let loaded: LoadedService
    private let host = FakeHost(node: "sles1")
    private let log = RecordingLog()

    init() throws {
        directory = try ScriptDirectory()
        try directory.write("lamp.lua", Self.fixture("lamp.lua"))
        try directory.write("etc/site.d/10-policy.lua", Self.fixture("10-policy.lua"))
        // The design's service is PRD, which its site's hooks match.
        loaded = try directory.load("lamp.lua")
        loaded.session.host = host
    }

    private static func fixture(_ name: String) throws -> [UInt8] {
        let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(folder)/Fixtures/lamp/\(name)"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        try #require(file >= 0, "\(path)")
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(file, &bytes, bytes.count)
        return Array(bytes.prefix(max(count, 0)))
    }

    private var facts: ServiceFacts {
        ServiceFacts(
            name: loaded.definition.name,
            node: "sles1",
            groups: loaded.definition.groups,
            root: "/opt/opensvc"
        )
    }

    private func launcher(_ name: String) throws -> Launcher {
        let all = loaded.definition.resources.flatMap(\.launchers)
        return try #require(all.first { $0.name == name })
    }

    private func run(
        _ name: String,
        _ action: LauncherAction,
        isPlanning: Bool = false
    ) async throws -> ScriptOutcome {
        let launcher = try launcher(name)
        guard case .script(let script)? = launcher.methods[action] else {
            Issue.record("\(name) has a function for \(action)")
            return .cancelled
        }
        let call = ScriptCall(
            script: script,
            key: ScriptKey(resource: ResourceID("app"), launcher: name),
            purpose: .launcher(action),
            action: action.rawValue,
            service: facts,
            isPlanning: isPlanning,
            limit: launcher.limits[action],
            log: log
        )
        return await loaded.session.call(call).shortened(directory)
    }

    private func hook(
        _ id: String,
        time: Double = 0,
        change: (inout ScriptCall) -> Void = { _ in }
    ) async throws -> ScriptOutcome {
        let hook = try #require(loaded.definition.hooks.first { $0.id == id })
        var call = ScriptCall(
            script: hook.script,
            key: ScriptKey(resource: ResourceID("vg#0")),
            purpose: .hook(hook.event),
            action: "start",
            resourceLabel: "vgsvc1",
            resourceType: "disk.vg",
            service: facts,
            log: log
        )
        change(&call)
        host.time = time
        return await loaded.session.call(call).shortened(directory)
    }

    @Test func `the launchers are as written`() throws {
        let mysqld = try launcher("mysqld")
        #expect(mysqld.startOrder == 10)
        #expect(mysqld.stopOrder == 90)
        #expect(mysqld.statusOrder == 10)
        #expect(
            mysqld.limits == [.start: .seconds(120), .stop: .seconds(300), .status: .seconds(10)]
        )
        #expect(
            mysqld.methods[.status]
                == .check(
                    .all([
                        .pidFile("/svc1/data/run/mysqld.pid", executable: "/usr/sbin/mysqld"),
                        .tcp(host: "127.0.0.1", port: 3306, limit: .seconds(2)),
                    ])
                )
        )
        guard case .script(let script)? = mysqld.methods[.start] else {
            Issue.record("mysqld starts by a function")
            return
        }
        #expect(script.position.line == 12)
        #expect(try launcher("apache").stopOrder == 80)
    }

    @Test func `mysqld starts, and is waited for`() async throws {
        host.files["/svc1/data/mysql/ibdata1"] = FakeFile("")
        let spawn =
            "/usr/sbin/mysqld --user=mysql --datadir=/svc1/data/mysql --port=3306"
            + " --pid-file=/svc1/data/run/mysqld.pid"
        let ping = "mysqladmin --protocol=tcp --port=3306 ping"
        host.expect(spawn)
        for code in [1, 1, 1, 0] { host.expect(ping, code: Int32(code)) }
        #expect(try await run("mysqld", .start) == .finished(code: 0))
        #expect(host.commands == [spawn, ping, ping, ping, ping])
        #expect(host.time == 1_000_000_003)
    }

    @Test func `mysqld without its data fails before anything is done`() async throws {
        #expect(
            try await run("mysqld", .start)
                == .failed(
                    "lamp.lua:14: no database in /svc1/data/mysql: is fs#1 the right volume?"
                )
        )
        #expect(host.orders.isEmpty)
    }

    private let health =
        "curl --disable --silent --show-error --globoff --include --proto =http,https --max-time 5.0"
        + " --request GET --url http://127.0.0.1/health"
    private let control = "/usr/sbin/apachectl -f /svc1/app/apache/httpd.conf"

    @Test func `a bad health page fails the start, and what it left is undone`() async throws {
        host.expect("\(control) -t")
        host.expect("\(control) -k start")
        host.expect("\(control) -k stop")
        host.expect(health, output: "HTTP/1.1 503 Service Unavailable\r\n\r\n")
        #expect(
            try await run("apache", .start) == .failed("lamp.lua:48: /health answered 503")
        )
        let key = ScriptKey(resource: ResourceID("app"), launcher: "apache")
        let call = ScriptCall(
            script: ScriptReference(id: 0, position: SourcePosition(file: "x", line: 1)),
            key: key,
            purpose: .launcher(.start),
            action: "start",
            service: facts,
            log: log
        )
        #expect(await loaded.session.undo(key, call))
        #expect(host.commands.last == "\(control) -k stop")
    }

    @Test func `apache's status is what its pid, port and page say`() async throws {
        #expect(try await run("apache", .status) == .status(.down, note: nil))
        host.files["/svc1/app/apache/httpd.pid"] = FakeFile("77\n")
        host.processTable = [ProcessEntry(pid: 77, executable: "/usr/sbin/httpd")]
        host.names["lamp.opensvc.com"] = [IPAddress("10.0.0.9")].compactMap(\.self)
        #expect(
            try await run("apache", .status)
                == .status(.warn, note: "httpd runs (pid 77) but port 80 is closed")
        )
        host.listening = ["10.0.0.9:80"]
        let page =
            "curl --disable --silent --show-error --globoff --include --proto =http,https --max-time 5.0"
            + " --request GET --url http://lamp.opensvc.com/"
        host.expect(page, output: "HTTP/1.1 404 Not Found\r\n\r\n")
        host.expect(page, output: "HTTP/1.1 200 OK\r\n\r\n")
        #expect(
            try await run("apache", .status) == .status(.warn, note: "GET / answered 404")
        )
        #expect(try await run("apache", .status) == .status(.up, note: nil))
        #expect(try await run("apache", .info) == .info(["Name": "apache", "Version": "2.2"]))
    }

    @Test func `apache's start can be planned as far as its page`() async throws {
        host.expect(health, code: 7, error: "curl: (7) refused")
        #expect(
            try await run("apache", .start, isPlanning: true)
                == .planned(
                    [
                        "lamp.lua:42 app:apache exec \(control) -t",
                        "lamp.lua:43 app:apache exec \(control) -k start",
                    ],
                    incompleteAfter: "lamp.lua:47: GET http://127.0.0.1/health: curl: (7) refused"
                )
        )
        // Asked once: nothing was started that could answer later.
        #expect(host.commands.count == 1)
    }

    // MARK: The site's hooks

    @Test func `the site's hooks are attached`() {
        #expect(
            loaded.definition.hooks.map(\.name) == [
                "site-policy/change-window", "site-policy/multipath-check",
                "site-policy/notify-failover",
            ]
        )
        #expect(loaded.definition.hooks.map(\.onError) == [.abort, .abort, .warn])
    }

    /// 2014-02-19 was a Wednesday, 2014-02-22 a Saturday; noon in whatever zone this machine is in.
    private static func noon(day: Int32) -> Double {
        var time = tm()
        time.tm_year = 114
        time.tm_mon = 1
        time.tm_mday = day
        time.tm_hour = 12
        time.tm_isdst = -1
        return Double(mktime(&time))
    }

    @Test func `a weekday's start is refused, a weekend's, a forced and a cluster's are not`()
        async throws
    {
        let (wednesday, saturday) = (Self.noon(day: 19), Self.noon(day: 22))
        let refusal = ScriptOutcome.refused(
            "etc/site.d/10-policy.lua:13: outside the change window"
                + " (Sat-Sun 00:00-24:00, Mon-Fri 22:00-06:00); --force overrides"
        )
        #expect(try await hook("change-window", time: wednesday) == refusal)
        #expect(try await hook("change-window", time: saturday) == .finished(code: 0))
        #expect(
            try await hook("change-window", time: wednesday) { $0.force = true }
                == .finished(code: 0)
        )
        #expect(
            try await hook("change-window", time: wednesday) { $0.reason = .cluster }
                == .finished(code: 0)
        )
    }

    @Test func `a volume group without a path is refused, one path is a warning`() async throws {
        host.expect("multipath -ll", code: 1)
        host.expect("multipath -ll", output: "size=1\n")
        host.expect("multipath -ll", output: "- 2:0:0:0 sdb active ready running\n")
        let file = "etc/site.d/10-policy.lua"
        #expect(
            try await hook("multipath-check") == .refused("\(file):22: multipath -ll: exit 1")
        )
        #expect(
            try await hook("multipath-check") == .refused("\(file):27: vgsvc1: no active path")
        )
        #expect(try await hook("multipath-check") == .finished(code: 0))
        let lines = log.text(from: .warning).map(directory.shortened)
        #expect(lines == ["WARNING vg#0 \(file):28: vgsvc1: one path left, no redundancy"])
    }

    @Test func `a failover is announced, a person's start is not`() async throws {
        host.expect(
            "/usr/bin/logger -t osvc -p daemon.alert lamp.opensvc.com failed over sles2 -> sles1"
        )
        #expect(try await hook("notify-failover") == .finished(code: 0))
        #expect(host.commands.isEmpty)
        let outcome = try await hook("notify-failover") {
            $0.reason = .cluster
            $0.lastNode = "sles2"
        }
        #expect(outcome == .finished(code: 0))
        #expect(host.commands.count == 1)
    }
}
