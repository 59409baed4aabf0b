import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// What a classic file says of syncs, stonith and monitoring (classic-env.md sections 3 and 4).
struct EnvSyncTests {
    private static let head = "[DEFAULT]\nservice_type = TST\nnodes = n1 n2\n"

    private func load(_ text: String, on node: String = "n1") throws(EnvRefusal) -> EnvService {
        try EnvService(
            Array((Self.head + text).utf8),
            path: "/etc/svc1.env",
            registry: .builtIn,
            node: EnvNode(name: node)
        )
    }

    /// What the file has to tell, whether it is loaded or not.
    private func said(_ text: String) -> [String] {
        do throws(EnvRefusal) {
            return try load(text).messages.map(\.description)
        } catch {
            return error.messages.map(\.description)
        }
    }

    private func service(_ text: String, on node: String = "n1") throws -> Service {
        let definition = try load(text, on: node).definition
        let facts = ServiceFacts(name: "svc1", node: node, groups: definition.groups)
        return try Service(definition, facts: facts, registry: .builtIn)
    }

    private func sync(_ text: String, _ id: String = "sync#i0") throws -> (Resource, SyncRsync) {
        let resource = try #require(service(text).resource(ResourceID(id)))
        return (resource, try #require(resource.driver as? SyncRsync))
    }

    // MARK: Schedules

    @Test func `without a word the schedule is the usual one`() throws {
        let sync = try sync("").1
        #expect(sync.schedule == SyncSchedule())
        #expect(sync.schedule.interval == 121 && sync.schedule.maximumDelay == 1500)
    }

    @Test func `the section sync goes before DEFAULT, keyword by keyword`() throws {
        let text = "sync_interval = 5\nsync_max_delay = 6\n[sync]\nsync_interval = 7\n"
        #expect(try sync(text).1.schedule == SyncSchedule(interval: 7, maximumDelay: 6))
    }

    @Test func `periods and days are JSON`() throws {
        let text = """
            [sync]
            sync_period = [["03:59", "05:59"],
              ["22:00", "23:00"]]
            sync_days = ["Monday"]

            """
        let wanted = SyncSchedule(
            periods: ["03:59", "05:59", "22:00", "23:00"],
            days: ["Monday"]
        )
        #expect(try sync(text).1.schedule == wanted)
        #expect(said(text) == [])
    }

    @Test(arguments: [
        "sync_period = 03:59", "sync_period = []", "sync_period = [\"03:59\"]",
        "sync_period = {\"a\": 1}", "sync_period = [1, 2]", "sync_period = [\"03:59\", \"25:00\"]",
        "sync_days = monday", "sync_days = [\"monday\", 3]", "sync_days = [\"someday\"]",
        "sync_interval = soon", "sync_interval = -1", "sync_max_delay = 1.5",
    ])
    func `a bad schedule refuses the service, with its line`(line: String) {
        for text in ["\(line)\n", "[sync]\n\(line)\n"] {
            let error = #expect(throws: EnvRefusal.self) { try load(text) }
            let lines = error?.messages.map { $0.position?.line }
            #expect(lines == [text.hasPrefix("[") ? 5 : 4], "\(error?.description ?? "")")
        }
    }

    @Test func `the former name still holds, and is told once`() throws {
        let note = "sync_min_delay is deprecated. replace with sync_interval."
        let text = "sync_min_delay = 3\n[sync]\nsync_min_delay = 4\n"
        #expect(try sync(text).1.schedule == SyncSchedule(interval: 4))
        #expect(said(text) == [note])
        let both = "[sync]\nsync_min_delay = 4\nsync_interval = 5\n"
        #expect(try sync(both).1.schedule == SyncSchedule(interval: 5))
    }

    // MARK: Generated syncs

    @Test func `a section of its name says more of a generated sync, with the line of old`() throws
    {
        let text = "[sync#i0]\ndisable@n1 = true\noptional = true\n"
        #expect(try sync(text).0.flags == ".DO.")
        #expect(said(text) == ["config file section sync#i0 must have src set"])
    }

    @Test func `what would tell rsync something is refused while nothing is sent`() {
        let notes = said("[sync#i0]\noptions = --a --b\n")
        #expect(notes.contains { $0.contains("'options' is not supported by this release") })
    }

    @Test func `of DEFAULT it inherits whether it is disabled or optional, nothing else`() throws {
        let text = "optional = true\ndisable_on = n1\nmonitor = true\nalways_on = nodes\ntags = a\n"
        let resource = try sync(text).0
        #expect(resource.flags == ".DO.")
        #expect(!resource.isStandby && resource.tags == [])
    }

    @Test func `a word that it does not know is a warning`() {
        let notes = said("[sync]\nsync_intervall = 3\n")
        #expect(
            notes == [
                "/etc/svc1.env:5: sync: unknown keyword 'sync_intervall' (did you mean 'sync_interval'?)"
            ]
        )
    }

