import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// The actions that edit a service's file, on real files below a root of the test's own.
@EngineActor
struct ServiceConfigurationTests {
    private let fixture = ConfigurationFixture()

    private static let file = """
        # ours
        [DEFAULT]
        service_type = TST
        nodes = n1

        [fs#0]
        mnt = /a # data
        dev = x
        [fs#1]
        mnt = /b
        dev = y

        """

    init() {
        fixture.directory.write(Self.file, to: "etc/svc1.env")
    }

    private var text: String { fixture.directory.text("etc/svc1.env") }

    @Test func `set changes one value, get prints it, unset takes it away`() async {
        let set = await fixture.run(.set) {
            $0.parameter = "fs#0.MNT"
            $0.value = "/c"
        }
        #expect(set == 0 && fixture.complaints == [] && fixture.text == "")
        #expect(text == Self.file.replacing("/a", with: "/c"))
        #expect(await fixture.run(.get) { $0.parameter = "fs#0.mnt" } == 0)
        #expect(fixture.text == "/c\n")
        #expect(await fixture.run(.get) { $0.parameter = "fs#0.nodes" } == 0)
        #expect(fixture.text == "n1\n")
        #expect(await fixture.run(.unset) { $0.parameter = "fs#1.dev" } == 0)
        #expect(!text.contains("dev = y"))
    }

    /// An action, its parameter and value, and what is said of it.
    @Test(
        arguments: [
            (.get, nil, nil, "no parameter. set --param"),
            (.set, nil, "x", "no parameter. set --param"),
            (.set, "fs#0.mnt", nil, "no value. set --value"),
            (.get, "DEFAULT", nil, "malformed parameter. format as 'section.key'"),
            (.get, "a.b.c", nil, "malformed parameter. format as 'section.key'"),
            (.set, ".b", "x", "malformed parameter. format as 'section.key'"),
            (.get, "fs#9.mnt", nil, "section 'fs#9' not found"),
            (.get, "DEFAULT.app", nil, "option 'app' not found in section 'DEFAULT'"),
            (.unset, "DEFAULT.app", nil, "option 'app' not found in section 'DEFAULT'"),
            (.unset, "fs#0.nodes", nil, "option 'nodes' not found in section 'fs#0'"),
            (.unset, "fs#9.mnt", nil, "section 'fs#9' not found"),
            (
                .set, "fs#0.mnt", "/a # b",
                "value '/a # b' cannot be written: a blank and '#' begin a comment"
            ),
            (
                .set, "fs#0.mnt", "\u{FFFD}",
                "value '\u{FFFD}' cannot be written: it is not valid UTF-8"
            ),
        ] as [(ConfigurationAction, String?, String?, String)]
    )
    func `what cannot be done is told, exits 1 and changes nothing`(
        action: ConfigurationAction,
        parameter: String?,
        value: String?,
        complaint: String
    ) async {
        let code = await fixture.run(action) {
            $0.parameter = parameter
            $0.value = value
        }
        #expect(code == 1 && fixture.complaints == [complaint] && fixture.text == "")
        #expect(text == Self.file)
    }

    @Test func `a set that the loader will refuse is written, with a warning`() async {
        let code = await fixture.run(.set) {
            $0.parameter = "DEFAULT.service_type"
            $0.value = "XXX"
        }
        #expect(code == 0 && text.contains("service_type = XXX"))
        #expect(fixture.complaints.count == 1)
        let start = "WARNING: service svc1 will not load: service svc1 type XXX is not a known"
        #expect(fixture.complaints.first?.hasPrefix(start) == true)
    }

    @Test func `a file that does not load is mended by set`() async {
        fixture.directory.write("[DEFAULT]\nservice_type = X\nnodes = n1\n", to: "etc/svc1.env")
        let code = await fixture.run(.set) {
            $0.parameter = "DEFAULT.service_type"
            $0.value = "TST"
        }
        #expect(code == 0 && fixture.complaints == [])
    }

    @Test func `get prints the lines and bytes of a value as they are`() async {
        let bytes: [UInt8] = Array("[DEFAULT]\nnodes = n1\n\n  n2\nx = ".utf8) + [0xE9, 0x0A]
        let file = fopen("\(fixture.etc)/svc1.env", "w")
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
        #expect(await fixture.run(.get) { $0.parameter = "DEFAULT.nodes" } == 0)
        #expect(fixture.text == "n1\nn2\n")
        #expect(await fixture.run(.get) { $0.parameter = "default.x" } == 0)
        #expect(fixture.out == [0xE9, 0x0A])
    }

    // MARK: Resources

