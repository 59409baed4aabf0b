import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// Actions beside start and stop, on a machine in memory (classic-actions.md sections 4 and 9).
@EngineActor
struct LayerActionTests {
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

    private let hb = Fixture.resource("hb#0", driver: "hb.openha", ["type": .string("OpenHA")])

    private var standby: ResourceDefinition { flag("flag#1", ["always_on": .list(["nodes"])]) }

    private func trigger(_ moment: Trigger.Moment, _ program: String) -> Trigger {
        Trigger(
            moment: moment,
            work: .program([program]),
            isBlocking: false,
            position: Fixture.position
        )
    }

    private func service(_ resources: [ResourceDefinition], startsOn node: String = "n1") throws
        -> Service
    {
        var facts = Fixture.facts
        facts.root = directory.path
        var definition = Fixture.service(resources: resources)
        definition.settings["autostart_node"] = ScopedSetting(.list([node]), at: Fixture.position)
        return try Service(definition, facts: facts, registry: .builtIn)
    }

    private func perform(
        _ action: Action,
        _ resources: [ResourceDefinition],
        startsOn node: String = "n1",
        _ options: ActionOptions = ActionOptions()
    ) async throws -> Int32 {
        let service = try service(resources, startsOn: node)
        return await ServiceRunner(Site(service, host: host, log: log)).perform(action, options)
    }

    private func exists(_ id: String) -> Bool { host.files["/run/\(id)"] != nil }

    // MARK: Layers

    @Test(arguments: [
        (Action.startip, ["ip#0"]), (.startdisk, ["vg#0"]), (.startvg, ["vg#0"]),
        (.startloop, []), (.startfs, ["vg#0", "fs#0"]), (.startapp, ["app"]),
        (.start, ["ip#0", "vg#0", "fs#0", "app"]),
    ])
    func `an action of one layer plans just that layer`(action: Action, ids: [String]) throws {
        let service = try service([
            Fixture.resource(
                "ip#0",
                driver: "ip",
                ["ipname": .string("web"), "ipdev": .string("e")]
            ),
            Fixture.resource("vg#0", driver: "disk.vg", ["vgname": .string("data")]),
            Fixture.resource(
                "fs#0",
                driver: "fs",
                ["type": .string("ext4"), "dev": .string("/dev/x"), "mnt": .string("/a")]
            ),
        ])
        let plan = try Planner.plan(
            service,
            [:],
            action: action,
            direction: .up,
            options: ActionOptions()
        )
        #expect(plan.items.map(\.resource.text) == ids)
    }

    @Test func `shutdown brings down what is standby, too; stop leaves it`() async throws {
        let both = [flag("flag#0"), standby]
        #expect(try await perform(.start, both) == 0)
        #expect(try await perform(.stop, both) == 0)
        #expect(!exists("flag#0") && exists("flag#1"))
        #expect(try await perform(.shutdown, both) == 0)
        #expect(!exists("flag#1"))
    }

    /// The triggers of the service belong to the whole, those of a resource to its start and stop.
    @Test(
        arguments: [
            (.start, ["service", "resource"]), (.startfs, ["resource"]), (.stopfs, ["resource"]),
            (.startstandby, []), (.shutdown, []),
        ] as [(Action, [String])]
    )
    func `an action has the triggers of what it drives`(action: Action, run: [String]) async throws
    {
        host.expect("/bin/service")
        host.expect("/bin/resource")
        let moment: Trigger.Moment = action.direction == .up ? .preStart : .preStop
        var flag = standby
        flag.triggers = [trigger(moment, "/bin/resource")]
        var service = Fixture.service(resources: [flag])
        service.triggers = [trigger(moment, "/bin/service")]
        var facts = Fixture.facts
        facts.root = directory.path
        let site = Site(
            try Service(service, facts: facts, registry: .builtIn),
            host: host,
            log: log
        )
        #expect(await ServiceRunner(site).perform(action, ActionOptions(force: true)) == 0)
        #expect(host.commands == run.map { "/bin/\($0)" })
    }

