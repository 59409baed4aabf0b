import OSVCEngine
import OSVCTestSupport
import Testing

/// What an action does with the launchers of a directory, from lock to log.
@EngineActor
struct LauncherRunTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private var path: String { "\(directory.path)/etc/web.d" }

    private func lay(_ names: String...) {
        host.links[path] = "/srv/init.d"
        host.files["/srv/init.d"] = .directory
        for name in names {
            host.files["/srv/init.d/\(name)"] = FakeFile("")
            host.files["\(path)/\(name)"] = FakeFile(contents: [], mode: 0o755)
        }
    }

    private func perform(
        _ action: Action,
        classic: Bool = true,
        _ resources: [ResourceDefinition] = []
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let word = classic ? "continue" : "abort"
        let app = Fixture.resource("app", driver: "app", ["on_error": .string(word)])
        var definition = Fixture.service(
            "web",
            ["nodes": .list(["n1"])],
            resources: resources + [app]
        )
        definition.isClassic = classic
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return await ServiceRunner(Site(service, host: host, log: log)).perform(
            action,
            ActionOptions()
        )
    }

    /// The log with the times, which differ, left out.
    private var lines: [String] {
        log.text().map { line in
            guard let start = line.firstRange(of: " in "),
                let end = line.firstRange(of: " - ret")
            else { return line }
            return String(line[..<start.lowerBound] + line[end.lowerBound...])
        }
    }

    private var flag: ResourceDefinition {
        Fixture.resource("flag#0", driver: "fs.flag", ["file": .string("/run/flag")])
    }

    @Test func `a start logs each launcher and where its output is`() async throws {
        lay("S10web")
        host.expect("\(path)/S10web start")
        #expect(try await perform(.start) == 0)
        let output = "\(directory.path)/tmp/svc_web_S10web.log"
        #expect(
            lines == [
                "INFO app spawn: \(path)/S10web start",
                "INFO app start done - ret 0 - logs in \(output)",
            ]
        )
        let command = try #require(
            host.orders.compactMap { order -> Command? in
                guard case .run(let command) = order else { return nil }
                return command
            }.first
        )
        #expect(command.output == .file(output, append: false))
        #expect(command.limit == nil)
        #expect(command.environment == [:])
    }

    @Test func `a classic start goes on past a launcher that fails, and warns`() async throws {
        lay("S10bad", "S20good")
        host.expect("\(path)/S10bad start", code: 3)
        host.expect("\(path)/S20good start")
        #expect(try await perform(.start) == 0)
        #expect(lines[2] == "WARNING app start of S10bad returned 3")
        #expect(lines[3] == "INFO app spawn: \(path)/S20good start")
    }

    @Test func `a Lua service's start ends with a launcher that fails, and stops all`()
        async throws
    {
        lay("S10good", "S20bad", "K90x")
        host.expect("\(path)/S10good start")
        host.expect("\(path)/S20bad start", code: 3)
        host.expect("\(path)/K90x stop")
        #expect(try await perform(.start, classic: false, [flag]) == 1)
        #expect(host.commands.last == "\(path)/K90x stop")
        #expect(host.files["/run/flag"] == nil)
    }

    @Test(arguments: [Int32(0), 1])
    func `a rollback stops them unless they were up before`(status: Int32) async throws {
        lay("S10a", "K90a", "C10a")
        for _ in 1...4 { host.expect("\(path)/C10a status", code: status) }
        host.expect("\(path)/S10a start", code: 3)
        host.expect("\(path)/K90a stop")
        #expect(try await perform(.start, classic: false) == 1)
        #expect(host.commands.contains("\(path)/K90a stop") == (status != 0))
        #expect(lines.contains { $0.hasSuffix("no resource activated") } == (status == 0))
    }

    @Test func `a rollback leaves what entries have started when they were in doubt before`()
        async throws
    {
        lay("S10a", "K90a", "C10a", "C20b")
        host.expect("\(path)/C10a status", code: 0)
        host.expect("\(path)/C20b status", code: 1)
        host.expect("\(path)/S10a start", code: 3)
        #expect(try await perform(.start, classic: false) == 1)
        #expect(!host.commands.contains("\(path)/K90a stop"))
        let text = "INFO app what K90a stops is left as it is: it may have run before the start"
        #expect(lines.contains(text))
    }

    /// The exit code of its status before (nil: it has none), and whether its stop runs. Then another one fails.
    @Test(
        arguments: [(1, true), (2, true), (3, true), (nil, true), (4, false)]
            as [(Int32?, Bool)]
    )
    func `a rollback stops a launcher that was known to be down before the start`(
        status: Int32?,
        isStopped: Bool
    ) async throws {
        var methods: [LauncherAction: Launcher.Method] = [
            .start: .program(["/bin/a", "start"]), .stop: .program(["/bin/a", "stop"]),
        ]
        if let status {
            methods[.status] = .program(["/bin/a", "status"])
            host.expect("/bin/a status", code: status)
            host.expect("/bin/a status", code: 0)
            host.expect("/bin/a status", code: 1)
        }
        host.expect("/bin/a start")
        host.expect("/bin/a stop")
        host.expect("/bin/b start", code: 3)
        let other = Fixture.launcher("b", order: 20, [.start: .program(["/bin/b", "start"])])
        var facts = Fixture.facts
        facts.root = directory.path
        let app = Fixture.resource(
            "app",
            driver: "app",
            launchers: [Fixture.launcher("a", methods), other]
        )
        let service = try Service(
            Fixture.service(resources: [app]),
            facts: facts,
            registry: .builtIn
        )
        let runner = ServiceRunner(Site(service, host: host, log: log))
        #expect(await runner.perform(.start, ActionOptions()) == 1)
        #expect(host.commands.contains("/bin/a stop") == isStopped)
        let text = "INFO app a is left as it is: it may have run before the start"
        #expect(lines.contains(text) == !isStopped)
    }

    @Test func `a rollback keeps what the start that failed has printed`() async throws {
        let launcher = Fixture.launcher(
            "db",
            [.start: .program(["/bin/db", "start"]), .stop: .program(["/bin/db", "stop"])]
        )
        host.expect("/bin/db start", code: 3)
        host.expect("/bin/db stop")
        var facts = Fixture.facts
        facts.root = directory.path
        let app = Fixture.resource("app", driver: "app", launchers: [launcher])
        let definition = Fixture.service(resources: [app])
        let service = try Service(definition, facts: facts, registry: .builtIn)
        let runner = ServiceRunner(Site(service, host: host, log: log))
        #expect(await runner.perform(.start, ActionOptions()) == 1)
        let outputs = host.orders.compactMap { order -> Command.Output? in
            guard case .run(let command) = order else { return nil }
            return command.output
        }
        let path = "\(directory.path)/tmp/svc_web_db.log"
        #expect(outputs == [.file(path, append: false), .file(path, append: true)])
    }

    @Test func `a launcher that is refused fails the start, and what was up goes down again`()
        async throws
    {
        lay("S10a", "S20b", "K10a")
        host.files["\(path)/S20b"]?.info.mode = 0o777
        #expect(try await perform(.start, [flag]) == 1)
        #expect(host.commands == [])
        #expect(host.files["/run/flag"] == nil)
        #expect(lines.contains { $0.hasPrefix("ERROR app \(path)/S20b is not run") })
    }

    @Test func `a stop goes on past a launcher that is refused, and exits 1`() async throws {
        lay("K10a", "K20b")
        host.files["\(path)/K10a"]?.info.owner = 12
        host.expect("\(path)/K20b stop")
        #expect(try await perform(.stop) == 1)
        #expect(host.commands == ["\(path)/K20b stop"])
    }

    @Test func `a classic stop says no more of a launcher that fails than its code`()
        async throws
    {
        lay("K10a")
        host.expect("\(path)/K10a stop", code: 1)
        #expect(try await perform(.stop) == 0)
        let output = "\(directory.path)/tmp/svc_web_K10a.log"
        #expect(lines.last == "INFO app stop done - ret 1 - logs in \(output)")
    }

    @Test func `a start without its directory says so and succeeds`() async throws {
        #expect(try await perform(.start) == 0)
        #expect(lines == ["ERROR app \(path) is not present"])
    }

    @Test func `a classic start does not ask whether it worked`() async throws {
        lay("S10a", "C10a")
        host.expect("\(path)/S10a start")
        host.expect("\(path)/C10a status", code: 1)
        #expect(try await perform(.start) == 0)
        #expect(log.text(from: .warning) == [])
    }

    @Test func `a Lua service's launchers are given time to come up`() async throws {
        lay("S10a", "C10a")
        host.expect("\(path)/S10a start")
        for code: Int32 in [1, 1, 1, 1, 0] { host.expect("\(path)/C10a status", code: code) }
        #expect(try await perform(.start, classic: false) == 0)
        #expect(host.orders.contains { if case .sleep = $0 { true } else { false } })
    }

    @Test func `launchers that do not come up fail a Lua service's start`() async throws {
        lay("S10a", "C10a", "K10a")
        host.expect("\(path)/S10a start")
        host.expect("\(path)/C10a status", code: 1)
        host.expect("\(path)/K10a stop")
        #expect(try await perform(.start, classic: false) == 1)
        #expect(lines.contains("ERROR app is down after its start"))
        #expect(host.commands.last == "\(path)/K10a stop")
    }
}