    /// What `disable --rid fs#0` finds in the file, and what it says of the node n1.
    @Test(
        arguments: [
            ("disable@n1 = False", "WARNING: fs#0 stays enabled on n1: SVC1.env:10 says so"),
            ("disable@nodes = no", "WARNING: fs#0 stays enabled on n1: SVC1.env:10 says so"),
            ("disable@n2 = False", nil), ("disable@n1 = True", nil), ("disable = False", nil),
        ] as [(String, String?)]
    )
    func `disable says where a line of this node goes before it`(line: String, warning: String?)
        async
    {
        let file = "[DEFAULT]\nservice_type = TST\nnodes = n1 n2\n\n[fs#0]\ntype = tmpfs\n"
        fixture.directory.write(
            file + "dev = x\nmnt = /srv/a\n\n\(line)\n",
            to: "etc/svc1.env"
        )
        #expect(await fixture.run(.disable) { $0.rids = ["fs#0"] } == 0)
        let wanted = warning?.replacing("SVC1", with: "\(fixture.etc)/svc1")
        #expect(fixture.complaints == [wanted].compactMap(\.self))
    }

    @Test func `disable and enable write the sections they are told, else DEFAULT`() async {
        #expect(await fixture.run(.disable) { $0.rids = ["fs#0", "app"] } == 0)
        #expect(text.contains("dev = x\ndisable = True\n[fs#1]"))
        #expect(text.hasSuffix("dev = y\n\n[app]\ndisable = True\n"))
        #expect(await fixture.run(.enable) { $0.rids = ["fs#0"] } == 0)
        #expect(text.contains("dev = x\ndisable = False\n[fs#1]"))
        #expect(await fixture.run(.enable) == 0)
        #expect(text.contains("nodes = n1\ndisable = False\n\n[fs#0]"))
    }

    @Test func `delete takes sections away; without --rid it says so`() async {
        #expect(await fixture.run(.delete) == 0)
        #expect(fixture.text == "no resource flagged for deletion\n" && text == Self.file)
        #expect(await fixture.run(.delete) { $0.rids = ["fs#1", "fs#1"] } == 0)
        #expect(text == Self.file.replacing("[fs#1]\nmnt = /b\ndev = y\n", with: ""))
    }

    /// An action and the resources that it knows.
    @Test(
        arguments: [
            (.enable, "fs#0, fs#1, app"), (.disable, "fs#0, fs#1, app"), (.delete, "fs#0, fs#1"),
        ] as [(ConfigurationAction, String)]
    )
    func `a resource that is not there is named with those that are`(
        action: ConfigurationAction,
        known: String
    ) async {
        for rid in ["fs#9", "DEFAULT", "FS#0"] {
            let code = await fixture.run(action) { $0.rids = ["fs#0", rid] }
            #expect(code == 1 && text == Self.file)
            #expect(fixture.complaints == ["service svc1 has not resource \(rid) (\(known))"])
        }
    }

    // MARK: The file

    @Test func `an edit of a service that is acted on waits, and gives up`() async throws {
        let lock = try await ServiceLock.take(
            "svc1",
            for: "start",
            in: Layout(root: fixture.directory.path),
            within: .zero,
            host: FakeHost(),
            waiting: { _ in }
        )
        #expect(await fixture.run(.enable) == 1)
        #expect(text == Self.file)
        #expect(await fixture.run(.get) { $0.parameter = "fs#0.mnt" } == 0)
        lock.release()
        #expect(await fixture.run(.enable) == 0)
    }

    @Test func `what is not there, and what is Lua, is told`() async {
        #expect(await fixture.run(.get, "svc2") { $0.parameter = "a.b" } == 1)
        let path = "\(fixture.etc)/svc2"
        let text = "there is no service 'svc2': neither \(path).env nor \(path).lua exists"
        #expect(fixture.complaints == [text])
        fixture.directory.write("", to: "etc/svc2.lua")
        #expect(await fixture.run(.enable, "svc2") == 1)
        #expect(
            fixture.complaints == [
                "service svc2 is described by \(path).lua, which is edited by hand"
            ]
        )
    }

    @Test func `provision is refused by name`() async {
        for action in [ConfigurationAction.create, .update] {
            #expect(await fixture.run(action) { $0.provisions = true } == 1)
            #expect(
                fixture.complaints == ["option --provision is not supported by this release"]
            )
        }
    }

    @Test func `update adds and changes resources, or nothing`() async {
        let change = #"{"rid":"fs#0","mnt":"/d","hue":"red"}"#
        let code = await fixture.run(.update) {
            $0.resources = [change, #"{"rtype":"fs","dev":"z","mnt":"/z"}"#]
        }
        #expect(code == 0)
        #expect(fixture.complaints == ["Remove unknown keyword 'hue' from section 'fs#0'"])
        let changed = Self.file.replacing("/a", with: "/d")
        #expect(text == changed + "\n[fs#2]\ndev = z\nmnt = /z\n")
        #expect(await fixture.run(.update) { $0.resources = [change, "{"] } == 1)
        #expect(fixture.complaints == ["can not parse resource: {"])
    }
}
