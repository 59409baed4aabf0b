import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// What a classic file means on node n1 (classic-env.md sections 3 to 5).
struct EnvServiceTests {
    private static let head = "[DEFAULT]\nservice_type = TST\nnodes = n1\n"

    private func load(
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
    private func refusal(_ text: String, node: EnvNode? = EnvNode(name: "n1")) -> [EnvMessage] {
        do throws(EnvRefusal) {
            _ = try load(text, node: node)
            return []
        } catch {
            return error.messages
        }
    }

    private func service(_ text: String, on node: String = "n1") throws -> Service {
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
    private func lines(_ service: Service) -> [String] {
        service.resources.map { "\($0.id) \($0.flags) \($0.label)" }
    }

    private func fs(_ number: Int, _ rest: String = "") -> String {
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

    // MARK: What costs a resource

    @Test func `a resource that lacks a keyword is dropped and told, the others stay`() throws {
        let text =
            Self.head + """
                [ip#0]
                ipdev = eth0
                [ip#1]
                ipname = localhost
                [vg#0]
                tags = a
                [loop#0]
                tags = a
                [fs#0]
                type = tmpfs
                mnt = /srv/a
                [fs#1]
                dev = /dev/null
                mnt = /srv/a
                [fs#2]
                type = tmpfs
                dev = /dev/null
                [share#0]
                path = /srv
                [hb#0]
                name = x
                [sync#0]
                type = rsync
                dst = /srv/b
                """
        let loaded = try load(text)
        #expect(loaded.definition.resources.map(\.id.text) == ["fs#1", "app"])
        #expect(
            loaded.messages.filter { $0.level == .error }.map(\.description) == [
                "type must be set in section hb#0",
                "nor ipname and ipname@n1 defined in config file section ip#0",
                "file must be set in section loop#0",
                "vgname must be set in section vg#0",
                "dev must be set in section fs#0",
                "mnt must be set in section fs#2",
                "type must be set in section share#0",
                "config file section sync#0 must have src set",
            ]
        )
    }

    /// Sections of other releases, and the keyword without which they are dropped; nil: they have all.
    @Test(
        arguments: [
            ("[share#0]\ntype = nfs\nopts = a", "path must be set in section share#0"),
            ("[share#0]\ntype = nfs\npath = /a", "opts must be set in section share#0"),
            ("[share#0]\ntype = nfs\npath = /a\nopts@n1 = a", nil),
            ("[vdisk#0]\npath = /a", "path@node must be set in section vdisk#0"),
            ("[vdisk#0]\npath@n2 = /a", nil),
            ("[drbd]", "res must be set in section drbd"),
            ("[sync#0]\nsrc@n1 = /a", "config file section sync#0 must have dst set"),
            ("[sync#0]\nsrc = /a\ndst = /b", nil),
            (
                "[sync#0]\ntype = zfs\nsrc = a\ndst = b",
                "config file section sync#0 must have target set"
            ),
            ("[sync#0]\ntype = netapp", "config file section sync#0 must have filer set"),
            ("[stonith#0]\ntype = ilo", "target must be set in section stonith#0"),
            ("[stonith#0]\ntype = ilo\nname = a", nil),
        ] as [(String, String?)]
    )
    func
        `what another release has is dropped where it lacks a keyword, and refused where it has all`(
            section: String,
            complaint: String?
        ) throws
    {
        guard let complaint else {
            let messages = refusal(Self.head + section)
            #expect(
                messages.map { $0.text.hasSuffix("is not supported by this release") } == [true]
            )
            return
        }
        #expect(try load(Self.head + section).messages.map(\.text) == [complaint])
    }

    @Test func `a resource may lack its keyword on one node only`() throws {
        let text = "[DEFAULT]\nservice_type = TST\nnodes = n1 n2\n[vg#0]\nvgname@n2 = vg\n"
        #expect(try load(text).definition.resources.map(\.id.text) == ["app", "sync#i0"])
        let other = try load(text, node: EnvNode(name: "n2"))
        #expect(other.definition.resources.map(\.id.text) == ["vg#0", "app", "sync#i0"])
    }

    @Test func `a heartbeat is not there on a recovery node`() throws {
        let text =
            "[DEFAULT]\nservice_type = TST\nnodes = n1\ndrpnodes = n2\n[hb#0]\ntype = OpenHA\n"
        let loaded = try load(text, node: EnvNode(name: "n2"))
        let syncs = ["sync#i0", "sync#i1", "sync#i2"]
        #expect(loaded.definition.resources.map(\.id.text) == ["app"] + syncs)
        #expect(loaded.messages == [])
    }

    // MARK: What is told

    @Test func `a misspelt keyword is a warning with line and nearest word`() throws {
        let loaded = try load(Self.head + fs(0, "mnt_otp = size=1m"))
        #expect(
            loaded.messages.map(\.description) == [
                "/etc/svc1.env:8: fs#0: unknown keyword 'mnt_otp' (did you mean 'mnt_opt'?)"
            ]
        )
        #expect(loaded.messages.first?.level == .warning)
        #expect(loaded.definition.resources.count == 2)
    }

