@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// A daemon that changed its user itself, and whose record is lost: nothing proves it, and anybody may have given
/// its marks to a process.
@EngineActor
struct LostRecordTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private var record: String { "\(directory.path)/var/web/httpd.pid" }

    init() {
        host.files["/etc/passwd"] = FakeFile("root:x:0:0::/:/bin/sh\nwww:x:33:33::/:/bin/sh\n")
        host.processTable = [process(40), process(41, user: 33)]
        host.processTable[0].environment = []
        host.whileSignalling = { host, _, target in
            if target == .group(41) || target == .process(41) { host.processTable.removeLast() }
        }
    }

    private func process(
        _ pid: Int32,
        start: UInt64 = 7,
        user: UInt32 = 0,
        call: String? = "OSVC_CALL=812-2n9c-4"
    ) -> ProcessEntry {
        ProcessEntry(
            pid: pid,
            group: pid,
            session: pid,
            user: user,
            executable: "/srv/httpd",
            arguments: ["/srv/httpd"],
            environment: ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=httpd"]
                + [call].compactMap(\.self),
            startTime: start
        )
    }

    private func service(user: String? = nil, pidFile: String? = nil, check: String? = nil) throws
        -> Service
    {
        var facts = Fixture.facts
        facts.root = directory.path
        let methods: [LauncherAction: Launcher.Method] = [
            .start: .daemon, .stop: .daemon, .status: check.map { .program([$0]) } ?? .daemon,
        ]
        let daemon = Launcher.Daemon(command: ["/srv/httpd"], pidFile: pidFile)
        var launcher = Fixture.launcher("httpd", methods, daemon: daemon)
        launcher.user = user
        let app = Fixture.resource("app", driver: "app", launchers: [launcher])
        return try Service(
            Fixture.service(resources: [app]),
            facts: facts,
            registry: .builtIn
        )
    }

    private func perform(_ action: Action, _ service: Service) async -> Int32 {
        await ServiceRunner(Site(service, host: host, log: log)).perform(action, ActionOptions())
    }

    private func look(_ service: Service) async throws -> StatusReport {
        let app = try #require(service.resource(ResourceID("app")))
        return await app.look(host, for: .status).report
    }

    private var doubt: String {
        "pid 41 (user www) may be the daemon, whose record is lost: if so, 'echo 41 >\(record)',"
            + " else 'kill 41'"
    }

    @Test(arguments: [nil, "starting\n"], [nil, "root"])
    func `its status is in doubt`(contents: String?, user: String?) async throws {
        host.files[record] = contents.map { FakeFile($0) }
        let report = try await look(service(user: user))
        #expect(report == StatusReport(.warn, notes: ["httpd: \(doubt)"]))
    }

    @Test(arguments: [nil, "/srv/check"])
    func `its stop does not claim success`(check: String?) async throws {
        if let check { host.expect(check, code: 1) }
        #expect(try await perform(.stop, service(check: check)) == 1)
        #expect(host.processTable.map(\.pid) == [40, 41])
        #expect(log.text(from: .error).contains("ERROR app httpd is not stopped: \(doubt)"))
        #expect(!log.text().contains { $0.contains("already down") })
    }

    @Test func `its start makes no second one`() async throws {
        #expect(try await perform(.start, service()) == 1)
        #expect(host.commands == [])
        #expect(log.text(from: .error).contains("ERROR app httpd is not started: \(doubt)"))
        #expect(host.processTable.map(\.pid) == [40, 41])
    }

    @Test(arguments: [nil, "/run/httpd.pid"])
    func `a pid that an administrator records is believed`(pidFile: String?) async throws {
        let service = try service(pidFile: pidFile)
        host.files[record] = FakeFile("41\n")
        #expect(await (try look(service)).status == .up)
        #expect(await perform(.stop, service) == 0)
        #expect(host.processTable.map(\.pid) == [40])
        #expect(host.files[record] == FakeFile("stopped\n"))
    }

    @Test func `only with the marks of its launcher`() async throws {
        host.files[record] = FakeFile("40\n")
        host.processTable[0].executable = "/bin/other"
        host.processTable[0].arguments = ["other"]
        #expect(try await look(service()).status == .down)
    }

    /// What osvc recorded, or marks that lack one.
    @Test(arguments: ["stopped\n", "39 3\n", "starting 812-aaaa\n", nil])
    func `such marks mean nothing where osvc knows better`(contents: String?) async throws {
        host.files[record] = contents.map { FakeFile($0) }
        if contents == nil { host.processTable[1] = process(41, user: 33, call: nil) }
        let service = try service()
        #expect(await (try look(service)).status == .down)
        #expect(await perform(.stop, service) == 0)
        host.expect("/srv/httpd") { host in host.processTable.append(process(1001)) }
        #expect(await perform(.start, service) == 0)
        #expect(host.processTable.map(\.pid) == [40, 41, 1001])
    }

    @Test(arguments: [true, false])
    func `what follows the end of a root's process is waited for`(follows: Bool) async throws {
        host.processTable.insert(process(39, start: 6), at: 0)
        host.whileSignalling = { host, _, target in
            if target == .group(39) { host.processTable.removeFirst() }
        }
        host.whileSleeping = { host in
            if follows { host.processTable.removeAll { $0.pid == 41 } }
        }
        #expect(try await perform(.stop, service()) == (follows ? 0 : 1))
        #expect(host.files[record] == (follows ? FakeFile("stopped\n") : nil))
    }
}
