import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// What a start does with the files of a daemon, and how long it watches the daemon.
@EngineActor
struct DaemonStartTests {
    private let it = ActionFixture()
    private let pidFile = "/run/httpd.pid"
    private var record: String { "\(it.directory.path)/var/web/httpd.pid" }

    private func httpd(
        _ status: Launcher.Method = .daemon,
        name: String = "httpd",
        order: Int = 10
    ) -> Launcher {
        let daemon = Launcher.Daemon(
            command: ["/srv/\(name)"],
            pidFile: name == "httpd" ? pidFile : nil
        )
        let methods: [LauncherAction: Launcher.Method] = [
            .start: .daemon, .stop: .daemon, .status: status,
        ]
        return Fixture.launcher(name, order: order, methods, daemon: daemon)
    }

    private func process(_ pid: Int32, start: UInt64 = 7, name: String = "httpd") -> ProcessEntry {
        ProcessEntry(
            pid: pid,
            group: pid,
            session: pid,
            executable: "/srv/\(name)",
            arguments: ["/srv/\(name)"],
            environment: ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=\(name)"],
            startTime: start
        )
    }

    private func expectSpawn(
        _ pid: Int32 = 1001,
        name: String = "httpd",
        _ effect: (@EngineActor (FakeHost) -> Void)? = nil
    ) {
        let process = process(pid, name: name)
        it.host.expect("/srv/\(name)") { host in
            host.processTable.append(process)
            effect?(host)
        }
    }

    private func writes(to path: String) -> Int {
        it.host.orders.count { if case .writeFile(path, _) = $0 { true } else { false } }
    }

    private let down = FakeHost.Order.signal(15, .group(1001))

    // MARK: Files

    @Test func `a daemon that writes no pid file is given one`() async throws {
        expectSpawn()
        #expect(try await it.perform(.start, [it.app([httpd()])]) == 0)
        #expect(it.host.files[pidFile] == FakeFile("1001\n"))
    }

    /// It writes its own pid, or that of a child which began in the same tick or later.
    @Test(arguments: [(1001, 7), (1002, 7), (1002, 8)] as [(Int32, UInt64)])
    func `what a daemon has written into its pid file stays`(pid: Int32, start: UInt64)
        async throws
    {
        let child = process(1002, start: start)
        expectSpawn { [pidFile] host in
            host.processTable.append(child)
            host.files[pidFile] = FakeFile("\(pid)\n")
        }
        #expect(try await it.perform(.start, [it.app([httpd()])]) == 0)
        #expect(it.host.files[pidFile] == FakeFile("\(pid)\n"))
        #expect(writes(to: pidFile) == 0)
    }

    @Test func `what a pid file of an earlier one says does not`() async throws {
        it.host.files[pidFile] = FakeFile("30\n")
        it.host.processTable = [ProcessEntry(pid: 30, executable: "/bin/other", startTime: 3)]
        expectSpawn()
        #expect(try await it.perform(.start, [it.app([httpd()])]) == 0)
        #expect(it.host.files[pidFile] == FakeFile("1001\n"))
    }

    // MARK: Watching

