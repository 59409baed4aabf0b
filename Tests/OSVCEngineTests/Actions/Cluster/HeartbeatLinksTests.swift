import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// The names by which cluster software calls a service (classic-resources.md section 7).
@EngineActor
struct HeartbeatLinksTests {
    private let host = FakeHost()
    private let log = RecordingLog()
    private let etc = "/opt/opensvc/etc"

    init() {
        host.files["/opt/opensvc/bin/svcmgr"] = FakeFile()
        host.files[etc] = .directory
    }

    private func mend(
        file: String? = nil,
        _ values: KeyValuePairs<String, SettingValue> = ["type": .string("OpenHA")]
    ) throws {
        let heartbeat = Fixture.resource("hb#0", driver: "hb.openha", values)
        var definition = Fixture.service(resources: [heartbeat])
        definition.files = [file ?? "\(etc)/web.env"]
        let service = try Service(definition, facts: Fixture.facts, registry: .builtIn)
        HeartbeatLinks(Site(service, host: host, log: log)).mend()
    }

    private func line(_ suffix: String, _ text: String) -> String {
        "INFO hb#0 \(etc)/web.\(suffix): \(text)"
    }

    private var made: [FakeHost.Order] {
        ["cluster", "stonith"].map { .makeLink(to: "../bin/svcmgr", at: "\(etc)/web.\($0)") }
    }

    @Test func `links that are not there are made and said`() throws {
        try mend()
        let note = "not regular file nor symlink. fix."
        #expect(log.text() == [line("cluster", note), line("stonith", note)])
        #expect(host.orders == made)
    }

    @Test func `a second look finds nothing to do`() throws {
        try mend()
        log.clear()
        host.clearOrders()
        try mend()
        #expect(log.text() == [] && host.orders.isEmpty)
    }

    @Test func `a link to the program is good however it says so`() throws {
        host.links["\(etc)/web.cluster"] = "/opt/opensvc/bin/svcmgr"
        host.links["\(etc)/web.stonith"] = "../bin/svcmgr"
        try mend()
        #expect(log.text() == [] && host.orders.isEmpty)
    }

    @Test func `what is wrong is named, removed and made anew`() throws {
        host.files["\(etc)/web.cluster"] = FakeFile("x")
        host.links["\(etc)/web.stonith"] = "/nowhere"
        try mend()
        #expect(
            log.text() == [
                line("cluster", "regular file. fix."), line("stonith", "broken link. fix."),
            ]
        )
        #expect(
            host.orders == [
                .removeFile("\(etc)/web.cluster"), made[0],
                .removeFile("\(etc)/web.stonith"), made[1],
            ]
        )
    }

    @Test func `a link that leads elsewhere is put right`() throws {
        host.files["/bin/true"] = FakeFile()
        host.links["\(etc)/web.cluster"] = "/bin/true"
        host.links["\(etc)/web.stonith"] = "../bin/svcmgr"
        try mend()
        #expect(
            log.text() == [line("cluster", "symlink exists but points to wrong file. fix.")]
        )
        #expect(host.links["\(etc)/web.cluster"] == "../bin/svcmgr")
    }

    @Test func `a directory in its place is left alone, and said`() throws {
        host.files["\(etc)/web.cluster"] = .directory
        host.links["\(etc)/web.stonith"] = "../bin/svcmgr"
        try mend()
        #expect(
            log.text() == [
                "WARNING hb#0 \(etc)/web.cluster: neither a regular file nor a symlink, left as it is"
            ]
        )
        #expect(host.orders.isEmpty)
    }

    @Test func `a link that cannot be made is a warning`() throws {
        host.refusals["makeLink"] = .system(call: "symlink", subject: "x", errno: 30)
        try mend()
        #expect(log.text(from: .warning).count == 2)
    }

    @Test func `another osvc may be first`() throws {
        // The other one's link comes between the look and the order.
        host.links["\(etc)/web.stonith"] = "../bin/svcmgr"
        host.links["\(etc)/web.cluster"] = "/nowhere"
        host.refusals["makeLink"] = .system(call: "symlink", subject: "x", errno: 17)
        host.whileRemoving = { host in
            host.links["/opt/opensvc/etc/web.cluster"] = "../bin/svcmgr"
        }
        try mend()
        #expect(log.text(from: .warning) == [])
    }

    @Test func `a service that is run from elsewhere leaves no trace`() throws {
        try mend(file: "/home/me/web.lua")
        try mend(file: "web.lua")
        #expect(log.text() == [] && host.orders.isEmpty)
    }

    @Test func `without an enabled heartbeat there are no links`() throws {
        try mend(["type": .string("OpenHA"), "disable": .boolean(true)])
        #expect(log.text() == [] && host.orders.isEmpty)
    }
}
