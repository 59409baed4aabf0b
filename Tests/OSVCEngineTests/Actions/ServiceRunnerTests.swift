import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// Actions from lock to journal's end, on a machine in memory.
@EngineActor
struct ServiceRunnerTests {
    let directory = TemporaryDirectory()
    let host = FakeHost()
    let log = RecordingLog()

    // MARK: Building

    func flag(_ id: String, _ values: KeyValuePairs<String, SettingValue> = [:])
        -> ResourceDefinition
    {
        var resource = Fixture.resource(id, driver: "fs.flag", values)
        resource.settings["file"] = ScopedSetting(.string("/run/\(id)"), at: Fixture.position)
        return resource
    }

    func app(_ launchers: [Launcher], _ values: KeyValuePairs<String, SettingValue> = [:])
        -> ResourceDefinition
    {
        Fixture.resource("app", driver: "app", values, launchers: launchers)
    }

    func perform(
        _ action: Action,
        _ resources: [ResourceDefinition],
        hooks: [Hook] = [],
        triggers: [Trigger] = [],
        options: ActionOptions = ActionOptions()
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let definition = Fixture.service(resources: resources, triggers: triggers, hooks: hooks)
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return await ServiceRunner(Site(service, host: host, log: log)).perform(action, options)
    }

    func exists(_ id: String) -> Bool { host.files["/run/\(id)"] != nil }

    func hook(_ event: HookEvent, _ script: Int, _ onError: Hook.OnError = .abort) -> Hook {
        Hook(
            id: "h\(script)",
            set: "site",
            event: event,
            onError: onError,
            script: Fixture.script(script)
        )
    }

    func program(_ name: String, order: Int = 10) -> Launcher {
        Fixture.launcher(
            name,
            order: order,
            [
                .start: .program(["/bin/\(name)", "start"]),
                .stop: .program(["/bin/\(name)", "stop"]),
            ]
        )
    }

    // MARK: Where it ran

    var lastNode: String? {
        host.files["\(directory.path)/var/web/last_node"].map {
            String(decoding: $0.contents, as: UTF8.self)
        }
    }

    @Test func `a whole start that succeeds is remembered, and its stop does not forget it`()
        async throws
    {
        #expect(try await perform(.start, [flag("flag#0")]) == 0)
        #expect(lastNode == "n1\n")
        #expect(try await perform(.stop, [flag("flag#0")]) == 0)
        #expect(lastNode == "n1\n")
    }

    @Test func `what is up everywhere, a part, and a failure do not make a node the last`()
        async throws
    {
        let standby = flag("flag#0", ["always_on": .list(["nodes"])])
        #expect(try await perform(.startstandby, [standby]) == 0)
        let part = ActionOptions(rids: [ResourceID("flag#0")])
        #expect(try await perform(.start, [flag("flag#0")], options: part) == 0)
        host.refusals["writeFile /run/flag#1"] = .system(call: "open", subject: "x", errno: 28)
        #expect(try await perform(.start, [flag("flag#1")]) == 1)
        #expect(lastNode == nil)
    }

    // MARK: Order and idempotence

    @Test func `start brings up in order, stop brings down in reverse`() async throws {
        #expect(try await perform(.start, [flag("flag#0"), flag("flag#1")]) == 0)
        #expect(exists("flag#0") && exists("flag#1"))
        log.clear()
        #expect(try await perform(.stop, [flag("flag#0"), flag("flag#1")]) == 0)
        #expect(!exists("flag#0") && !exists("flag#1"))
        #expect(log.text() == ["INFO flag#1 rm -f /run/flag#1", "INFO flag#0 rm -f /run/flag#0"])
    }

    @Test func `a second start and a second stop do nothing and succeed`() async throws {
        for action in [Action.start, .stop] {
            #expect(try await perform(action, [flag("flag#0")]) == 0)
            host.clearOrders()
            #expect(try await perform(action, [flag("flag#0")]) == 0)
            let changes = host.orders.filter {
                if case .writeFile(let path, _) = $0 { return path.hasPrefix("/run") }
                if case .removeFile = $0 { return true }
                return false
            }
            #expect(changes.isEmpty)
        }
    }

    @Test func `launchers of one number that are where they shall be are left together`()
        async throws
    {
        let status = { (name: String) in
            Fixture.launcher(
                name,
                [
                    .start: .program(["/bin/\(name)", "start"]),
                    .stop: .program(["/bin/\(name)", "stop"]),
                    .status: .program(["/bin/\(name)", "status"]),
                ]
            )
        }
        let resources = [
            flag("flag#0"), app([status("a"), status("b")], ["parallel": .boolean(true)]),
        ]
        for code: Int32 in [0, 1] {
            host.expect("/bin/a status", code: code)
            host.expect("/bin/b status", code: code)
        }
        #expect(try await perform(.start, resources) == 0)
        #expect(exists("flag#0"))
        #expect(log.text().contains("INFO app a is already up"))
        #expect(log.text().contains("INFO app b is already up"))
        #expect(try await perform(.start, []) == 0)
        #expect(try await perform(.stop, resources) == 0)
        #expect(!exists("flag#0"))
    }

    @Test func `launchers together are as independent as one: the stop goes on to the next`()
        async throws
    {
        let both = [program("a", order: 20), program("b", order: 20), program("c", order: 10)]
        let resources = [app(both, ["parallel": .boolean(true)])]
        for name in ["a", "b"] { host.expect("/bin/\(name) stop", code: 1) }
        host.expect("/bin/c stop")
        #expect(try await perform(.stop, resources) == 1)
        #expect(host.commands.contains("/bin/c stop"))
    }

