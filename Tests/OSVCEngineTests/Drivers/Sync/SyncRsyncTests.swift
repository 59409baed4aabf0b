import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// The syncs that every service with peers has (classic-resources.md section 6, decisions.md 3).
@EngineActor
struct SyncRsyncTests {
    private let host = FakeHost()
    private let passive = StatusReport(.warn, notes: ["passive node needs update"])

    private func sync(
        _ id: String = "sync#i0",
        nodes: [String] = ["n1", "n2"],
        drpnodes: [String] = [],
        on node: String = "n1"
    ) throws -> SyncRsync {
        var facts = Fixture.facts
        facts.node = node
        facts.groups = NodeGroups(nodes: nodes, drpnodes: drpnodes)
        return try SyncRsync(Fixture.settings(id, service: facts))
    }

    private func needsUpdate(_ nodes: String) -> StatusReport {
        StatusReport(.down, notes: ["\(nodes) need update"])
    }

    private func notApplicable(_ note: String) -> StatusReport {
        StatusReport(.notApplicable, notes: [note])
    }

    /// Minutes before now, by node.
    private func seen(_ ages: [String: Double] = [:], ranHere: Bool = false) -> SyncRsync.Seen {
        SyncRsync.Seen(
            stamps: ages.mapValues { 1_000_000_000 - $0 * 60 },
            now: 1_000_000_000,
            ranHere: ranHere
        )
    }

    // MARK: Status

    @Test
    func `where the service is up every peer without fresh files is named, in the file's order`()
        throws
    {
        let sync = try sync(nodes: ["n3", "n1", "n2"], drpnodes: ["d1"])
        #expect(sync.status(seen(), storage: .up) == needsUpdate("n3, n2, d1"))
        #expect(sync.status(seen(["n3": 1, "d1": 1500]), storage: .up) == needsUpdate("n2"))
        #expect(sync.status(seen(["d1": 1501]), storage: .up) == needsUpdate("n3, n2, d1"))
        let fresh = seen(["n3": 1, "n2": 2, "d1": 3])
        #expect(sync.status(fresh, storage: .up) == StatusReport(.up))
    }

    @Test(arguments: [Status.down, .warn, .notApplicable, .standbyUp, .undefined])
    func `where it is not up the local stamp counts`(storage: Status) throws {
        let sync = try sync()
        #expect(sync.status(seen(["n2": 1]), storage: storage) == passive)
        #expect(sync.status(seen(["n1": 1501]), storage: storage) == passive)
        #expect(sync.status(seen(["n1": 1]), storage: storage) == StatusReport(.up))
    }

    @Test func `the node that ran the service last speaks for its peers while it is stopped`()
        throws
    {
        let sync = try sync()
        #expect(sync.status(seen(["n1": 1], ranHere: true), storage: .down) == needsUpdate("n2"))
        #expect(sync.status(seen(["n2": 1], ranHere: true), storage: .down) == StatusReport(.up))
    }

    @Test func `a node of the recovery site never sends`() throws {
        let sync = try sync(drpnodes: ["d1"], on: "d1")
        let note = "service up on drp node, sync disabled"
        #expect(sync.status(seen(), storage: .up) == notApplicable(note))
        #expect(sync.status(seen(), storage: .down) == passive)
        #expect(sync.status(seen(ranHere: true), storage: .down) == passive)
    }

    @Test func `files of the system are for the recovery site alone`() throws {
        let here = try sync("sync#i1", drpnodes: ["d1"])
        let note = "passive node not in sync destination nodes"
        #expect(here.status(seen(), storage: .down) == notApplicable(note))
        #expect(here.status(seen(), storage: .up) == needsUpdate("d1"))
        #expect(here.label == "rsync system files to drpnodes")
        let there = try sync("sync#i1", drpnodes: ["d1", "d2"], on: "d1")
        #expect(there.status(seen(), storage: .down) == passive)
    }

    @Test func `without another node there is nobody to send to`() throws {
        let sync = try sync(nodes: ["n1"])
        #expect(sync.status(seen(), storage: .up) == notApplicable("no destination nodes"))
    }

    @Test func `not knowing when files were sent is a warning`() throws {
        var unknown = seen()
        unknown.problem = "open /x: Input/output error"
        let report = try sync().status(unknown, storage: .up)
        #expect(report == StatusReport(.warn, notes: ["open /x: Input/output error"]))
    }

    // MARK: Looking

