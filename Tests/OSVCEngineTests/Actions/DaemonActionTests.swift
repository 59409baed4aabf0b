import Glibc
@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// Start, stop and rollback of daemons on a machine in memory.
@EngineActor
struct DaemonActionTests {
    /// To whom signals went.
    @EngineActor
    final class Signals {
        var pids: [Int32] = []
    }

    let directory = TemporaryDirectory()
    let host = FakeHost()
    let log = RecordingLog()
    let marks = ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=httpd"]
    let signalled = Signals()

    var record: String { "\(directory.path)/var/web/httpd.pid" }

    func perform(
        _ action: Action,
        _ methods: [LauncherAction: Launcher.Method] = [.status: .daemon],
        life: Duration? = nil,
        pidFile: String? = nil,
        hooks: [Hook] = [],
        then others: [Launcher] = []
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let daemon = Launcher.Daemon(command: ["/srv/httpd"], pidFile: pidFile, life: life)
        let own: [LauncherAction: Launcher.Method] = [.start: .daemon, .stop: .daemon]
        let launcher = Fixture.launcher("httpd", own.merging(methods) { $1 }, daemon: daemon)
        let app = Fixture.resource("app", driver: "app", launchers: [launcher] + others)
        let service = try Service(
            Fixture.service(resources: [app], hooks: hooks),
            facts: facts,
            registry: .builtIn
        )
        return await ServiceRunner(Site(service, host: host, log: log)).perform(
            action,
            ActionOptions()
        )
    }

    func process(_ pid: Int32, start: UInt64 = 7, marks: [String]? = nil, user: UInt32 = 0)
        -> ProcessEntry
    {
        ProcessEntry(
            pid: pid,
            group: pid,
            session: pid,
            user: user,
            executable: "/srv/httpd",
            arguments: ["/srv/httpd"],
            environment: marks ?? self.marks,
            startTime: start
        )
    }

    /// The program becomes pid 1001, the first that the machine gives.
    func expectSpawn() {
        host.expect("/srv/httpd") { host in
            host.processTable.append(process(1001))
        }
    }

    /// Every signal ends whom it reaches.
    func obey(_ obeyed: Set<Int32> = [9, 15]) {
        host.whileSignalling = { [signalled] host, signal, target in
            let pid: Int32 =
                switch target {
                case .group(let pid), .process(let pid): pid
                }
            signalled.pids.append(pid)
            if obeyed.contains(signal) { host.processTable.removeAll { $0.pid == pid } }
        }
    }

    // MARK: A moment of life

    @Test func `a daemon has to live for a second`() async throws {
        expectSpawn()
        #expect(try await perform(.start) == 0)
        #expect(host.uptime() >= .seconds(1))
        #expect(host.files[record] == FakeFile("1001 7\n"))
    }

    @Test(arguments: [20, 300, 950])
    func `one that dies before fails the start and is told with its log`(age: Int) async throws {
        expectSpawn()
        host.endings[1001] = 3
        host.whileSleeping = { host in
            if host.uptime() >= .milliseconds(age - 50) { host.processTable = [] }
        }
        #expect(try await perform(.start) == 1)
        let told = log.text(from: .error).first { $0.contains("httpd ended within") }
        #expect(told?.contains("of its start, exit code 3 - logs in") == true)
        #expect(host.files[record] == FakeFile("stopped\n"))
    }

    /// A start that was cut off may have begun it, by a signal or by KILL.
    @Test(arguments: [nil, 300])
    func `one that is up and younger has to live as long`(age: Int?) async throws {
        host.files[record] = FakeFile("40 7\n")
        host.processTable = [process(40)]
        host.ages[40] = .zero
        host.whileSleeping = { host in
            if let age, host.uptime() >= .milliseconds(age) { host.processTable = [] }
        }
        #expect(try await perform(.start) == (age == nil ? 0 : 1))
        #expect(log.text().contains("INFO app httpd is already up (pid 40)"))
        #expect(host.uptime() >= (age == nil ? .seconds(1) : .milliseconds(300)))
        #expect(signalled.pids.isEmpty)
    }

    @Test(arguments: [(400, 600), (1000, 0)])
    func `one that is up is waited for until it is old enough`(age: Int, wait: Int) async throws {
        host.files[record] = FakeFile("40 7\n")
        host.processTable = [process(40)]
        host.ages[40] = .milliseconds(age)
        #expect(try await perform(.start) == 0)
        #expect(abs((host.uptime() - .milliseconds(wait)).inSeconds) < 0.001)
    }

    @Test func `how long it has to live is its own to say`() async throws {
        expectSpawn()
        #expect(try await perform(.start, life: .milliseconds(100)) == 0)
        #expect(host.uptime() < .milliseconds(200))
    }

    @Test func `one with a check is not waited for`() async throws {
        expectSpawn()
        host.expect("/srv/check", code: 1)
        host.expect("/srv/check", code: 0)
        #expect(try await perform(.start, [.status: .program(["/srv/check"])]) == 0)
        #expect(host.uptime() == .zero)
    }

    @Test func `the moments of several daemons overlap`() async throws {
        expectSpawn()
        host.expect("/srv/other") { host in
            host.processTable.append(process(1002, marks: []))
        }
        let other = Fixture.launcher(
            "other",
            order: 20,
            [.start: .daemon, .stop: .daemon, .status: .daemon],
            daemon: Launcher.Daemon(command: ["/srv/other"])
        )
        #expect(try await perform(.start, then: [other]) == 0)
        #expect(host.uptime() < .milliseconds(1200))
    }

