import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// A service whose parts are right one by one, and do not fit together.
struct CrossChecksTests {
    private func fs(_ id: String, _ dev: String, _ mnt: String, type: String = "ext4")
        -> ResourceDefinition
    {
        Fixture.resource(
            id,
            driver: "fs",
            ["type": .string(type), "dev": .string(dev), "mnt": .string(mnt)]
        )
    }

    private func ip(_ id: String, _ name: String) -> ResourceDefinition {
        Fixture.resource(id, driver: "ip", ["ipname": .string(name), "ipdev": .string("eth0")])
    }

    private func messages(_ resources: [ResourceDefinition], hooks: [Hook] = []) throws -> [String]
    {
        try messages(Fixture.service(resources: resources, hooks: hooks))
    }

    private func messages(_ definition: ServiceDefinition) throws -> [String] {
        try CrossChecks.findings(in: definition, on: "here", registry: .builtIn).map(\.message)
    }

    private func hook(_ set: String, _ pattern: String?) -> Hook {
        Hook(
            id: "h",
            set: set,
            event: .resourceStartPre,
            resourcePattern: pattern,
            onError: .abort,
            script: Fixture.script(1)
        )
    }

    @Test func `a service whose parts fit gives no finding`() throws {
        let found = try messages([
            ip("ip#0", "web"), fs("fs#0", "/dev/a", "/a"), fs("fs#1", "/dev/b", "/b"),
        ])
        #expect(found.isEmpty)
    }

