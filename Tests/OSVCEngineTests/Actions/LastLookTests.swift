import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// At its end a start looks at all its resources once more.
@EngineActor
struct LastLookTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private func flag(_ id: String, _ values: KeyValuePairs<String, SettingValue> = [:])
        -> ResourceDefinition
    {
        var resource = Fixture.resource(id, driver: "fs.flag", values)
        resource.settings["file"] = ScopedSetting(.string("/run/\(id)"), at: Fixture.position)
        return resource
    }

    private let memory = Fixture.resource(
        "fs#0",
        driver: "fs",
        ["type": .string("tmpfs"), "dev": .string("none"), "mnt": .string("/srv/a")]
    )

    private func start(
        _ resources: [ResourceDefinition],
        triggers: [Trigger] = [],
        hooks: [Hook] = []
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let definition = Fixture.service(resources: resources, triggers: triggers, hooks: hooks)
        let service = try Service(definition, facts: facts, registry: .builtIn)
        let runner = ServiceRunner(Site(service, host: host, log: log))
        return await runner.perform(.start, ActionOptions())
    }

    /// Runs after all resources are started, and removes the file of flag#0.
    private var removal: Trigger {
        host.expect("/bin/tidy") { $0.files["/run/flag#0"] = nil }
        return Trigger(
            moment: .postStart,
            work: .program(["/bin/tidy"]),
            isBlocking: false,
            position: Fixture.position
        )
    }

    @Test func `what was up before and does not do its work is no success, and is left`()
        async throws
    {
        let mount = MountEntry(
            source: "none",
            mountPoint: "/srv/a",
            type: "tmpfs",
            isReadOnly: true
        )
        host.mountTable = [mount]
        #expect(try await start([memory]) == 1)
        let text = "ERROR fs#0 is warn after the start (fs is not writable)"
        #expect(log.text(from: .error).first == text)
        #expect(host.commands.isEmpty && host.mountTable == [mount])
    }

    @Test func `what went down after its own start is no success, and is rolled back`()
        async throws
    {
        #expect(try await start([flag("flag#0"), flag("flag#1")], triggers: [removal]) == 1)
        #expect(log.text(from: .error).first == "ERROR flag#0 is down after the start")
        #expect(host.files["/run/flag#1"] == nil)
    }

    @Test func `of an optional resource it is told, and no more`() async throws {
        let optional = flag("flag#0", ["optional": .boolean(true)])
        #expect(try await start([optional, flag("flag#1")], triggers: [removal]) == 0)
        #expect(log.text(from: .error) == ["ERROR flag#0 is down after the start"])
        #expect(host.files["/run/flag#1"] != nil)
    }

    @Test func `one that a hook left out is not judged`() async throws {
        host.fakeScripts.outcomes[7] = .skipped("not today")
        var skip = Hook(
            id: "h7",
            set: "site",
            event: .resourceStartPre,
            onError: .abort,
            script: Fixture.script(7)
        )
        skip.resourcePattern = "flag#0"
        #expect(try await start([flag("flag#0")], hooks: [skip]) == 0)
    }

    /// decisions.md 47
    @Test func `launchers are not asked once more`() async throws {
        host.expect("/bin/web status", code: 1)
        host.expect("/bin/web start") { $0.expect("/bin/web status") }
        let launcher = Fixture.launcher(
            "web",
            [
                .start: .program(["/bin/web", "start"]), .stop: .program(["/bin/web", "stop"]),
                .status: .program(["/bin/web", "status"]),
            ]
        )
        let app = Fixture.resource("app", driver: "app", launchers: [launcher])
        let triggers = [removal]
        #expect(try await start([app, flag("flag#1")], triggers: triggers) == 0)
        #expect(host.commands.contains("/bin/web status"))
        #expect(host.commands.last == "/bin/tidy")
    }
}
