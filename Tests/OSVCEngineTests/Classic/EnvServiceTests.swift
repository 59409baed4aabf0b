import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// What a classic file means on node n1 (classic-env.md sections 3 to 5).
struct EnvServiceTests {
    static let head = "[DEFAULT]\nservice_type = TST\nnodes = n1\n"

    func load(
        _ text: String,
        node: EnvNode? = EnvNode(name: "n1")
    ) throws(EnvRefusal) -> EnvService {
        try EnvService(
            Array(text.utf8),
            path: "/etc/svc1.env",
            registry: .builtIn,
            node: node
        )
    }

    /// The messages of a file that is refused; empty when it is not.
    func refusal(_ text: String, node: EnvNode? = EnvNode(name: "n1")) -> [EnvMessage] {
        do throws(EnvRefusal) {
            _ = try load(text, node: node)
            return []
        } catch {
            return error.messages
        }
    }

    func service(_ text: String, on node: String = "n1") throws -> Service {
        let loaded = try load(text, node: EnvNode(name: node))
        let facts = ServiceFacts(
            name: loaded.definition.name,
            node: node,
            groups: loaded.definition.groups
        )
        return try Service(loaded.definition, facts: facts, registry: .builtIn)
    }

    @Test func `a value that is not UTF-8 loads with a warning, a path does not`() throws {
        let text = "app = caf\u{E9}\n"
        let path = "[fs#0]\ntype = ext4\ndev = /dev/x\nmnt = /srv/\u{E9}\n"
        func load(_ text: String) throws(EnvRefusal) -> EnvService {
            // Every character of the text is a byte.
            try EnvService(
                text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) },
                path: "/etc/svc1.env",
                registry: .builtIn,
                node: EnvNode(name: "n1")
            )
        }
        let loaded = try load(Self.head + text)
        #expect(
            loaded.messages.map(\.description) == [
                "/etc/svc1.env:4: DEFAULT: keyword 'app': the value is not valid UTF-8; other bytes are read as"
                    + " U+FFFD"
            ]
        )
        #expect(throws: EnvRefusal.self) { try load(Self.head + path) }
    }

    /// `id flags label` of each resource.
    func lines(_ service: Service) -> [String] {
        service.resources.map { "\($0.id) \($0.flags) \($0.label)" }
    }

    func fs(_ number: Int, _ rest: String = "") -> String {
        "[fs#\(number)]\ntype = tmpfs\ndev = /dev/null\nmnt = /srv/\(number)\n\(rest)\n"
    }

    // MARK: Sections

    @Test func `the tutorial's annotated file loads as printed`() throws {
        let text = """
            [DEFAULT]\t\t# Global section
            app = MyApp\t\t# service application
            service_type = TST\t# test
            autostart_node = sles1\t# default node
            nodes = sles1 sles2\t# cluster nodes
            mode = hosted\t\t# mode

            [ip#0]\t\t\t# address
            ipname = p26.opensvc.com\t# name
            disable = False\t\t# enabled
            optional = False
            ipdev = eth0

            [vg#0]
            vgname=vgsvc1\t\t# no blanks

            [fs#0]
            type = ext3
            disable = False
            mnt = /svc1/app
            optional = False
            dev = /dev/mapper/vgsvc1-lvappsvc1

            [hb#0]
            type = OpenHA
            """
        let service = try service(text, on: "sles1")
        #expect(service.name == "svc1")
        #expect(service.facts.groups == NodeGroups(nodes: ["sles1", "sles2"]))
        #expect(service.fields["app"] == "MyApp")
        #expect(
            lines(service) == [
                "hb#0 .... hb.openha",
                "ip#0 .... p26.opensvc.com@eth0",
                "vg#0 .... vgsvc1",
                "fs#0 .... /dev/mapper/vgsvc1-lvappsvc1@/svc1/app",
                "app .... app",
                "sync#i0 .... rsync svc config to drpnodes, nodes",
            ]
        )
        #expect(try load(text, node: EnvNode(name: "sles1")).messages == [])
    }

    @Test func `a section may be bare, or numbered in any case; its name stays as it is`() throws {
        let body = "type = tmpfs\ndev = /dev/null\nmnt = /srv/"
        let text = Self.head + "[FS#0]\n\(body)a\n[fs]\n\(body)b\n[fs#0b]\n\(body)c\n"
        let definition = try load(text + "[FS]\n\(body)d\n[container]\ntype = kvm\n").definition
        #expect(definition.resources.map(\.id.text) == ["FS#0", "fs", "fs#0b", "app"])
    }

    @Test func `every service has launchers, and their failures do not end a start`() throws {
        let service = try service(Self.head)
        let app = try #require(service.resource(ResourceID("app"))?.driver as? Application)
        #expect(app.onError == .continue)
        #expect(service.facts.isClassic)
    }

    @Test func `launchers take what their section says`() throws {
        let text = Self.head + "[app]\ndir = /srv/init\non_error = abort\n"
        let service = try service(text)
        let app = try #require(service.resource(ResourceID("app"))?.driver as? Application)
        #expect(app.onError == .abort)
        #expect(app.directory?.path == "/srv/init")
    }

    // MARK: Inheritance and scopes

    @Test func `what a section lacks it has from DEFAULT, whatever it is`() throws {
        let text =
            Self.head + "optional = true\nmonitor = true\ntype = tmpfs\ndev = /dev/null\n"
            + "pre_start = /bin/true a\n"
            + "[fs#0]\nmnt = /srv/a\n[fs#1]\nmnt = /srv/b\noptional = false\nmonitor = no\n"
        let service = try service(text)
        #expect(
            lines(service) == [
                "fs#0 M.O. /dev/null@/srv/a", "fs#1 .... /dev/null@/srv/b", "app M.O. app",
            ]
        )
        let triggers = service.resources.map { $0.triggers.map(\.work) }
        #expect(triggers == [[.program(["/bin/true", "a"])], [.program(["/bin/true", "a"])], []])
    }

    /// Scoped keys, and the mount point that n1 sees.
    @Test(
        arguments: [
            ("mnt = /a\nmnt@nodes = /b\nmnt@N1 = /c", "/c"),
            ("mnt = /a\nmnt@nodes = /b\nmnt@n2 = /c", "/b"),
            ("mnt = /a\nmnt@drpnodes = /b\nmnt@n2 = /c", "/a"),
            ("MNT@n1 = /a", "/a"),
        ] as [(String, String)]
    )
    func `the most particular value counts`(keys: String, mount: String) throws {
        let text = "[DEFAULT]\nservice_type = TST\nnodes = N1 n2\ndrpnodes = n3\n"
        let service = try service(text + "[fs#0]\ntype = tmpfs\ndev = /dev/null\n\(keys)\n")
        #expect(service.resources.first?.label == "/dev/null@\(mount)")
    }

    @Test func `a scoped value of DEFAULT beats the section's plain one`() throws {
        let text = Self.head + "mnt@n1 = /srv/default\n" + fs(0)
        #expect(try service(text).resources.first?.label == "/dev/null@/srv/default")
    }

    /// Lines of `[fs#0]`, and the program that n1 runs; nil: none.
    @Test(
        arguments: [
            ("pre_start = /a\npre_start@nodes = /b\npre_start@N1 = /c", "/c"),
            ("pre_start = /a\npre_start@nodes = /b\npre_start@n2 = /c", "/b"),
            ("pre_start = /a\npre_start@drpnodes = /b", "/a"),
            ("pre_start = /a\npre_start@n1 =", nil),
            ("pre_start@n2 = /a", nil),
            ("pre_start = /a\n[DEFAULT]\npre_start@n1 = /b", "/b"),
            ("pre_start@n1 = /a\n[DEFAULT]\npre_start@n1 = /b", "/a"),
        ] as [(String, String?)]
    )
    func `a trigger is chosen by its scope as a value is`(lines: String, program: String?) throws {
        let triggers = try service(Self.head + fs(0, lines)).resources[0].triggers
        #expect(triggers.map(\.work) == (program.map { [.program([$0])] } ?? []))
    }

    @Test func `optional and monitor are the same on every node but by their lists`() throws {
        let text = Self.head + fs(0, "monitor@n1 = true\noptional@nodes = true\nmonitor_on = n1")
        #expect(try service(text).resources[0].flags == "M...")
        #expect(
            try load(text).messages.map(\.text) == [
                "fs#0: keyword 'monitor@n1' cannot differ between nodes",
                "fs#0: keyword 'optional@nodes' cannot differ between nodes",
            ]
        )
    }

    @Test func `heartbeats and syncs are not monitored`() throws {
        let text =
            "[DEFAULT]\nservice_type = TST\nnodes = n1 n2\nmonitor = true\nrestart = 2\n"
            + "[hb#0]\ntype = OpenHA\nmonitor_on = n1\n[app]\n"
        let resources = try service(text).resources
        #expect(
            resources.map { "\($0.id) \($0.flags)" } == ["hb#0 ....", "app M...", "sync#i0 ...."]
        )
        #expect(resources.map(\.restarts) == [0, 2, 0])
        #expect(
            try load(text).messages.map(\.description) == [
                "/etc/svc1.env:8: hb#0: keyword 'monitor_on' has no effect, and never had one"
            ]
        )
    }

    @Test(
        arguments: [
            ("1", true), ("YES", true), ("True", true), ("oN", true), ("0", false),
            ("no", false), ("FALSE", false), ("Off", false),
        ] as [(String, Bool)]
    )
    func `the words of truth are eight, in any case`(word: String, flag: Bool) throws {
        let service = try service(Self.head + fs(0, "disable = \(word)"))
        #expect(service.resources.first?.isDisabled == flag)
    }

    @Test func `lists are split at any blank, over several lines`() throws {
        let text = "[DEFAULT]\nservice_type = TST\nnodes = n1\n\n    N2\n\tn3\n"
        #expect(try load(text).definition.groups.nodes == ["n1", "n2", "n3"])
    }

    /// `drpnodes` and `drpnode`, and the nodes of the recovery site.
    @Test(
        arguments: [
            ("drpnodes = n3\ndrpnode = N4", ["n3", "n4"]), ("drpnode = n4", ["n4"]),
            ("drpnodes = n3 n4\ndrpnode = n4", ["n3", "n4"]),
        ] as [(String, [String])]
    )
    func `the preferred node of the recovery site is one of it`(lines: String, nodes: [String])
        throws
    {
        let loaded = try load(Self.head + lines + "\n", node: EnvNode(name: "n4"))
        #expect(loaded.definition.groups.drpnodes == nodes)
        #expect(loaded.messages == [])
    }
}
