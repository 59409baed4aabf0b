import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// Which nodes get files, and what is said of those that do not (classic-actions.md section 4.4).
@EngineActor
struct SyncingTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private let flag = Fixture.resource("flag#0", driver: "fs.flag", ["file": .string("/run/f")])

    private func service(
        _ values: [(String, SettingValue)] = [("sync_interval", .integer(0))],
        nodes: [String] = ["n1", "n2"],
        drpnodes: [String] = [],
        _ resources: [ResourceDefinition] = []
    ) throws -> Service {
        var facts = Fixture.facts
        facts.root = directory.path
        facts.groups = NodeGroups(nodes: nodes, drpnodes: drpnodes)
        var definition = Fixture.service(
            "web",
            ["nodes": .list(nodes), "drpnodes": .list(drpnodes)],
            resources: resources
        )
        for (word, value) in values {
            definition.settings[word] = ScopedSetting(value, at: Fixture.position)
        }
        return try Service(definition, facts: facts, registry: .builtIn)
    }

    private func perform(
        _ service: Service,
        _ options: ActionOptions = ActionOptions(),
        action: SyncAction = .syncnodes,
        isCron: Bool = false
    ) async -> Int32 {
        var options = options
        options.isCron = isCron
        return await Syncing(Site(service, host: host, log: log)).perform(action, options)
    }

    private let forced = ActionOptions(force: true)
    private let off = "INFO sync#i0 skip sync: disabled by sync_interval = 0"

    @Test func `each node that is not due gets a line, and that is success`() async throws {
        #expect(await perform(try service(nodes: ["n1", "n2", "n3"])) == 0)
        #expect(log.text() == [off, off])
        #expect(host.orders.isEmpty)
    }

    @Test func `cron says nothing of it`() async throws {
        #expect(await perform(try service(), isCron: true) == 0)
        #expect(log.text() == [])
    }

    @Test func `syncdrp is for the recovery site, syncall for all, nodes first`() async throws {
        let service = try service(drpnodes: ["d1"])
        host.files["/etc/hosts"] = FakeFile("")
        let system = "INFO sync#i1 skip sync: disabled by sync_interval = 0"
        #expect(await perform(service, action: .syncdrp) == 0)
        #expect(log.text() == [off, system])
        log.clear()
        #expect(await perform(service, action: .syncall) == 0)
        #expect(log.text() == [off, off, system])
        log.clear()
        #expect(await perform(try self.service(), action: .syncdrp) == 0)
        #expect(log.text() == [])
    }

    @Test func `a node that is due is an error that names it, for nothing is sent yet`()
        async throws
    {
        #expect(await perform(try service(), forced) == 1)
        #expect(
            log.text() == ["ERROR sync#i0 sending files to n2 is not supported by this release"]
        )
        #expect(host.orders.isEmpty)
    }

    @Test func `a service that is not up sends nothing, not even by force`() async throws {
        let service = try service([], [flag])
        #expect(await perform(service, forced) == 0)
        #expect(log.text() == ["INFO sync#i0 won't sync this resource for a service not up"])
        host.files["/run/f"] = FakeFile("")
        #expect(await perform(service, forced) == 1)
    }

    /// The sum of address and storage, and what it refuses.
    @Test func `the state of the storage decides`() {
        let id = ResourceID("sync#i0")
        #expect(SyncRsync.refusal(of: id, storage: .up) == nil)
        #expect(SyncRsync.refusal(of: id, storage: .notApplicable) == nil)
        let warn = "won't sync this resource service in warn status"
        #expect(SyncRsync.refusal(of: id, storage: .warn) == warn)
        #expect(SyncRsync.refusal(of: id, storage: .down)?.hasSuffix("not up") == true)
        #expect(SyncRsync.refusal(of: ResourceID("sync#i1"), storage: .down) == nil)
    }

    @Test func `a recovery node sends nothing`() async throws {
        let service = try service(nodes: ["n2"], drpnodes: ["n1"])
        #expect(await perform(service, forced, action: .syncall) == 0)
        #expect(log.text() == [])
    }

    @Test func `a production service is not sent from a node that is none`() async throws {
        let service = try service([("service_type", .string("PRD"))])
        #expect(await perform(service, forced) == 0)
        #expect(
            log.text() == ["INFO sync#i0 won't sync a PRD service running on a !PRD node"]
        )
        let conf = "\(directory.path)/etc/node.conf"
        host.files[conf] = FakeFile("[node]\nhost_mode = PRD\n")
        #expect(await perform(service, forced) == 1)
        host.refusals["readFile \(conf)"] = .system(call: "open", subject: conf, errno: 5)
        #expect(await perform(service, forced) == 0)
        #expect(log.text().last?.contains("cannot be told") == true)
    }

    @Test func `disabled and unselected syncs are left out`() async throws {
        let off = Fixture.resource(
            "sync#i0",
            driver: "sync.rsync",
            ["disable": .boolean(true)]
        )
        #expect(await perform(try service([], [off]), forced) == 0)
        let app = ActionOptions(rids: [ResourceID("app")], force: true)
        #expect(await perform(try service(), app) == 0)
        #expect(log.text() == [])
    }

    @Test func `a service that is being acted on is left alone, and that is success`()
        async throws
    {
        let lock = try await ServiceLock.take(
            "web",
            for: "start",
            in: Layout(root: directory.path),
            within: .zero,
            host: host
        ) { _ in }
        defer { lock.release() }
        #expect(await perform(try service()) == 0)
        #expect(log.text() == ["INFO - syncnodes action is already running"])
        log.clear()
        #expect(await perform(try service(), action: .syncall, isCron: true) == 0)
        #expect(log.text() == [])
        #expect(!host.orders.contains { if case .sleep = $0 { true } else { false } })
    }
}