    @Test func `stamps and the last runner are read from var`() async throws {
        host.files["/opt/opensvc/var/sync/n2/web!sync#i0"] = FakeFile("2014-02-17 17:20:41.5\n")
        host.files["/opt/opensvc/var/sync/n1/web!sync#i0"] = FakeFile("nonsense\n")
        host.files["/opt/opensvc/var/web/last_node"] = FakeFile("n1\n")
        let seen = try await sync().observe(host, for: .status)
        #expect(seen.stamps == ["n2": try #require(SyncStamp.time("2014-02-17 17:20:41.5"))])
        #expect(seen.ranHere && seen.problem == nil)
        host.files["/opt/opensvc/var/web/last_node"] = FakeFile("n2\n")
        #expect(try await !sync().observe(host, for: .status).ranHere)
    }

    @Test func `files of the system are sent where there are some`() throws {
        host.files["/etc/passwd"] = FakeFile("root\n")
        #expect(try sync("sync#i0").isThere(on: host))
        #expect(try sync("sync#i1").isThere(on: host))
        #expect(try !sync("sync#i2").isThere(on: host))
        host.files["/home/oracle"] = .directory
        #expect(try sync("sync#i2").isThere(on: host))
    }

    @Test func `a sync of one's own is refused by name`() {
        let error = #expect(throws: ConfigurationError.self) { try sync("sync#0") }
        #expect(error?.message == "sync#0: a sync of one's own is not supported by this release")
    }

    // MARK: In a service

    private func service(
        _ groups: NodeGroups,
        _ resources: [ResourceDefinition] = []
    ) throws -> Service {
        var facts = Fixture.facts
        facts.groups = groups
        let definition = Fixture.service(
            "web",
            [
                "nodes": .list(groups.nodes), "drpnodes": .list(groups.drpnodes),
                "sync_interval": .integer(7),
            ],
            resources: resources
        )
        return try Service(definition, facts: facts, registry: .builtIn)
    }

    private func syncs(_ service: Service) -> [String] {
        service.resources.map(\.id.text).filter { $0.hasPrefix("sync") }
    }

    @Test func `a service with more than one node has its syncs, written or not`() throws {
        #expect(try syncs(service(NodeGroups(nodes: ["n1"]))) == [])
        #expect(try syncs(service(NodeGroups(nodes: []))) == [])
        #expect(try syncs(service(NodeGroups(nodes: ["n1", "n2"]))) == ["sync#i0"])
        let all = ["sync#i0", "sync#i1", "sync#i2"]
        #expect(try syncs(service(NodeGroups(nodes: ["n1"], drpnodes: ["d1"]))) == all)
        let one = NodeGroups(nodes: [], drpnodes: ["n1"])
        #expect(try syncs(service(one)) == ["sync#i1", "sync#i2"])
    }

    @Test func `a sync has the schedule of its service where it says none`() throws {
        let groups = NodeGroups(nodes: ["n1", "n2"])
        let id = ResourceID("sync#i0")
        let bare = try #require(service(groups).resource(id)?.driver as? SyncRsync)
        #expect(bare.schedule == SyncSchedule(interval: 7))
        let written = Fixture.resource(
            "sync#i0",
            driver: "sync.rsync",
            ["sync_interval": .integer(9), "disable": .boolean(true)]
        )
        let own = try #require(service(groups, [written]).resource(id))
        #expect((own.driver as? SyncRsync)?.schedule == SyncSchedule(interval: 9))
        #expect(own.isDisabled)
    }

    @Test func `storage is looked at first, and what is not there is not shown`() async throws {
        let flag = Fixture.resource("flag#0", driver: "fs.flag", ["file": .string("/run/flag")])
        let service = try service(NodeGroups(nodes: ["n1", "n2"], drpnodes: ["d1"]), [flag])
        host.files["/etc/hosts"] = FakeFile("")
        func lines() async -> [String] {
            await Observer(Site(service, host: host, log: RecordingLog())).status().lines.map {
                "\($0.id) \($0.report.status)"
            }
        }
        #expect(await lines() == ["flag#0 down", "sync#i0 warn", "sync#i1 n/a", "app n/a"])
        host.files["/run/flag"] = FakeFile("")
        #expect(await lines() == ["flag#0 up", "sync#i0 down", "sync#i1 down", "app n/a"])
    }

    @Test func `nothing of it is started or stopped`() async throws {
        let service = try service(NodeGroups(nodes: ["n1", "n2"]))
        let seen = await Observer(Site(service, host: host, log: RecordingLog())).look(for: .action)
        let plan = try Planner.plan(
            service,
            seen,
            action: .start,
            direction: .up,
            options: ActionOptions()
        )
        #expect(plan.items.map(\.resource.text) == ["app"])
    }
}