    @Test func `an unknown section is a warning`() throws {
        let loaded = try load(Self.head + "[fss#0]\nmnt = /a\n[app#1]\n[fs#x]\n")
        #expect(
            loaded.messages.map(\.description) == [
                "/etc/svc1.env:4: unknown section [fss#0] (did you mean 'fs'?)",
                "/etc/svc1.env:6: unknown section [app#1] (did you mean 'app'?)",
                "/etc/svc1.env:7: unknown section [fs#x] (did you mean 'fs'?)",
            ]
        )
        #expect(loaded.messages.allSatisfy { $0.level == .warning })
    }

    /// A line in `[fs#0]`, and what refuses the service.
    @Test(
        arguments: [
            ("disable = maybe", "fs#0: keyword 'disable': 'maybe' is neither"),
            ("mnt = srv", "fs#0: keyword 'mnt': an absolute path expected, got 'srv'"),
            ("size = 10", "fs#0: keyword 'size' is not supported by this release"),
            ("scsireserv = true", "fs#0: keyword 'scsireserv' is not supported by this release"),
            ("tags@n2 = a encap", "fs#0: tag 'encap' is not supported by this release"),
            ("just words", "neither a section nor 'key = value'"),
        ] as [(String, String)]
    )
    func `what would be wrong or without effect refuses the service, by line`(
        line: String,
        problem: String
    ) {
        let messages = refusal(Self.head + fs(0, line))
        #expect(messages.map(\.level) == [.error])
        #expect(messages.first?.description.hasPrefix("/etc/svc1.env:8: \(problem)") == true)
    }

    @Test func `a switch that is off is not refused`() throws {
        let text = Self.head + "scsireserv = False\n" + fs(0, "restart = 0")
        #expect(try load(text).messages == [])
    }

    @Test func `what never had an effect is told and does no harm`() throws {
        let words = "containerize = True\ncontainer_cpus = 0-3\ndrnoaction = no\n"
        let messages = try load(Self.head + words + "[vg#0]\nvgname = a\nvgtype = b\n").messages
        #expect(
            messages.map(\.description) == [
                "/etc/svc1.env:4: DEFAULT: keyword 'containerize' has no effect, and never had one",
                "/etc/svc1.env:5: DEFAULT: keyword 'container_cpus' has no effect, and never had one",
                "/etc/svc1.env:9: vg#0: keyword 'vgtype' has no effect, and never had one",
            ]
        )
    }

    @Test func `a bad value that is inherited is told once, where it stands`() {
        let messages = refusal(Self.head + "disable = maybe\n" + fs(0) + fs(1))
        #expect(messages.map(\.position?.line) == [4])
        #expect(messages.first?.text.hasPrefix("DEFAULT: keyword 'disable': 'maybe' is") == true)
    }

    @Test func `everything that is wrong is told at once`() {
        let text = Self.head + fs(0, "disable = maybe") + fs(1, "optional = 2\nmnt_otp = x")
        #expect(refusal(text).map(\.position?.line) == [8, 14, 13])
    }

    @Test(arguments: ["container#0", "drbd#0", "sync#1", "pool#0"])
    func `sections of other releases are refused by name`(name: String) {
        let keys = "type = x\nres = x\nsrc = /a\npoolname = x\n"
        let messages = refusal(Self.head + "[\(name)]\n\(keys)")
        #expect(
            messages.map(\.description)
                == ["/etc/svc1.env:4: \(name) is not supported by this release"]
        )
    }

    @Test func `bytes that are no text are refused`() {
        #expect(refusal("[DEFAULT]\0").map(\.text) == ["the file is not text"])
    }

    // MARK: Checks of a load

    /// DEFAULT, and the one line that refuses the service.
    @Test(
        arguments: [
            ("mode = clustered", "unknown service mode: clustered"),
            ("pkg_name = x", "can not set 'pkg_name' with 'hosted' mode in svc1 env"),
            ("nodes = n2 n11", "service svc1 not managed here"),
            (
                "cluster_type = lax",
                "invalid cluster_type 'lax' (failover, flex, autoflex)"
            ),
            ("flex_min_nodes = -1", "invalid flex_min_nodes '-1' (<0)."),
            (
                "autostart_node = n1 n2\nflex_min_nodes = 3",
                "invalid flex_min_nodes '3' (>2 nb of nodes)."
            ),
            ("flex_max_nodes = -2", "invalid flex_max_nodes '-2' (<0)."),
            ("flex_max_nodes = 0", "invalid flex_max_nodes '0' (<flex_min_nodes)."),
            ("flex_cpu_low_threshold = -1", "invalid flex_cpu_low_threshold '-1' (<0)."),
            ("flex_cpu_high_threshold = 101", "invalid flex_cpu_high_threshold '101' (>100)."),
            (
                "service_type = tst",
                "service svc1 type tst is not a known service type"
                    + " (PRD, PPRD, REC, INT, DEV, TST, TMP, DRP, FOR, PRA)"
            ),
        ] as [(String, String)]
    )
    func `a load checks mode, nodes and type in the classic words`(line: String, text: String) {
        #expect(refusal(Self.head + line).map(\.description) == [text])
    }

    @Test func `a service without a type is a TST service`() throws {
        let text = "[DEFAULT]\nnodes = n1\n"
        #expect(try load(text).definition.name == "svc1")
        let node = EnvNode(name: "n1", hostMode: "PRD")
        #expect(
            refusal(text, node: node).map(\.text).first?.contains("type TST is not allowed") == true
        )
    }

    @Test func `a refused type is told with its line, and with the other errors`() {
        let found = refusal(
            "[DEFAULT]\nnodes = n1\nservice_type = tst\n[flag#0]\noptional = maybe\n"
        )
        #expect(found.map(\.place?.line) == [3, 5])
        // The log keeps the line of the classic release.
        #expect(found.map(\.position?.line) == [nil, 5])
        #expect(found.map(\.isNotForNode) == [true, false])
    }

    @Test func `what is written twice is a warning with both lines, and no line of the log`() throws
    {
        let text = """
            [DEFAULT]
            nodes = n9
            nodes = n1
            [flag#0]
            file = /a
            [flag#0]
            file = /b
            [DEFAULT]
            app = x

            """
        let service = try load(text)
        #expect(service.messages == [])
        #expect(
            service.repetitions.map { "\($0.position?.line ?? 0) \($0.text)" } == [
                "3 [DEFAULT] nodes is written twice, first on line 2",
                "6 [flag#0] is written twice, first on line 4",
                "7 [flag#0] file is written twice, first on line 5",
                "8 [DEFAULT] is written twice, first on line 1",
            ]
        )
    }

    @Test func `an unknown mode is told before there is a service`() {
        #expect(refusal(Self.head + "mode = x").map(\.subject) == ["init"])
        #expect(refusal(Self.head + "service_type = x").map(\.subject) == [nil])
    }

    @Test func `a test service is not for a production node`() throws {
        let node = EnvNode(name: "n1", hostMode: "PRD")
        let text = "service svc1 type TST is not allowed to run on this node (host mode PRD)"
        #expect(refusal(Self.head, node: node).map(\.text) == [text])
        #expect(refusal("[DEFAULT]\nservice_type = PRD\nnodes = n1\n", node: node) == [])
    }

    @Test func `without a node the file is read for all of them`() throws {
        let text = "[DEFAULT]\nservice_type = TST\nnodes = n8 n9\n[vg#0]\nvgname@n8 = vg\n"
        let resources = try load(text, node: nil).definition.resources
        #expect(resources.map(\.id.text) == ["vg#0", "app", "sync#i0"])
    }
}