    @Test func `restart stops, then starts`() async throws {
        #expect(try await perform(.start, [flag("flag#0")]) == 0)
        log.clear()
        #expect(try await perform(.restart, [flag("flag#0")]) == 0)
        #expect(log.text() == ["INFO flag#0 rm -f /run/flag#0", "INFO flag#0 write /run/flag#0"])
    }

    // MARK: Launchers

    @Test func `launchers start by number and stop by theirs`() async throws {
        for name in ["a", "b"] {
            for action in ["start", "stop"] { host.expect("/bin/\(name) \(action)") }
        }
        let launchers = [program("b", order: 20), program("a", order: 10)]
        #expect(try await perform(.start, [app(launchers)]) == 0)
        #expect(host.commands == ["/bin/a start", "/bin/b start"])
        host.clearOrders()
        #expect(try await perform(.stop, [app(launchers)]) == 0)
        #expect(host.commands == ["/bin/b stop", "/bin/a stop"])
    }

    @Test func `a launcher that fails to start ends the start, and is stopped with the others`()
        async throws
    {
        host.expect("/bin/a start")
        host.expect("/bin/b start", code: 3)
        host.expect("/bin/a stop")
        host.expect("/bin/b stop")
        let resources = [flag("flag#0"), app([program("a", order: 10), program("b", order: 20)])]
        #expect(try await perform(.start, resources) == 1)
        #expect(host.commands == ["/bin/a start", "/bin/b start", "/bin/b stop", "/bin/a stop"])
        #expect(!exists("flag#0"))
        #expect(log.text().contains("ERROR app start of b returned 3"))
    }

    @Test func `with on_error continue a launcher that fails is named, and the start goes on`()
        async throws
    {
        host.expect("/bin/a start", code: 3)
        host.expect("/bin/b start")
        let launchers = [program("a", order: 10), program("b", order: 20)]
        let resources = [app(launchers, ["on_error": .string("continue")])]
        #expect(try await perform(.start, resources) == 0)
        #expect(host.commands == ["/bin/a start", "/bin/b start"])
        #expect(log.text(from: .warning) == ["WARNING app start of a returned 3"])
    }

    @Test func `a launcher that fails to stop does not keep the storage, but the stop has failed`()
        async throws
    {
        host.files["/run/flag#0"] = FakeFile("up")
        host.expect("/bin/a stop", code: 1)
        host.expect("/bin/b stop")
        let resources = [flag("flag#0"), app([program("a", order: 20), program("b", order: 10)])]
        #expect(try await perform(.stop, resources) == 1)
        #expect(host.commands == ["/bin/a stop", "/bin/b stop"])
        #expect(!exists("flag#0"))
    }

    @Test func `what a script left as undo runs in place of its stop`() async throws {
        let script = Fixture.launcher(
            "s",
            [.start: .script(Fixture.script(1)), .stop: .script(Fixture.script(2))]
        )
        host.fakeScripts.outcomes[1] = .failed("web.lua:1: no")
        host.fakeScripts.undoable = [ScriptKey(resource: ResourceID("app"), launcher: "s")]
        #expect(try await perform(.start, [app([script])]) == 1)
        #expect(host.fakeScripts.calls.map(\.script.id) == [1])
        #expect(host.fakeScripts.undone.count == 1)
        #expect(log.text().contains("ERROR app web.lua:1: no"))
    }

    // MARK: State

    @Test func `an action that was cut off is told by the next, which goes on`() async throws {
        let layout = Layout(root: directory.path)
        let journal = try Journal.begin("start", of: "web", in: layout, at: 0) { _ in }
        journal.doing(.unmount("/srv", whenBusy: .fail), on: ResourceID("fs#1"), at: 0)
        #expect(try await perform(.stop, [flag("flag#0")]) == 0)
        let first = try #require(log.lines.first)
        #expect(first.level == .warning)
        #expect(first.message.hasPrefix("interrupted start at fs#1 (umount /srv), "))
        #expect(Interruption.find(of: "web", in: layout) == nil)
    }

    @Test func `a frozen service is left alone`() async throws {
        host.files[Layout(root: directory.path).frozenFlag(of: "web")] = FakeFile("")
        #expect(try await perform(.start, [flag("flag#0")]) == 1)
        #expect(log.text() == ["INFO - Abort action for frozen service"])
    }

    @Test func `a conflict ends the start before anything is touched`() async throws {
        let address = try #require(IPAddress("10.0.0.9"))
        host.names["web"] = [address]
        host.answering = [address]
        host.networkInterfaces = [
            NetworkInterface(
                name: "eth0",
                isUp: true,
                addresses: [.init(try #require(IPAddress("10.0.0.1")), prefixLength: 24)]
            )
        ]
        let ip = Fixture.resource(
            "ip#0",
            driver: "ip",
            ["ipname": .string("web"), "ipdev": .string("eth0")]
        )
        #expect(try await perform(.start, [ip, flag("flag#0")]) == 1)
        #expect(host.commands.isEmpty)
        #expect(
            log.text() == [
                "INFO ip#0 checking 10.0.0.9 availability",
                "ERROR - 'start' action stopped on execution error: "
                    + "start aborted due to resource ip#0 conflict",
                "INFO - skip rollback start: no resource activated",
            ]
        )
    }
}
