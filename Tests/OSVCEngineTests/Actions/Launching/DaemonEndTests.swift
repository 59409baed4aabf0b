import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// How daemons are ended: by which signal, to whom, and within which time.
@EngineActor
struct DaemonEndTests {
    private let it = ActionFixture()
    private var record: String { "\(it.directory.path)/var/web/httpd.pid" }

    /// It is ended by signal 2 and may take three seconds.
    private var httpd: ResourceDefinition {
        let daemon = Launcher.Daemon(
            command: ["/srv/httpd"],
            pidFile: "/run/httpd.pid",
            stopSignal: 2,
            stopLimit: .seconds(3)
        )
        return it.app([
            Fixture.launcher(
                "httpd",
                [.start: .daemon, .stop: .daemon, .status: .daemon],
                daemon: daemon
            )
        ])
    }

    private func process(_ pid: Int32, group: Int32? = nil, start: UInt64 = 7) -> ProcessEntry {
        ProcessEntry(
            pid: pid,
            group: group ?? pid,
            session: group ?? pid,
            executable: "/srv/httpd",
            arguments: ["/srv/httpd"],
            environment: ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=httpd"],
            startTime: start
        )
    }

    /// The daemon with pid 40, which osvc's record names.
    private func run(group: Int32 = 40) {
        it.host.files[record] = FakeFile("40 7\n")
        it.host.processTable = [process(40, group: group)]
    }

    /// KILL ends whom it reaches, other signals nobody.
    private func resist() {
        it.host.whileSignalling = { host, signal, target in
            guard signal == 9 else { return }
            host.processTable.removeAll { process in
                switch target {
                case .group(let group): process.group == group
                case .process(let pid): process.pid == pid
                }
            }
        }
    }

    private var signals: [FakeHost.Order] {
        it.host.orders.filter { if case .signal = $0 { true } else { false } }
    }

    // MARK: A daemon that runs

    @Test func `a daemon has the time that it says, then its group is killed`() async throws {
        run()
        resist()
        #expect(try await it.perform(.stop, [httpd]) == 0)
        #expect(signals == [.signal(2, .group(40)), .signal(9, .group(40))])
        #expect(it.host.uptime() >= .seconds(3) && it.host.uptime() < .seconds(4))
    }

    @Test func `of a daemon in a group of others only the process is signalled`() async throws {
        run(group: 39)
        it.host.processTable.append(ProcessEntry(pid: 39, group: 39, session: 39))
        resist()
        #expect(try await it.perform(.stop, [httpd]) == 0)
        #expect(signals == [.signal(2, .process(40)), .signal(9, .process(40))])
    }

    @Test func `another process with its pid is not waited for`() async throws {
        run()
        it.host.whileSignalling = { host, _, _ in
            host.processTable = [ProcessEntry(pid: 40, executable: "/bin/other", startTime: 8)]
        }
        #expect(try await it.perform(.stop, [httpd]) == 0)
        #expect(signals == [.signal(2, .group(40))])
        #expect(it.host.uptime() == .zero)
    }

    @Test func `KILL may take a moment`() async throws {
        run()
        it.host.whileSleeping = { host in
            if host.uptime() >= .seconds(5) { host.processTable = [] }
        }
        #expect(try await it.perform(.stop, [httpd]) == 0)
    }

    @Test func `its record says that it is stopped, and its pid file is gone`() async throws {
        run()
        it.host.files["/run/httpd.pid"] = FakeFile("40\n")
        it.host.whileSignalling = { host, _, _ in host.processTable = [] }
        #expect(try await it.perform(.stop, [httpd]) == 0)
        #expect(it.host.files[record] == FakeFile("stopped\n"))
        #expect(it.host.files["/run/httpd.pid"] == nil)
        it.host.clearOrders()
        #expect(try await it.perform(.stop, [httpd]) == 0)
        #expect(!it.host.orders.contains(.writeFile(record, "stopped\n")))
    }

    // MARK: What else is ended

    @Test(arguments: [Action.stop, .start])
    func `what is left of a dead one is ended in the same way`(action: Action) async throws {
        it.host.files[record] = FakeFile("39 3\n")
        it.host.processTable = [process(40)]
        resist()
        it.host.expect("/srv/httpd") { [it] host in
            host.processTable = [process(1001)]
            #expect(it.host.uptime() >= .seconds(3))
        }
        #expect(try await it.perform(action, [httpd]) == 0)
        #expect(signals == [.signal(2, .process(40)), .signal(9, .process(40))])
        #expect(it.host.uptime() >= .seconds(3) && it.host.uptime() < .seconds(5))
    }

    @Test func `so is one whose pid cannot be recorded, and its pid file is gone`() async throws {
        it.host.expect("/srv/httpd") { [record] host in
            host.processTable.append(process(1001))
            host.refusals["writeFile \(record)"] =
                .system(call: "write", subject: record, errno: 28)
        }
        resist()
        #expect(try await it.perform(.start, [httpd]) == 1)
        #expect(signals == [.signal(2, .group(1001)), .signal(9, .group(1001))])
        #expect(it.host.uptime() >= .seconds(3) && it.host.uptime() < .seconds(4))
        #expect(it.host.files["/run/httpd.pid"] == nil)
    }

    @Test func `one that could not be spawned is recorded as stopped`() async throws {
        it.host.expect("/srv/httpd", failing: .programMissing("/srv/httpd"))
        #expect(try await it.perform(.start, [httpd]) == 1)
        #expect(it.host.files[record] == FakeFile("stopped\n"))
    }

    // MARK: Rollback

    @Test func `a rollback finds what it started when the record is lost meanwhile`() async throws {
        var bare = process(1001)
        bare.environment = []
        it.host.expect("/srv/httpd") { [bare] host in host.processTable = [bare] }
        it.host.expect("/bin/b start", code: 3) { [record] host in
            host.files[record] = nil
            host.files["/run/httpd.pid"] = nil
        }
        it.host.expect("/bin/b stop")
        it.host.whileSignalling = { host, _, _ in host.processTable = [] }
        var app = httpd
        app.launchers.append(it.program("b", order: 20))
        #expect(try await it.perform(.start, [app]) == 1)
        #expect(signals == [.signal(2, .group(1001))])
    }
}
