import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// What a frozen service, the cluster software and osvc's own directories have against a request.
@EngineActor
struct RequestGuardTests {
    private let fixture = CommandFixture()

    /// A service of two nodes with a heartbeat and with something that can end the other node.
    private func clustered() {
        fixture.service("web", "nodes = n1 n2")
        let text = fixture.directory.text("etc/web.env")
        let more = "\n[hb#0]\ntype = openha\n\n[stonith#0]\ntype = callout\ncmd = /bin/off\n"
        fixture.write(text + more, to: "web.env")
    }

    private var isRefusedForCluster: Bool {
        fixture.errors.contains("this service is managed by a clusterware")
    }

    private func freeze(_ name: String) {
        fixture.host.files["\(fixture.root)/var/\(name)"] = FakeFile("")
    }

    @Test(arguments: [
        ("start", true), ("stonith", true), ("switch", true), ("syncnodes", false),
        ("resource_monitor", false),
    ])
    func `cluster software keeps others from what moves a service`(
        action: String,
        isRefused: Bool
    ) async {
        clustered()
        fixture.host.expect("/bin/off")
        _ = await fixture.type("svcmgr -s web \(action)")
        #expect(isRefusedForCluster == isRefused)
        _ = await fixture.type("svcmgr -s web --cluster \(action)")
        #expect(!isRefusedForCluster)
    }

    @Test func `the link for stonith is the cluster software's`() async {
        clustered()
        fixture.host.expect("/bin/off")
        _ = await fixture.run("\(fixture.etc)/web.stonith", [])
        #expect(!isRefusedForCluster)
    }

    @Test(arguments: ["start", "stonith", "switch", "syncnodes", "resource_monitor"])
    func `a frozen service does nothing`(action: String) async {
        fixture.service("web", "nodes = n1 n2")
        freeze("FROZEN.web")
        #expect(await fixture.type("svcmgr -s web \(action)") == 1)
        #expect(fixture.log.last == "INFO WEB Abort action for frozen service")
    }

    @Test func `a service on a frozen node is frozen`() async {
        fixture.service("web")
        #expect(await fixture.type("svcmgr -s web frozen") == 0)
        freeze("FROZEN")
        #expect(await fixture.type("svcmgr -s web frozen") == 1)
    }

    @Test func `a service in Lua says how it is thawed`() async {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = { "n1", "n2" } }
            """,
            to: "web.lua"
        )
        freeze("FROZEN.web")
        let file = "\(fixture.etc)/web.lua"
        #expect(await fixture.type("osvc run \(file) syncnodes") == 1)
        #expect(fixture.log.last == "INFO WEB thaw it: osvc run \(file) thaw")
    }

    @Test(arguments: ["freeze", "thaw", "syncnodes", "resource_monitor"])
    func `a resource that is not there is a mistake in every request`(action: String) async {
        fixture.service("web", "nodes = n1 n2")
        freeze("FROZEN.other")
        #expect(await fixture.type("svcmgr -s web --rid flag#z \(action)") == 1)
        #expect(fixture.log.last?.hasPrefix("ERROR WEB there is no resource 'flag#z'") == true)
    }

    @Test func `devices that cannot be listed are a failure`() async {
        fixture.write(
            "[DEFAULT]\nservice_type = TST\nnodes = n1\n\n[loop#0]\nfile = /x\n",
            to: "web.env"
        )
        fixture.host.refusals["loopDevices"] =
            .system(call: "opendir", subject: "/sys/block", errno: 24)
        #expect(await fixture.type("svcmgr -s web print devlist") == 1)
        #expect(fixture.output == "")
    }

    @Test func `a stamp is not written where others may write`() async {
        fixture.service("web")
        fixture.host.files["\(fixture.root)/var"] = FakeFile(
            info: FileInfo(kind: .directory, owner: 65534, mode: 0o777)
        )
        #expect(await fixture.type("svcmgr -s web push") == 1)
        #expect(fixture.log.last == "ERROR WEB push: nothing was done")
    }

    @Test func `a look reports programs that others may change, too`() async {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = { "n1" },
              osvc.app { osvc.launcher "a" { S = 10, status = { "/bin/odd" } } },
            }
            """,
            to: "web.lua"
        )
        fixture.host.files["/bin/odd"] = FakeFile(mode: 0o777)
        fixture.host.expect("/bin/odd")
        #expect(await fixture.type("osvc run \(fixture.etc)/web.lua status") == 0)
        #expect(fixture.errors.contains("/bin/odd may be changed by others than root"))
    }
}
