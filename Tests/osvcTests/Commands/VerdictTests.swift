import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// What a plan says of the machine: an answer to each requirement, and the verdict.
@EngineActor
struct VerdictTests {
    private let fixture = CommandFixture()
    private var host: FakeHost { fixture.host }
    private var file: String { "\(fixture.etc)/web.lua" }

    private func web(_ body: String, nodes: String = "{ \"n1\", \"n2\" }") {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = \(nodes),
            \(body)
            }
            """,
            to: "web.lua"
        )
    }

    private func plan(_ words: String) async -> Int32 {
        await fixture.type("osvc plan \(file) \(words)")
    }

    private var lines: [String] {
        fixture.output.split(separator: "\n").map { String($0.drop { $0 == " " }) }
    }

    /// The last line, without its first word. Nothing was changed and no program ran.
    private func verdict() -> String {
        #expect(host.orders == [])
        let last = lines.last ?? ""
        #expect(last.hasPrefix("verdict: "), "\(fixture.output)\(fixture.errors)")
        return String(last.dropFirst("verdict: ".count))
    }

    private func giveDisk() {
        host.files["/dev/sda1"] = .block(8, 1)
        host.programs = ["mount", "umount", "e2fsck", "losetup", "ip"]
        host.files["/srv/data"] = .directory
    }

    private static let disk =
        "osvc.fs \"0\" { type = \"ext4\", dev = \"/dev/sda1\", mnt = \"/srv/data\" },"
    private static let address =
        "osvc.ip \"0\" { ipname = \"web.demo\", ipdev = \"br0\", netmask = \"24\" },"

    private func giveAddress() throws {
        host.names["web.demo"] = [try #require(IPAddress("10.0.0.9"))]
        host.networkInterfaces = [NetworkInterface(name: "br0", isUp: true)]
        host.programs.insert("ip")
    }

    // MARK: The machine

    @Test func `what holds is ok, and the action would succeed`() async throws {
        giveDisk()
        try giveAddress()
        web(Self.disk + Self.address)
        #expect(await plan("start") == 0)
        #expect(lines.contains("first: ip#0 require 10.0.0.9 is free on br0: ok"))
        #expect(lines.contains("require br0 is up: ok"))
        #expect(lines.contains("require /dev/sda1 exists: ok"))
        #expect(verdict() == "would succeed")
    }

    @Test func `what is missing is not met, and the first of it is the verdict`() async throws {
        try giveAddress()
        giveDisk()
        let whole = Self.disk + Self.address
        typealias Case = (take: @EngineActor (FakeHost) -> Void, verdict: String)
        let cases: [Case] = [
            ({ $0.files["/dev/sda1"] = nil }, "fs#0: device does not exist /dev/sda1"),
            (
                { $0.programs.remove("mount") },
                "fs#0: mount does not exist or not in path or is not executable"
            ),
            (
                { $0.networkInterfaces[0].isUp = false },
                "ip#0: Interface br0 is not up. Cannot stack over it."
            ),
            ({ $0.names = [:] }, "ip#0: could not resolve web.demo to an ip address"),
            (
                { $0.answering = Set($0.names["web.demo"] ?? []) },
                "ip#0: 10.0.0.9 is already up on another host"
            ),
        ]
        for (take, expected) in cases {
            let before = (host.files, host.programs, host.networkInterfaces, host.names)
            take(host)
            web(whole)
            #expect(await plan("start") == 1)
            #expect(
                lines.contains {
                    $0.contains("NOT MET: ") && expected.hasSuffix($0.after("NOT MET: "))
                }
            )
            #expect(verdict() == "would fail at \(expected)")
            (host.files, host.programs, host.networkInterfaces, host.names) = before
            host.answering = []
        }
    }

    @Test func `an image file that is missing is not met, though losetup would tell`() async {
        giveDisk()
        web("osvc.loop \"0\" { file = \"/srv/web.img\" },")
        #expect(await plan("start") == 1)
        #expect(lines.contains("require /srv/web.img exists: NOT MET: /srv/web.img does not exist"))
        #expect(verdict() == "would fail at loop#0: /srv/web.img does not exist")
        host.files["/srv/web.img"] = FakeFile("")
        #expect(await plan("start") == 0)
        #expect(verdict() == "would succeed")
    }

    @Test func `a launcher whose program, user or directory is missing is not met`() async {
        host.files["/bin/x"] = FakeFile("")
        for (option, reason) in [
            ("", "/bin/y does not exist or not in path or is not executable"),
            (", user = \"nobody9\"", "x: there is no user or group 'nobody9'"),
            (", cwd = \"/nowhere\"", "x: there is no directory /nowhere"),
        ] {
            let program = option.isEmpty ? "/bin/y" : "/bin/x"
            web("osvc.app { osvc.daemon \"x\" { S = 10, cmd = { \"\(program)\" }\(option) } },")
            #expect(await plan("start") == 1)
            #expect(verdict() == "would fail at app: \(reason)")
        }
    }

    @Test func `a mount that osvc's own caller uses cannot be stopped`() async {
        giveDisk()
        web(Self.disk)
        host.mountTable = [
            MountEntry(source: "/dev/sda1", mountPoint: "/srv/data", type: "ext4")
        ]
        host.users["/srv/data"] = MountUse(callers: [ProcessEntry(pid: 77)])
        #expect(await plan("stop") == 1)
        #expect(verdict().hasPrefix("would fail at fs#0: /srv/data is in use by process 77"))
        host.users = [:]
        #expect(await plan("stop") == 0)
        #expect(verdict() == "would succeed")
    }

    @Test func `a resource that may fail decides nothing`() async {
        web("osvc.loop \"0\" { file = \"/srv/web.img\", optional = true },")
        #expect(await plan("start") == 0)
        #expect(lines.contains("require /srv/web.img exists: NOT MET: /srv/web.img does not exist"))
        #expect(verdict() == "would succeed")
    }

    @Test func `when nothing is left to do the verdict says so`() async {
        web("osvc.flag \"a\" { file = \"/run/web.a\" },")
        fixture.raise("web.a")
        #expect(await plan("start") == 0)
        #expect(verdict() == "would succeed, and change nothing")
    }

    // MARK: What depends on earlier parts

    @Test func `what lies on a file system of the plan is unknown until that is up`() async {
        giveDisk()
        host.links["/data"] = "/srv/data"
        web(
            Self.disk
                + """
                osvc.loop "0" { file = "/srv/data/web.img", after = "fs#0" },
                osvc.app { osvc.daemon "x" { S = 10, cmd = { "/data/bin/x" } } },
                """
        )
        #expect(await plan("start") == 0)
        #expect(lines.contains("require /srv/data/web.img exists: unknown until fs#0 is up"))
        #expect(lines.contains("start x: /data/bin/x: unknown until fs#0 is up"))
        #expect(
            verdict() == "would succeed, if what is unknown is as required: loop#0, app"
        )
        host.mountTable = [
            MountEntry(source: "/dev/sda1", mountPoint: "/srv/data", type: "ext4")
        ]
        #expect(await plan("start") == 1)
        #expect(verdict() == "would fail at loop#0: /srv/data/web.img does not exist")
    }

    @Test func `the disks of a group may be loop devices of the plan`() async {
        giveDisk()
        host.files["/srv/a.img"] = FakeFile("")
        host.files["/sys/block"] = .directory
        let group = "osvc.vg \"0\" { vgname = \"vgweb\" },"
        let report = "vgs --noheadings --separator | -o vg_tags,lv_count vgweb"
        host.expect(report, code: 5, error: "Volume group \"vgweb\" not found")
        web("osvc.loop \"0\" { file = \"/srv/a.img\" }," + group)
        #expect(await plan("start") == 0)
        let start = "unknown until loop#0 is up (at present: vgweb: "
        #expect(lines.contains { $0.hasPrefix(start) }, "\(fixture.output)")
        web(group)
        #expect(await plan("start") == 1)
        #expect(fixture.output.contains("verdict: would fail at vg#0: vgweb: "))
    }

    @Test func `what a program before it may make is unknown`() async {
        giveDisk()
        host.files["/bin/login"] = FakeFile("")
        host.files["/dev/sda1"] = nil
        web("pre_start = { \"/bin/login\" }, \(Self.disk)")
        #expect(await plan("start") == 0)
        #expect(lines.contains("require /dev/sda1 exists: unknown until pre_start has run"))
        // What is there does not depend on it.
        host.files["/dev/sda1"] = .block(8, 1)
        #expect(await plan("start") == 0)
        #expect(lines.contains("require /dev/sda1 exists: ok"))
        #expect(verdict() == "would succeed")
    }

    @Test func `the start of a restart is not foretold from what runs now`() async {
        web("osvc.flag \"a\" { file = \"/run/web.a\" },")
        fixture.raise("web.a")
        #expect(await plan("restart") == 0)
        #expect(lines.contains("unknown until flag#a is down"))
        #expect(!fixture.output.contains("already up"))
        #expect(verdict() == "would succeed, if what is unknown is as required: flag#a")
    }

    // MARK: Hooks

    private func hook(_ event: String, _ body: String, _ more: String = "") async -> Int32 {
        web(
            """
              osvc.flag "a" { file = "/run/web.a" },
              osvc.hook "h" { on = "\(event)", \(more) run = function(ev) \(body) end },
            """
        )
        return await plan("start")
    }

    @Test func `a hook that refuses or fails decides, unless it only warns`() async {
        #expect(await hook("start.pre", "ev:refuse(\"not today\")") == 1)
        #expect(verdict().hasPrefix("would fail: hook web/h: "))
        #expect(verdict().hasSuffix("not today"))
        #expect(await hook("start.pre", "ev:fail(\"broken\")") == 1)
        #expect(await hook("start.pre", "ev:fail(\"broken\")", "on_error = \"warn\",") == 0)
        #expect(fixture.output.contains("would fail, and the action go on: "))
        #expect(verdict() == "would succeed")
        #expect(await hook("resource.start.pre", "ev:refuse(\"no\")") == 1)
        #expect(verdict().hasPrefix("would fail at flag#a: hook web/h: "))
        #expect(await hook("resource.start.pre", "ev:skip(\"later\")") == 0)
        #expect(verdict() == "would succeed, and change nothing")
    }

    @Test func `a hook that cannot be asked is unknown until it runs`() async {
        let asks = "if ev:exec({ \"/bin/x\" }).stdout == \"\" then ev:refuse(\"no\") end"
        #expect(await hook("start.pre", asks) == 0)
        #expect(lines.contains("unknown until it runs"))
        #expect(verdict() == "would succeed, if what is unknown is as required: hook web/h")
        #expect(await hook("start.post", "ev:fail(\"late\")", "on_error = \"abort\",") == 0)
        #expect(lines.contains("unknown until it runs"))
        #expect(verdict() == "would succeed, if what is unknown is as required: hook web/h")
        #expect(await hook("start.post", "ev:fail(\"late\")") == 0)
        #expect(verdict() == "would succeed")
    }
}

extension String {
    fileprivate func after(_ mark: String) -> String {
        guard let range = range(of: mark) else { return self }
        return String(self[range.upperBound...])
    }

    private func range(of mark: String) -> Range<Index>? {
        indices.first { self[$0...].hasPrefix(mark) }.map { $0..<index($0, offsetBy: mark.count) }
    }
}
