import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// What is told of a file, what costs a resource and what refuses the service.
extension EnvServiceTests {
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
