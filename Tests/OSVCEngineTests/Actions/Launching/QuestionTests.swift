@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// How often an action asks launchers for their status.
@EngineActor
struct QuestionTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private nonisolated static let db = Fixture.launcher(
        "db",
        [
            .start: .program(["/bin/db", "start"]), .stop: .program(["/bin/db", "stop"]),
            .status: .program(["/bin/db", "status"]),
        ]
    )

    private func perform(
        _ action: Action,
        _ launchers: [Launcher] = [db],
        hooks: [Hook] = [],
        classic: Bool = false
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        // Launchers are asked whatever the storage is.
        facts.groups = NodeGroups(nodes: ["n1"])
        let word = classic ? "continue" : "abort"
        let app = Fixture.resource(
            "app",
            driver: "app",
            ["on_error": .string(word)],
            launchers: launchers
        )
        var definition = Fixture.service("web", ["nodes": .list(["n1"])], resources: [app])
        definition.isClassic = classic
        definition.hooks = hooks
        host.fakeScripts.outcomes[5] = .finished(code: 0)
        let service = try Service(definition, facts: facts, registry: .builtIn)
        let site = Site(service, host: host, log: log, scripts: host.fakeScripts)
        return await ServiceRunner(site).perform(action, ActionOptions())
    }

    private func answer(_ codes: Int32...) {
        for code in codes { host.expect("/bin/db status", code: code) }
        host.expect("/bin/db start")
        host.expect("/bin/db stop")
    }

    private var asked: [String] {
        host.commands.map { String($0.split(separator: " ").last ?? "") }
    }

    /// With a hook that fires when the status changes, every answer counts; it is asked no more often.
    private nonisolated static let hooks: [[Hook]] = [
        [],
        [
            Hook(
                id: "h",
                set: "site",
                event: .statusChanged,
                onError: .warn,
                script: Fixture.script(5)
            )
        ],
    ]

    @Test(arguments: hooks)
    func `a start asks once before and once after`(hooks: [Hook]) async throws {
        answer(1, 0)
        #expect(try await perform(.start, hooks: hooks) == 0)
        #expect(asked == ["status", "start", "status"])
        #expect(host.fakeScripts.calls.count == hooks.count)
    }

    @Test(arguments: hooks)
    func `what is up already is asked once`(hooks: [Hook]) async throws {
        answer(0)
        #expect(try await perform(.start, hooks: hooks) == 0)
        #expect(asked == ["status"])
        #expect(host.fakeScripts.calls.isEmpty)
    }

    @Test(arguments: hooks)
    func `a stop asks once before and once after`(hooks: [Hook]) async throws {
        answer(0, 1)
        #expect(try await perform(.stop, hooks: hooks) == 0)
        #expect(asked == ["status", "stop", "status"])
        #expect(host.fakeScripts.calls.count == hooks.count)
    }

    @Test func `a stop goes on without the answer, and does not ask again`() async throws {
        host.expect("/bin/db status", result: CommandResult(code: 124, timedOut: true))
        host.expect("/bin/db stop")
        #expect(try await perform(.stop) == 0)
        #expect(asked == ["status", "stop"])
    }

    @Test func `a start does not wait twice for a status that hangs`() async throws {
        host.expect("/bin/db status", code: 1)
        host.expect("/bin/db status", result: CommandResult(code: 124, timedOut: true)) {
            $0.time += 30
        }
        host.expect("/bin/db start")
        host.expect("/bin/db stop")
        #expect(try await perform(.start) == 1)
        #expect(asked == ["status", "start", "status", "stop"])
    }

    @Test func `a status has half a minute, and two seconds to end after it`() async throws {
        answer(0)
        #expect(try await perform(.start) == 0)
        let command = host.orders.lazy.compactMap { order -> Command? in
            guard case .run(let command) = order else { return nil }
            return command
        }.first
        #expect(command?.limit == .seconds(30))
        #expect(command?.killAfter == .seconds(2))
    }

    @Test func `a launcher without a start is not asked before one`() async throws {
        var watcher = Self.db
        watcher.name = "watcher"
        watcher.methods[.start] = nil
        watcher.methods[.stop] = nil
        let plain = Fixture.launcher("plain", [.start: .program(["/bin/plain", "start"])])
        answer(0)
        host.expect("/bin/plain start")
        #expect(try await perform(.start, [watcher, plain]) == 0)
        #expect(host.commands == ["/bin/plain start", "/bin/db status"])
    }

    @Test func `the check of a daemon that is stopped in any case is asked after it`() async throws
    {
        var daemon = Fixture.launcher("db", [:], daemon: Launcher.Daemon(command: ["/bin/dbd"]))
        daemon.methods[.status] = .program(["/bin/db", "status"])
        answer(1)
        #expect(try await perform(.stop, [daemon]) == 0)
        #expect(asked.isEmpty)
        #expect(log.text().contains("INFO app db is already down"))
    }

    private func lay(_ names: String...) {
        let path = "\(directory.path)/etc/web.d"
        host.links[path] = "/srv/init.d"
        host.files["/srv/init.d"] = .directory
        for name in names {
            host.files["/srv/init.d/\(name)"] = FakeFile("")
            host.files["\(path)/\(name)"] = FakeFile(contents: [], mode: 0o755)
        }
        host.expect("\(path)/C10a status")
        host.expect("\(path)/S10a start")
        host.expect("\(path)/K10a stop")
    }

    @Test(arguments: [true, false])
    func `the stop of a launcher directory asks nothing`(classic: Bool) async throws {
        lay("S10a", "K10a", "C10a")
        #expect(try await perform(.stop, [], classic: classic) == 0)
        #expect(asked == ["stop"])
    }

    @Test(arguments: [(true, ["status", "start"]), (false, ["status", "start", "status"])])
    func `its start asks once before, and once after where that decides`(
        classic: Bool,
        calls: [String]
    ) async throws {
        lay("S10a", "K10a", "C10a")
        #expect(try await perform(.start, [], classic: classic) == 0)
        #expect(asked == calls)
    }
}
