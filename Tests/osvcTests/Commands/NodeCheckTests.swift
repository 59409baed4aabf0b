import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `osvc check` of several services: what two of them both have on this node.
@EngineActor
struct NodeCheckTests {
    private let fixture = CommandFixture()
    private var host: FakeHost { fixture.host }

    private func service(_ name: String, _ body: String) {
        fixture.write(
            "local osvc = require \"osvc.v1\"\nreturn osvc.service \"\(name)\" {\n\(body)\n}\n",
            to: "\(name).lua"
        )
    }

    /// What the check of both says besides `ok`.
    private func check(_ one: String, _ other: String, _ option: String = "") async -> [String] {
        service("a", one)
        service("b", other)
        let code = await fixture.type(
            "osvc check \(fixture.etc)/a.lua \(fixture.etc)/b.lua\(option)"
        )
        #expect((code == 0) == fixture.errors.isEmpty)
        return fixture.errors.split(separator: "\n").map {
            String($0.dropFirst(fixture.etc.utf8.count + 1))
        }
    }

    @Test func `a thing of two services is told with both files and lines`() async throws {
        let flag = "osvc.flag \"x\" { file = \"/run/x\" },"
        let found = await check(flag, "\n\(flag)")
        #expect(
            found == [
                "b.lua:4: warning: flag#x: file /run/x is already that of flag#x of service a"
                    + " (\(fixture.etc)/a.lua:3)"
            ]
        )
        #expect(
            fixture.output
                == "\(fixture.etc)/a.lua: ok\n\(fixture.etc)/b.lua: 1 warning\n"
        )
    }

    @Test func `addresses, mount points, disks and pid files are compared by what they are`()
        async throws
    {
        host.names["web.demo"] = [try #require(IPAddress("10.0.0.9"))]
        host.files["/srv/data"] = .directory
        host.links["/data"] = "/srv/data"
        host.files["/dev/sda"] = .block(8, 0)
        host.links["/dev/disk/by-id/x"] = "/dev/sda"
        func ip(_ name: String) -> String { "osvc.ip { ipname = \"\(name)\", ipdev = \"br0\" }," }
        func fs(_ device: String, _ mount: String) -> String {
            "osvc.fs { type = \"ext4\", dev = \"\(device)\", mnt = \"\(mount)\" },"
        }
        func daemon(_ name: String) -> String {
            "osvc.app { osvc.daemon \"\(name)\" { S = 10, cmd = { \"/bin/\(name)\" }, pidfile = \"/run/p\" } },"
        }
        let asked =
            "osvc.launcher \"l\" { S = 1, start = { \"/bin/l\" }, status = osvc.check.pidfile \"/run/p\" }"
        for (one, other) in [
            (ip("web.demo"), ip("10.0.0.9")),
            (fs("/dev/sdb", "/srv/data"), fs("/dev/sdc", "/data")),
            (fs("/dev/sda", "/srv/1"), fs("/dev/disk/by-id/x", "/srv/2")),
            (fs("/dev/vg/lv", "/srv/1"), fs("/dev/mapper/vg-lv", "/srv/2")),
            ("osvc.loop { file = \"/srv/i.img\" },", fs("/srv/i.img", "/srv/2")),
            ("osvc.vg { vgname = \"v\" },", "osvc.vg { vgname = \"v\" },"),
            (daemon("x"), daemon("y")),
            (daemon("x"), "osvc.app { \(asked) },"),
        ] {
            #expect(await check(one, other).count == 1, "\(one) \(other): \(fixture.errors)")
            // One service may mount the file that its loop device shows; that is no conflict with itself.
            #expect(await check(one, "").isEmpty)
        }
        #expect(await check(ip("web.demo") + fs("/dev/sda", "/srv/1"), ip("10.0.0.8")).isEmpty)
    }

    @Test func `only what this node would use is compared, or that of --node`() async {
        let flag = "osvc.flag { file = \"/run/x\" },"
        #expect(await check(flag, "nodes = \"n2\", \(flag)").isEmpty)
        #expect(
            await check(
                "nodes = { \"n1\", \"n2\" }, \(flag)",
                "nodes = \"n2\", \(flag)",
                " --node n2"
            ).count == 1
        )
        #expect(await check(flag, "osvc.flag { file = \"/run/x\", disable = true },").isEmpty)
        #expect(await check(flag, "osvc.flag { file = \"/run/x\", tags = \"noaction\" },").isEmpty)
        let scoped =
            "nodes = { \"n1\", \"n2\" }, osvc.flag { file = osvc.per_node { \"/run/y\", n2 = \"/run/x\" } },"
        #expect(await check(flag, scoped).isEmpty)
        #expect(await check(flag, scoped, " --node n2").count == 1)
    }

    @Test func `without a file all services of the node are checked`() async {
        service("a", "osvc.flag { file = \"/run/x\" },")
        fixture.service("b", flags: "b")
        #expect(await fixture.type("osvc check") == 0)
        #expect(fixture.output == "\(fixture.etc)/a.lua: ok\n\(fixture.etc)/b.env: ok\n")
        fixture.write(
            "[DEFAULT]\nservice_type = TST\nnodes = n1\n\n[flag#0]\nfile = /run/x\n",
            to: "b.env"
        )
        #expect(await fixture.type("osvc check") == 1)
        #expect(fixture.errors.contains("\(fixture.etc)/b.env:5: warning: flag#0: file /run/x"))
        fixture.write("[DEFAULT]\nservice_type = TST\nnodes = n1\n", to: "a.env")
        #expect(await fixture.type("osvc check") == 1)
        #expect(fixture.errors.contains("both describe the service"))
    }
}
