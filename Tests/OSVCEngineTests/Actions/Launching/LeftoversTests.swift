import Glibc
@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// What an osvc that was killed left behind: programs that still run, daemons that nobody noted.
@EngineActor
struct LeftoversTests {
    let directory = TemporaryDirectory()
    let host = FakeHost()
    let log = RecordingLog()

    var layout: Layout { Layout(root: directory.path) }

    func perform(
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
        return await ServiceRunner(Site(service, host: host, log: log)).perform(action, options)
    }

    /// A program of the service, called by the osvc with this pid.
    func program(
        _ pid: Int32,
        _ words: [String],
        calledBy caller: Int32,
        marks: [String] = []
    ) -> ProcessEntry {
        let environment = ["OPENSVC_SVCNAME=web", "OSVC_CALL=12-a-1/\(caller)-b2-4"] + marks
        return ProcessEntry(pid: pid, arguments: words, environment: environment, startTime: 7)
    }

    /// Leaves the journal of a stop that was cut off; returns the pid in it.
    func cutOff() throws -> Int32 {
        let journal = try Journal.begin("stop", of: "web", in: layout, at: 0) { _ in }
        journal.doing(.unmount("/srv", whenBusy: .fail), on: ResourceID("fs#1"), at: 0)
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

    /// Before it wrote the pid into osvc's record, or between that and the pid file.
    @Test(arguments: ["starting\n", "40 7\n"])
    func `a daemon whose starter was killed is noted by the next start`(_ record: String)
        async throws
    {
        host.files["\(directory.path)/var/web/httpd.pid"] = FakeFile(record)
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

    // MARK: By the journal

    /// Leaves the journal of a start that was cut off while it ran `/srv/web start`, after `/srv/db start`.
    func cutOffStart(limit: Duration? = nil, noted: Bool = true) throws {
        let journal = try Journal.begin("start", of: "web", in: layout, at: 0) { _ in }
        journal.doing(.makeDirectory("/a"), on: ResourceID("app"), at: 0)
        _ = try journal.calling("9-a-1", Command(["/srv/db", "start"]))
        journal.append(["pid", "9-a-1", "39", "6"])
        journal.returned("9-a-1")
        _ = try journal.calling("9-a-2", Command(["/srv/web", "start"], limit: limit))
        if noted { journal.append(["pid", "9-a-2", "40", "7"]) }
    }

    func script(_ pid: Int32, _ words: [String], mark: String, start: UInt64 = 7)
        -> ProcessEntry
    {
        ProcessEntry(
            pid: pid,
            group: pid,
            session: pid,
            arguments: words,
            environment: ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=w", "OSVC_CALL=\(mark)"],
            startTime: start
        )
    }

    @Test(arguments: [true, false])
    func `a launcher's program that was under way is awaited`(noted: Bool) async throws {
        try cutOffStart(noted: noted)
        host.processTable = [script(40, ["/bin/sh", "/srv/web", "start"], mark: "9-a-2")]
        host.whileSleeping = { $0.processTable = [] }
        #expect(try await perform(.stop, []) == 0)
        let text =
            "waiting up to 60s for what the start left running: /bin/sh /srv/web start (pid 40)"
        #expect(log.text().contains("INFO - \(text)"))
    }

    @Test func `what it put into the background is looked at when it has become its program`()
        async throws
    {
        try cutOffStart()
        let words = ["/bin/sh", "/srv/web", "start"]
        host.processTable = [script(40, words, mark: "9-a-2")]
        var looks = 0
        host.whileSleeping = { host in
            looks += 1
            host.processTable = [
                script(41, looks < 3 ? words : ["/srv/webd"], mark: "9-a-2", start: 8)
            ]
        }
        #expect(try await perform(.stop, []) == 0)
        // One pause until the program has ended, two until the other is another program, and one to be sure.
        #expect(looks == 4)
    }

    @Test func `a limit of any size is waited for, a few years at most`() throws {
        let journal = "begin\t1\t9\tstart\ncall\t9-a-1\t9223372036854775807\t/srv/web start\n"
        let calls = try #require(Interruption(journal: journal)).calls.unfinished
        #expect(calls.map(\.limit) == [.seconds(100_000_000)])
    }

    @Test func `what ended calls and the ended program left is not waited for`() async throws {
        try cutOffStart()
        host.processTable = [
            script(50, ["/srv/dbd"], mark: "9-a-1"), script(51, ["/srv/webd"], mark: "9-a-2"),
            // The pid of the program, which another has by now.
            script(40, ["/bin/other"], mark: "9-b-7", start: 8),
        ]
        #expect(try await perform(.start, []) == 0)
        #expect(!host.orders.contains(.sleep(.milliseconds(50))))
    }

    @Test func `a program that is late is ended with what it started`() async throws {
        try cutOffStart(limit: .seconds(3))
        host.processTable = [
            script(40, ["/srv/web", "start"], mark: "9-a-2"),
            script(41, ["sleep", "9"], mark: "9-a-2", start: 8),
            script(50, ["/srv/dbd"], mark: "9-a-1"),
        ]
        host.whileSignalling = { host, _, target in
            host.processTable.removeAll { .process($0.pid) == target }
        }
        #expect(try await perform(.start, []) == 0)
        #expect(host.uptime() >= .seconds(3) && host.uptime() < .seconds(4))
        #expect(host.processTable.map(\.pid) == [50])
        #expect(log.text().contains("WARNING - ending /srv/web start (pid 40)"))
    }
}