    @Test func `post_start comes when the daemon has lived for its time`() async throws {
        expectSpawn()
        it.triggers = [it.trigger(.postStart, "/bin/notify")]
        it.host.expect("/bin/notify") { host in #expect(host.uptime() >= .seconds(1)) }
        #expect(try await it.perform(.start, [it.app([httpd()])]) == 0)
        #expect(it.host.commands.contains("/bin/notify"))
    }

    @Test func `start.post does not come for a daemon that has ended during post_start`()
        async throws
    {
        expectSpawn()
        it.triggers = [it.trigger(.postStart, "/bin/notify")]
        it.hook(.startPost, 1)
        it.host.expect("/bin/notify") { $0.processTable = [] }
        #expect(try await it.perform(.start, [it.app([httpd()])]) == 1)
        #expect(it.called == [])
    }

    @Test func `that processes cannot be read does not mean that it has ended`() async throws {
        expectSpawn()
        it.host.whileSleeping = { host in
            host.refusals["processes"] = .system(call: "opendir", subject: "/proc", errno: 24)
        }
        #expect(try await it.perform(.start, [it.app([httpd()])]) == 0)
    }

    @Test(
        arguments: [(nil, ""), (3, ", exit code 3"), (128, ", exit code 128")]
            + [(137, ", killed by signal 9")] as [(Int32?, String)]
    )
    func `how it ended is told`(code: Int32?, words: String) async throws {
        expectSpawn()
        it.host.endings[1001] = code
        it.host.whileSleeping = { $0.processTable = [] }
        #expect(try await it.perform(.start, [it.app([httpd()])]) == 1)
        let told = it.log.text(from: .error).first { $0.contains("ended within") }
        #expect(told?.contains("of its start\(words) - logs in") == true)
    }

    /// What its check says, and whether the start has succeeded.
    @Test(
        arguments: [(.up, 0), (.down, 1), (.warn, 1), (.notApplicable, 0)]
            as [(Status, Int32)]
    )
    func `one with a check of its own may go on in processes that osvc does not know`(
        status: Status,
        code: Int32
    ) async throws {
        expectSpawn()
        it.host.fakeScripts.outcomes[2] = .status(.down, note: nil)
        it.host.fakeScripts.effects[2] = { [host = it.host] _ in
            if !host.processTable.isEmpty {
                host.fakeScripts.outcomes[2] = .status(.up, note: nil)
            }
        }
        it.hook(.startPost, 1)
        it.host.fakeScripts.effects[1] = { [host = it.host] _ in
            host.processTable = []
            host.fakeScripts.outcomes[2] = .status(status, note: nil)
        }
        let app = it.app([httpd(.script(Fixture.script(2)))])
        #expect(try await it.perform(.start, [app]) == code)
        let ended = it.log.text(from: .error).contains { $0.contains("httpd ended within") }
        #expect(ended == (code == 1))
    }

    @Test func `after one with a check of its own that has ended the next one is started`()
        async throws
    {
        expectSpawn()
        it.host.expect("/bin/check", code: 1)
        it.host.expect("/bin/check")
        it.host.expect("/bin/slow start") { $0.processTable = [] }
        it.host.expect("/bin/next start")
        let launchers = [
            httpd(.program(["/bin/check"])), it.program("slow", order: 20, [.start]),
            it.program("next", order: 30, [.start]),
        ]
        #expect(try await it.perform(.start, [it.app(launchers)]) == 0)
        #expect(it.host.commands.contains("/bin/next start"))
    }

    // MARK: Optional

    @Test func `the end of a daemon that is optional is told once`() async throws {
        expectSpawn()
        it.host.whileSleeping = { $0.processTable = [] }
        let app = it.app([httpd()], ["optional": .boolean(true)])
        #expect(try await it.perform(.start, [app]) == 0)
        let told = it.log.text(from: .error).filter { $0.contains("httpd ended within") }
        #expect(told.count == 1)
    }

    @Test func `and that of the other one, too`() async throws {
        expectSpawn()
        expectSpawn(1002, name: "other")
        it.host.whileSleeping = { $0.processTable.removeAll { $0.pid == 1001 } }
        it.hook(.startPost, 1)
        it.host.fakeScripts.effects[1] = { [host = it.host] _ in host.processTable = [] }
        let launchers = [httpd(), httpd(name: "other", order: 20)]
        let app = it.app(launchers, ["optional": .boolean(true)])
        #expect(try await it.perform(.start, [app]) == 0)
        for name in ["httpd", "other"] {
            let told = it.log.text(from: .error).filter { $0.contains("\(name) ended within") }
            #expect(told.count == 1)
        }
    }

    @Test func `it does not keep the launchers of another resource from their start`() async throws
    {
        expectSpawn()
        it.host.expect("/bin/slow start") { $0.processTable = [] }
        it.host.expect("/bin/next start")
        let other = Fixture.resource(
            "app#1",
            driver: "app",
            launchers: [
                it.program("slow", order: 10, [.start]), it.program("next", order: 20, [.start]),
            ]
        )
        let app = it.app([httpd()], ["optional": .boolean(true)])
        #expect(try await it.perform(.start, [app, other]) == 0)
        #expect(it.host.commands.suffix(2) == ["/bin/slow start", "/bin/next start"])
    }
}
