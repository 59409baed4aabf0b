@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// What an action does with one launcher: its environment, its limits and how its end is judged.
@EngineActor
struct LaunchingTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private func perform(
        _ action: Action,
        _ launcher: Launcher,
        _ settings: KeyValuePairs<String, SettingValue> = [:]
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let app = Fixture.resource("app", driver: "app", settings, launchers: [launcher])
        let definition = Fixture.service(resources: [app])
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return await ServiceRunner(Site(service, host: host, log: log))
            .perform(action, ActionOptions(disableRollback: true))
    }

    private let program = Fixture.launcher("db", [.start: .program(["/bin/db", "start"])])
    private let script = Fixture.launcher("s", [.start: .script(Fixture.script(1))])

    private var logFile: String { Layout(root: directory.path).launcherLog(of: "web", "db") }

    private var commands: [Command] {
        host.orders.compactMap { order in
            guard case .run(let command) = order else { return nil }
            return command
        }
    }

    // MARK: Programs

    @Test func `a launcher is told its resource, its name and the action`() async throws {
        host.expect("/bin/db start")
        #expect(try await perform(.start, program) == 0)
        let environment = try #require(commands.first).environment
        #expect(environment["OPENSVC_RID"] == "app")
        #expect(environment["OPENSVC_LAUNCHER"] == "db")
        #expect(environment["OPENSVC_ACTION"] == "start")
        #expect(commands.first?.directory == "/")
    }

    @Test func `a launcher runs in its own directory`() async throws {
        host.expect("/bin/db start")
        var launcher = program
        launcher.directory = "/srv/db"
        #expect(try await perform(.start, launcher) == 0)
        #expect(commands.first?.directory == "/srv/db")
    }

    @Test func `programs and daemons run as their user, in their directory`() async throws {
        var daemon = Fixture.launcher(
            "httpd",
            order: 20,
            [.start: .daemon],
            daemon: Launcher.Daemon(command: ["/srv/httpd"])
        )
        daemon.directory = "/srv"
        var program = program
        program.directory = "/srv"
        for (launcher, line) in [(program, "/bin/db start"), (daemon, "/srv/httpd")] {
            var launcher = launcher
            (launcher.user, launcher.group) = ("www", "web")
            host.expect(line) { host in
                host.processTable = [ProcessEntry(pid: 1001, executable: "/srv/httpd")]
            }
            #expect(try await perform(.start, launcher) == 0)
        }
        let all = host.orders.compactMap { order -> Command? in
            switch order {
            case .run(let command), .spawn(let command): command
            default: nil
            }
        }
        #expect(all.map(\.user) == ["www", "www"] && all.map(\.group) == ["web", "web"])
        #expect(all.map(\.directory) == ["/srv", "/srv"])
        #expect(all.last?.environment["OPENSVC_LAUNCHER"] == "httpd")
        // A daemon's output is kept: it may be the reason why there is another one.
        let log = Layout(root: directory.path).launcherLog(of: "web", "httpd")
        #expect(all.last?.output == .file(log, append: true))
    }

    /// `on_error` judges launchers, and osvc is none.
    @Test(arguments: [HostError.notRecorded(Command(["/bin/db"])), .programMissing("/bin/db")])
    func `a launcher that osvc refuses to run fails the start in any case`(error: HostError)
        async throws
    {
        var launcher = program
        launcher.onError = .continue
        host.expect("/bin/db start", failing: error)
        let isRefused = error != .programMissing("/bin/db")
        #expect(try await perform(.start, launcher) == (isRefused ? 1 : 0))
        #expect(log.text(from: .error).contains("ERROR app \(error)"))
    }

    @Test func `a launcher that is late is reported with its limit`() async throws {
        var result = CommandResult(code: 143)
        result.timedOut = true
        host.expect("/bin/db start", result: result)
        #expect(try await perform(.start, program, ["timeout": .duration(.seconds(3))]) == 1)
        #expect(commands.first?.limit == .seconds(3))
        let text = log.text(from: .error).joined(separator: "\n")
        #expect(text.contains("ERROR app db start: no end within 3s, killed"))
        #expect(text.contains("start of db returned 143"))
    }

    /// As an append-only file does.
    @Test(arguments: [Action.start, .stop])
    func `a launcher runs even where its log cannot be emptied`(_ action: Action) async throws {
        let error = HostError.system(call: "truncate", subject: logFile, errno: 1)
        let line = "/bin/db \(action.rawValue)"
        host.expect(line, failing: error)
        host.expect(line)
        let words = ["/bin/db", action.rawValue]
        let launcher = Fixture.launcher("db", [action == .start ? .start : .stop: .program(words)])
        #expect(try await perform(action, launcher) == 0)
        #expect(log.text(from: .warning) == ["WARNING app the log of db is not emptied: \(error)"])
        #expect(commands.map(\.output).last == .file(logFile, append: true))
    }

    @Test(arguments: ["open", "stat", "readlink"])
    func `a launcher is stopped whatever is wrong with its log`(_ call: String) async throws {
        host.expect("/bin/db stop", failing: .system(call: "truncate", subject: logFile, errno: 1))
        host.expect("/bin/db stop", failing: .system(call: call, subject: logFile, errno: 1))
        host.expect("/bin/db stop")
        let stop = Fixture.launcher("db", [.stop: .program(["/bin/db", "stop"])])
        #expect(try await perform(.stop, stop) == 0)
        #expect(commands.map(\.output).last == .file("/dev/null", append: true))
    }

    @Test(arguments: [true, false])
    func `a launcher runs even where its output cannot be kept`(isOpen: Bool) async throws {
        let error: HostError =
            isOpen
            ? .system(call: "open", subject: logFile, errno: 28)
            : .malformed(subject: logFile, problem: "is a directory")
        host.expect("/bin/db start", failing: error)
        host.expect("/bin/db start")
        #expect(try await perform(.start, program) == 0)
        #expect(log.text(from: .warning) == ["WARNING app the output of db is lost: \(error)"])
        #expect(commands.map(\.output).last == .file("/dev/null", append: true))
    }

    @Test func `a launcher that is missing fails`() async throws {
        host.expect("/bin/db start", failing: .programMissing("/bin/db"))
        #expect(try await perform(.start, program) == 1)
        #expect(commands.count == 1)
        #expect(log.text(from: .error).contains { $0.contains("/bin/db") })
    }

    // MARK: Scripts

    /// What a script answers, the level and text of the log, and the code of the start.
    @Test(
        arguments: [
            (.finished(code: 0), "INFO app start done - ret 0", 0),
            (.finished(code: 3), "ERROR app start of s returned 3", 1),
            (.skipped("nothing to do"), "INFO app nothing to do", 0),
            (.skipped("nothing to do"), "INFO app start done - ret 0", 0),
            (.timedOut("too late"), "ERROR app too late", 1),
            (.timedOut("too late"), "ERROR app start of s returned 124", 1),
            (.failed("no"), "ERROR app no", 1), (.refused("no"), "ERROR app no", 1),
            (.failed("no"), "ERROR app start of s returned 1", 1),
            (.status(.up, note: nil), "ERROR app start of s returned 1", 1),
        ] as [(ScriptOutcome, String, Int32)]
    )
    func `the answer of a script decides`(outcome: ScriptOutcome, line: String, code: Int32)
        async throws
    {
        host.fakeScripts.outcomes[1] = outcome
        #expect(try await perform(.start, script) == code)
        // Without its time, which differs.
        let lines = log.text().map { line in
            guard let start = line.firstRange(of: " in "),
                let end = line.firstRange(of: " - ret")
            else { return line }
            return String(line[..<start.lowerBound] + line[end.lowerBound...])
        }
        #expect(lines.contains(line))
    }

    // MARK: Settling

    private func asked(_ method: Launcher.Method) -> Launcher {
        Fixture.launcher("db", [.start: .program(["/bin/db", "start"]), .status: method])
    }

    @Test(arguments: [(nil, 10), (Duration.seconds(3), 3), (.seconds(60), 10)])
    func `one that stays down has not been started`(limit: Duration?, seconds: Int) async throws {
        host.expect("/bin/db start")
        host.expect("/bin/db status", code: 1)
        let settings: KeyValuePairs<String, SettingValue> =
            if let limit { ["timeout": .duration(limit)] } else { [:] }
        #expect(try await perform(.start, asked(.program(["/bin/db", "status"])), settings) == 1)
        let text = "ERROR app db is down after its start (/bin/db exited 1)"
        #expect(log.text(from: .error).first == text)
        #expect(host.uptime() >= .seconds(seconds) && host.uptime() < .seconds(seconds + 1))
    }

    @Test func `one that takes a moment is waited for`() async throws {
        host.expect("/bin/db start")
        for code: Int32 in [1, 1, 1, 0] { host.expect("/bin/db status", code: code) }
        #expect(try await perform(.start, asked(.program(["/bin/db", "status"]))) == 0)
        #expect(host.uptime() > .zero && host.uptime() < .seconds(1))
    }

    @Test func `why it is not up is part of the message`() async throws {
        host.expect("/bin/db start")
        host.fakeScripts.outcomes[2] = .status(.warn, note: "no reply")
        #expect(try await perform(.start, asked(.script(Fixture.script(2)))) == 1)
        #expect(log.text(from: .error).first == "ERROR app db is warn after its start (no reply)")
    }

    @Test func `one that cannot tell its status is started all the same`() async throws {
        host.expect("/bin/db start")
        host.fakeScripts.outcomes[2] = .status(.notApplicable, note: nil)
        #expect(try await perform(.start, asked(.script(Fixture.script(2)))) == 0)
        #expect(host.uptime() == .zero)
    }
}
