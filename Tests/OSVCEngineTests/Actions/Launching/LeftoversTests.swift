import OSVCEngine
import OSVCTestSupport
import Testing

/// What an osvc that was killed left behind: programs that still run, daemons that nobody noted.
@EngineActor
struct LeftoversTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private var layout: Layout { Layout(root: directory.path) }

    private func perform(
        _ action: Action,
        _ resources: [ResourceDefinition],
        lockLimit: Duration = .seconds(60)
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let service = try Service(
            Fixture.service(resources: resources),
            facts: facts,
            registry: .builtIn
        )
        let options = ActionOptions(lockLimit: lockLimit)
        return await ServiceRunner(service, host: host, log: log).perform(action, options)
    }

    /// A program of the service, called by the osvc with this pid.
    private func program(
        _ pid: Int32,
        _ words: [String],
        calledBy caller: Int32,
        marks: [String] = []
    ) -> ProcessEntry {
        let environment = ["OPENSVC_SVCNAME=web", "OSVC_CALL=12-a-1/\(caller)-b2-4"] + marks
        return ProcessEntry(pid: pid, arguments: words, environment: environment, startTime: 7)
    }

    /// Leaves the journal of a stop that was cut off; returns the pid in it.
    private func cutOff() throws -> Int32 {
        let journal = try Journal.begin("stop", of: "web", in: layout, at: 0) { _ in }
        journal.doing(.unmount("/srv"), on: ResourceID("fs#1"), at: 0)
        return try #require(Interruption.find(of: "web", in: layout)).pid
    }

    @Test func `a program that a killed osvc left running is awaited`() async throws {
        let caller = try cutOff()
        host.processTable = [program(40, ["umount", "/srv"], calledBy: caller)]
        host.whileSleeping = { $0.processTable = [] }
        #expect(try await perform(.start, []) == 0)
        #expect(host.orders.first == .sleep(.milliseconds(50)))
        let text = "waiting up to 60s for what the stop left running: umount /srv (pid 40)"
        #expect(log.text().contains("INFO - \(text)"))
    }

    @Test func `one that does not end within the limit is told, and the action goes on`()
        async throws
    {
        let caller = try cutOff()
        host.processTable = [program(40, ["umount", "/srv"], calledBy: caller)]
        #expect(try await perform(.start, [], lockLimit: .milliseconds(100)) == 0)
        #expect(log.text().contains("WARNING - still running: umount /srv (pid 40)"))
        let sleeps = host.orders.count { $0 == .sleep(.milliseconds(50)) }
        #expect(sleeps == 2)
    }

    @Test func `what launchers and other calls started is not waited for`() async throws {
        let caller = try cutOff()
        host.processTable = [
            program(40, ["httpd"], calledBy: caller, marks: ["OPENSVC_LAUNCHER=httpd"]),
            program(41, ["umount", "/srv"], calledBy: caller + 1),
            ProcessEntry(pid: 42, arguments: ["umount", "/other"]),
        ]
        #expect(try await perform(.start, []) == 0)
        #expect(!host.orders.contains(.sleep(.milliseconds(50))))
    }

    @Test func `a daemon whose starter was killed is noted by the next start`() async throws {
        host.files["\(directory.path)/var/web/httpd.pid"] = FakeFile("starting\n")
        let marks = ["OPENSVC_LAUNCHER=httpd"]
        host.processTable = [program(40, ["/srv/httpd"], calledBy: 9, marks: marks)]
        let daemon = Launcher.Daemon(command: ["/srv/httpd"], pidFile: "/run/httpd.pid")
        let launcher = Fixture.launcher(
            "httpd",
            [.status: .check(.pidFile("/run/httpd.pid", executable: nil))],
            daemon: daemon
        )
        let app = Fixture.resource("app", driver: "app", launchers: [launcher])
        #expect(try await perform(.start, [app]) == 0)
        #expect(host.files["/run/httpd.pid"] == FakeFile("40\n"))
        #expect(host.files["\(directory.path)/var/web/httpd.pid"] == FakeFile("40 7\n"))
    }
}