    @Test(arguments: ["sync#0", "sync#12", "SYNC#1", "sync#i7"])
    func `a sync of one's own is refused by name, or dropped as ever`(name: String) {
        #expect(
            said("[\(name)]\nsrc = /a\ndst = /b\n")
                == ["/etc/svc1.env:4: \(name) is not supported by this release"]
        )
        #expect(said("[\(name)]\ndst = /a\n") == ["config file section \(name) must have src set"])
    }

    @Test func `the same service in Lua has the same sync`() throws {
        let written = Fixture.service(
            "svc1",
            ["nodes": .list(["n1", "n2"]), "sync_interval": .integer(9)]
        )
        let facts = ServiceFacts(name: "svc1", node: "n1", groups: written.groups)
        let lua = try Service(written, facts: facts, registry: .builtIn)
        let id = ResourceID("sync#i0")
        let one = try #require(lua.resource(id)?.driver as? SyncRsync)
        let other = try sync("sync_interval = 9\n").1
        #expect(one.schedule == other.schedule && one.label == other.label)
    }

    // MARK: Stonith

    @Test func `a stonith says how and with which program`() throws {
        let text = "[stonith#0]\ntype = callout\ncmd = /bin/off --hard n2\n"
        let driver = try service(text).resource(ResourceID("stonith#0"))?.driver
        #expect((driver as? StonithCallout)?.arguments == ["/bin/off", "--hard", "n2"])
    }

    /// The section, and what is said of it.
    @Test(arguments: [
        ("cmd = /bin/off", "type must be set in section stonith#0"),
        ("type = callout", "cmd must be set in section stonith#0"),
        ("type = callout\ncmd =", "cmd must be set in section stonith#0"),
        ("type = ilo", "target must be set in section stonith#0"),
        ("type = ilo\ntarget = x", "/etc/svc1.env:4: stonith#0 is not supported by this release"),
        ("type = ilo\nname = x", "/etc/svc1.env:4: stonith#0 is not supported by this release"),
        (
            "type = bat\ncmd = x",
            "/etc/svc1.env:5: stonith#0: keyword 'type': 'bat' is not one of callout"
        ),
    ])
    func `a stonith that lacks a word is dropped, one of another type refused`(
        keys: String,
        text: String
    ) {
        #expect(said("[stonith#0]\n\(keys)\n") == [text])
    }

    @Test func `a recovery node has no stonith`() throws {
        let text = "drpnodes = d1\n[stonith#0]\ntype = callout\ncmd = /bin/off\n"
        let loaded = try load(text, on: "d1")
        #expect(!loaded.definition.resources.contains { $0.id.section == "stonith" })
    }

    // MARK: Monitoring

    @Test func `restarts are counted by resource, else by DEFAULT`() throws {
        let fs = "type = tmpfs\ndev = /dev/null\nmnt = /srv/"
        let text = "restart = 2\n[fs#0]\n\(fs)a\n[fs#1]\n\(fs)b\nrestart@n1 = 5\nrestart = 1\n"
        let service = try service(text)
        let counts = ["fs#0", "fs#1", "app"].map { service.resource(ResourceID($0))?.restarts }
        #expect(counts == [2, 5, 0])
    }

    @Test func `what to do when a resource is lost is one of three`() throws {
        #expect(try service("monitor_action = crash\n").fields["monitor_action"] == "crash")
        #expect(
            said("monitor_action = panic\n") == [
                "/etc/svc1.env:4: DEFAULT: keyword 'monitor_action':"
                    + " 'panic' is not one of reboot, crash, freezestop"
            ]
        )
    }
}