    @Test func `what stays up is named when a stop leaves it`() async throws {
        #expect(try await perform(.start, [standby]) == 0)
        log.clear()
        #expect(try await perform(.stop, [standby]) == 0)
        let text = "INFO flag#1 skip 'stop' on standby resource (--force to override)"
        #expect(log.text() == [text])
    }

    @Test func `an optional resource that does not stop keeps nothing below it`() async throws {
        let all = [flag("flag#0"), flag("flag#2", ["optional": .boolean(true)])]
        #expect(try await perform(.start, all) == 0)
        host.refusals["removeFile /run/flag#2"] = .system(call: "unlink", subject: "x", errno: 5)
        #expect(try await perform(.stop, all) == 0)
        #expect(!exists("flag#0") && exists("flag#2"))
    }

    @Test(arguments: [Action.stop, .stopapp])
    func `a launcher that fails ends a stop of launchers, but not that of the service`(
        action: Action
    ) async throws {
        host.expect("/bin/a stop", code: 3)
        let launcher = Fixture.launcher("a", [.stop: .program(["/bin/a", "stop"])])
        let app = Fixture.resource("app", driver: "app", launchers: [launcher])
        #expect(try await perform(action, [app]) == 1)
        let text = "ERROR - 'stopapp' action stopped on execution error"
        #expect(log.text().contains(text) == (action == .stopapp))
    }

    // MARK: Boot

    @Test func `a boot starts the service on a node of autostart_node`() async throws {
        #expect(try await perform(.boot, [flag("flag#0"), standby]) == 0)
        #expect(exists("flag#0") && exists("flag#1"))
    }

    @Test func `a boot elsewhere, or under cluster software, brings up what is standby`()
        async throws
    {
        #expect(try await perform(.boot, [flag("flag#0"), standby], startsOn: "n2") == 0)
        #expect(!exists("flag#0") && exists("flag#1"))
        try host.removeFile("/run/flag#1")
        #expect(try await perform(.boot, [flag("flag#0"), standby, hb]) == 0)
        #expect(!exists("flag#0") && exists("flag#1"))
    }

    @Test func `a boot whose start fails keeps what is up and brings up what is standby`()
        async throws
    {
        host.refusals["writeFile /run/flag#2"] = .system(call: "open", subject: "x", errno: 28)
        let all = [flag("flag#0"), flag("flag#2"), flag("flag#3", ["always_on": .list(["n1"])])]
        #expect(try await perform(.boot, all) == 0)
        #expect(exists("flag#0") && exists("flag#3"))
        #expect(log.text().contains("INFO - start failed. try to start standby"))
        #expect(!log.text().contains { $0.contains("rollback") })
    }

    @Test func `a boot that meets a conflict says so in the words of a start`() async throws {
        let address = try #require(IPAddress("10.0.0.9"))
        host.names["web"] = [address]
        host.answering = [address]
        host.networkInterfaces = [NetworkInterface(name: "eth0", isUp: true)]
        let ip = Fixture.resource(
            "ip#0",
            driver: "ip",
            ["ipname": .string("web"), "ipdev": .string("eth0")]
        )
        #expect(try await perform(.boot, [ip]) == 0)
        #expect(
            log.text(from: .error) == ["ERROR - start aborted due to resource ip#0 conflict"]
        )
    }

    // MARK: What keeps an action from being begun

    @Test func `under cluster software only --cluster starts and stops`() async throws {
        for action in [Action.start, .stop, .startfs, .shutdown] {
            #expect(try await perform(action, [flag("flag#0"), hb]) == 1)
        }
        #expect(log.text().allSatisfy { $0.contains("managed by a clusterware") })
        #expect(host.orders.isEmpty)
        let cluster = ActionOptions(reason: .cluster)
        #expect(try await perform(.start, [flag("flag#0"), hb], cluster) == 0)
    }

    @Test func `what is frozen is said before who manages it`() async throws {
        host.files["\(directory.path)/var/FROZEN"] = FakeFile()
        #expect(try await perform(.start, [flag("flag#0"), hb]) == 1)
        #expect(log.text() == ["INFO - Abort action for frozen service"])
    }
}