    @Test func `a mount point of two file systems is found, a final slash aside`() throws {
        #expect(
            try messages([fs("fs#0", "/dev/a", "/srv"), fs("fs#1", "/dev/b", "/srv/")])
                == ["fs#1: mount point /srv is already that of fs#0 (web.lua:1)"]
        )
    }

    @Test func `a device mounted twice is found`() throws {
        #expect(
            try messages([fs("fs#0", "/dev/a", "/a"), fs("fs#1", "/dev/a", "/b")])
                == ["fs#1: device /dev/a is already that of fs#0 (web.lua:1)"]
        )
    }

    @Test(arguments: ["tmpfs", "bind", "nfs", "btrfs"])
    func `what may be mounted twice is no finding`(type: String) throws {
        let found = try messages([
            fs("fs#0", "/data", "/a", type: type), fs("fs#1", "/data", "/b", type: type),
        ])
        #expect(found.isEmpty)
    }

    @Test func `an address of two resources is found`() throws {
        #expect(
            try messages([ip("ip#0", "10.0.0.1"), ip("ip#1", "10.0.0.1")])
                == ["ip#1: address 10.0.0.1 is already that of ip#0 (web.lua:1)"]
        )
    }

    @Test(arguments: [
        ("vg", "disk.vg", "vgname", "data", "volume group data"),
        ("loop", "disk.loop", "file", "/srv/disk", "image file /srv/disk"),
        ("md", "disk.md", "dev", "/dev/md/data", "array /dev/md/data"),
        ("flag", "fs.flag", "file", "/run/up", "file /run/up"),
    ])
    func `each driver says what two of its kind may not share`(
        section: String,
        driver: String,
        keyword: String,
        value: String,
        claim: String
    ) throws {
        let two = (0...1).map {
            Fixture.resource("\(section)#\($0)", driver: driver, [keyword: .string(value)])
        }
        let found = "\(section)#1: \(claim) is already that of \(section)#0 (web.lua:1)"
        #expect(try messages(two) == [found])
    }

    @Test func `a file system may stand on the array of its service`() throws {
        let array = Fixture.resource("md#0", driver: "disk.md", ["dev": .string("/dev/md/data")])
        #expect(try messages([array, fs("fs#0", "/dev/md/data", "/srv")]).isEmpty)
    }

    @Test func `what holds on one node only names that node`() throws {
        var second = ip("ip#1", "10.0.0.2")
        second.settings["ipname"]?.entries[.node("n2")] = ScopedSetting.Entry(
            .string("10.0.0.1"),
            at: Fixture.position
        )
        #expect(
            try messages([ip("ip#0", "10.0.0.1"), second])
                == ["ip#1: address 10.0.0.1 is already that of ip#0 (web.lua:1), on n2"]
        )
    }

    @Test func `where too many nodes see different values it says how many were looked at`() throws
    {
        var address = ip("ip#0", "10.0.0.1")
        let nodes = (1...5).map { "n\($0)" }
        for node in nodes {
            address.settings["ipname"]?.entries[.node(node)] = ScopedSetting.Entry(
                .string("10.0.0.2"),
                at: Fixture.position
            )
        }
        let definition = Fixture.service("web", ["nodes": .list(nodes)], resources: [address])
        let found = { limit in
            try CrossChecks.findings(
                in: definition,
                on: "here",
                registry: .builtIn,
                resourceLimit: limit
            ).map(\.message)
        }
        let text =
            "web: of 5 kinds of nodes that see different values only the first 3 were checked"
        #expect(try found(3) == [text])
        #expect(try found(5).isEmpty)
    }

    @Test func `a field that is missing on one node only names that node`() throws {
        var address = ip("ip#0", "10.0.0.1")
        var device = ScopedEntries()
        device[.node("n1")] = ScopedSetting.Entry(.string("eth0"), at: Fixture.position)
        address.settings["ipdev"] = ScopedSetting(device)
        let error = #expect(throws: ConfigurationError.self) { try messages([address]) }
        #expect(error?.message == "ip#0: field 'ipdev' is required, on n2")
        address.settings["ipdev"] = nil
        let everywhere = #expect(throws: ConfigurationError.self) { try messages([address]) }
        #expect(everywhere?.message == "ip#0: field 'ipdev' is required")
    }

    @Test func `two that are never enabled together are no finding`() throws {
        var first = ip("ip#0", "10.0.0.1")
        var second = ip("ip#1", "10.0.0.1")
        first.settings["disable_on"] = ScopedSetting(.list(["n1"]), at: Fixture.position)
        second.settings["disable_on"] = ScopedSetting(.list(["n2"]), at: Fixture.position)
        #expect(try messages([first, second]).isEmpty)
    }

    @Test func `a hook of the service for no resource is found, one of the site is not`() throws {
        let hooks = [
            hook("web", "vg#*"), hook("web", "fs#*"), hook("web", nil), hook("site", "vg#*"),
        ]
        #expect(
            try messages([fs("fs#0", "/dev/a", "/a")], hooks: hooks)
                == ["web/h: no resource matches 'vg#*'"]
        )
    }

    @Test func `a hook may be for the application that every service has`() throws {
        #expect(try messages([], hooks: [hook("web", "app")]).isEmpty)
    }

    @Test func `ids that are written and counted in one section are found`() throws {
        var counted = fs("fs#1", "/dev/b", "/b")
        counted.isIDWritten = false
        #expect(
            try messages([fs("fs#0", "/dev/a", "/a"), counted])
                == ["fs#1: has no id of its own beside fs#0, which has"]
        )
    }

    @Test func `ids that are all counted are no finding`() throws {
        var (first, second) = (fs("fs#0", "/dev/a", "/a"), fs("fs#1", "/dev/b", "/b"))
        first.isIDWritten = false
        second.isIDWritten = false
        #expect(try messages([first, second, ip("ip#7", "web")]).isEmpty)
    }

    @Test(arguments: ["always_on", "disable_on", "optional_on", "monitor_on"])
    func `a word in a list of nodes that is no node is found`(keyword: String) throws {
        var resource = fs("fs#0", "/dev/a", "/a")
        resource.settings[keyword] = ScopedSetting(
            .list(["nodes", "drpnodes", "n1", "m2"]),
            at: Fixture.position
        )
        #expect(
            try messages([resource]) == [
                "fs#0: field '\(keyword)': 'm2' is not a node of this service (did you mean 'n2'?)"
            ]
        )
    }

    @Test func `a value for a node that is none of the service's is found, once`() throws {
        let text =
            "[DEFAULT]\nservice_type = TST\nnodes = n1 n2\nmnt_opt@m2 = a\nautostart_node@n9 = n1\n"
            + "type = tmpfs\ndev = none\n[fs#0]\nmnt = /a\npre_start@n11 = /b\nmnt@n2 = /c\n"
            + "[fs#1]\nmnt = /b\nmnt@drpnodes = /d\n"
        let bytes = Array(text.utf8)
        let service = try EnvService(bytes, path: "/etc/web.env", registry: .builtIn, node: nil)
        #expect(
            try messages(service.definition) == [
                "fs#0: field 'mnt_opt@m2': 'm2' is not a node of this service (did you mean 'n2'?)",
                "web: field 'autostart_node@n9': 'n9' is not a node of this service (did you mean 'n1'?)",
                "fs#0: field 'pre_start@n11': 'n11' is not a node of this service (did you mean 'n1'?)",
            ]
        )
    }

    @Test func `a boot on a node that is none of the service's is found`() throws {
        let definition = Fixture.service(
            "web",
            ["nodes": .list(["alpha"]), "autostart_node": .list(["gamma7"])]
        )
        #expect(
            try messages(definition)
                == ["web: field 'autostart_node': 'gamma7' is not a node of this service"]
        )
    }

    @Test func `a service file under its own mount point is found`() throws {
        var definition = Fixture.service(resources: [fs("fs#0", "/dev/a", "/srv")])
        definition.files = ["/srv/etc/web.lua"]
        #expect(
            try messages(definition) == ["fs#0: /srv/etc/web.lua lies under its mount point /srv"]
        )
    }

    @Test func `an error on another node than this one is thrown`() throws {
        var vg = Fixture.resource("vg#0", driver: "disk.vg", ["vgname": .string("vg1")])
        vg.settings["vgname"]?.entries[.node("n2")] = ScopedSetting.Entry(
            .string("a b"),
            at: Fixture.position
        )
        #expect(throws: ConfigurationError.self) { try messages([vg]) }
    }

    @Test func `the findings come in the order of the file`() throws {
        var late = ip("ip#1", "10.0.0.1")
        late.position.line = 9
        var early = fs("fs#1", "/dev/a", "/b")
        early.position.line = 5
        let found = try messages([ip("ip#0", "10.0.0.1"), late, fs("fs#0", "/dev/a", "/a"), early])
        #expect(found.map { $0.prefix(4) } == ["fs#1", "ip#1"])
    }

    @Test(arguments: [HookEvent.syncPre, .syncPost])
    func `a hook for what this release does not do is refused by name`(event: HookEvent) throws {
        var hook = hook("web", nil)
        hook.event = event
        #expect(
            throws: ConfigurationError.notYet(
                owner: "web/h",
                what: "hook event '\(event.rawValue)'",
                at: hook.script.position
            )
        ) { try messages([], hooks: [hook]) }
    }
}