    @Test func `nothing is started after a daemon that has ended`() async throws {
        expectSpawn()
        host.expect("/srv/next start", code: 0)
        host.expect("/srv/slow start") { $0.processTable = [] }
        let next = ["slow", "next"].enumerated().map { index, name in
            Fixture.launcher(
                name,
                order: 20 + index,
                [.start: .program(["/srv/\(name)", "start"])]
            )
        }
        #expect(try await perform(.start, then: next) == 1)
        #expect(!host.commands.contains("/srv/next start"))
    }

    @Test func `a daemon that goes to the background is noted as what it became`() async throws {
        expectSpawn()
        host.endings[1001] = 0
        let mark = "OSVC_CALL=\(CallMark.origin)-9"
        host.whileSleeping = { host in
            host.processTable = [process(1003, start: 9, marks: marks + [mark])]
        }
        #expect(try await perform(.start) == 0)
        #expect(host.files[record] == FakeFile("1003 9\n"))
    }

    /// After its start 1001 ends well, and another process goes on without any mark.
    func goesOn(as heir: ProcessEntry) {
        expectSpawn()
        host.endings[1001] = 0
        host.whileSleeping = { $0.processTable = [heir] }
    }

    @Test func `one that clears its environment is known by its session`() async throws {
        var heir = process(1003, start: 9, marks: [])
        heir.session = 1001
        goesOn(as: heir)
        #expect(try await perform(.start) == 0)
        #expect(host.files[record] == FakeFile("1003 9\n"))
    }

    @Test(
        arguments: [(0, 0o644, 7, 0), (0, 0o666, 7, 1), (33, 0o644, 7, 1), (0, 0o644, 6, 1)]
            as [(UInt32, UInt32, UInt64, Int32)]
    )
    func `with a session of its own it is known by its pid file`(
        owner: UInt32,
        mode: UInt32,
        start: UInt64,
        code: Int32
    ) async throws {
        var heir = process(1003, start: start, marks: [])
        (heir.executable, heir.arguments) = ("/srv/worker", ["worker"])
        goesOn(as: heir)
        host.files["/run/httpd.pid"] = FakeFile(
            info: FileInfo(kind: .file, owner: owner, mode: mode),
            contents: Array("1003\n".utf8)
        )
        host.processTable = [process(1001, marks: [])]
        host.refusals["writeFile /run/httpd.pid"] =
            .system(call: "write", subject: "/run/httpd.pid", errno: EROFS)
        #expect(try await perform(.start, pidFile: "/run/httpd.pid") == code)
        #expect((host.files[record] == FakeFile("1003 \(start)\n")) == (code == 0))
    }

    @Test func `what a daemon that failed may have left is named, and not ended`() async throws {
        host.expect("/srv/httpd") { host in
            var left = process(1002, start: 8, marks: [])
            left.arguments = ["/srv/worker", "-d"]
            // Others: older, another service's, somebody's program in a terminal.
            var mail = process(1004, start: 8, marks: ["OPENSVC_SVCNAME=mail"])
            mail.parent = 1
            var shell = process(1005, start: 8, marks: [])
            shell.parent = 700
            let older = process(900, start: 6, marks: [])
            host.processTable += [process(1001), left, mail, shell, older]
        }
        host.endings[1001] = 3
        host.whileSleeping = { host in host.processTable.removeAll { $0.pid == 1001 } }
        #expect(try await perform(.start) == 1)
        let text =
            "WARNING app httpd may still run, as pid 1002 (/srv/worker -d): begun since its start and"
            + " without its marks, so osvc does not end it"
        #expect(log.text().contains(text))
        #expect(signalled.pids.isEmpty)
    }

    @Test func `the log is renamed before a start, never while the daemon runs`() async throws {
        expectSpawn()
        #expect(try await perform(.start) == 0)
        #expect(try await perform(.start) == 0)
        let log = Layout(root: directory.path).launcherLog(of: "web", "httpd")
        #expect(host.rotations == ["\(log) from 10485760 keeping 3"])
    }

    @Test func `a daemon that dies while hooks run fails the start`() async throws {
        expectSpawn()
        let hook = Hook(
            id: "late",
            set: "web",
            event: .startPost,
            onError: .warn,
            script: Fixture.script(3)
        )
        host.fakeScripts.outcomes[3] = .finished(code: 0)
        host.fakeScripts.effects[3] = { [host] _ in host.processTable = [] }
        #expect(try await perform(.start, hooks: [hook]) == 1)
        #expect(log.text(from: .error).contains { $0.contains("httpd ended within") })
    }

    @Test func `the child of a daemon that failed does not stand for it`() async throws {
        expectSpawn()
        host.endings[1001] = 137
        let mark = "OSVC_CALL=\(CallMark.origin)-9"
        host.whileSleeping = { host in
            guard host.processTable.contains(where: { $0.pid == 1001 }) else { return }
            host.processTable = [process(1003, start: 9, marks: marks + [mark])]
        }
        obey()
        #expect(try await perform(.start) == 1)
        #expect(log.text().contains { $0.contains(", killed by signal 9 - logs in") })
        #expect(signalled.pids == [1003])
    }
}
