import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `nodemgr`, `svcfreeze` and its relatives, and what `osvc node` and `osvc svc` make of them.
@EngineActor
struct NodeCommandTests {
    private let fixture = CommandFixture()

    private var isNodeFrozen: Bool {
        fixture.host.files["\(fixture.root)/var/FROZEN"] != nil
    }

    private func isFrozen(_ service: String) -> Bool {
        fixture.host.files["\(fixture.root)/var/FROZEN.\(service)"] != nil
    }

    // MARK: node.conf

    @Test(arguments: ["nodemgr", "osvc node"])
    func `a key of node.conf is written, read and removed`(program: String) async {
        #expect(await fixture.type("\(program) set --param node.host_mode --value DEV") == 0)
        #expect(fixture.directory.text("etc/node.conf") == "[node]\nhost_mode = DEV\n")
        #expect(await fixture.type("\(program) get --param node.host_mode") == 0)
        #expect(fixture.output == "DEV\n")
        #expect(await fixture.type("\(program) unset --param node.host_mode") == 0)
        #expect(await fixture.type("\(program) get --param node.repo") == 1)
        #expect(fixture.errors == "option 'repo' not found in section 'node'\n")
    }

    @Test(arguments: ["pushasset", "checks", "collector_ack_action", "compliance_check"])
    func `an action that this release lacks is refused by name, with 1`(action: String) async {
        #expect(await fixture.type("nodemgr \(action)") == 1)
        #expect(
            fixture.errors == "nodemgr: action '\(action)' is not supported by this release\n"
        )
    }

    @Test func `osvc node lists what it has besides nodemgr`() async {
        _ = await fixture.type("nodemgr --help")
        #expect(!fixture.output.contains("thaw"))
        #expect(await fixture.type("osvc node --help") == 0)
        for action in ["get", "unset", "freeze", "thaw", "frozen"] {
            #expect(fixture.output.contains("\n  \(action) "))
        }
    }

    // MARK: Freezing

    @Test(arguments: [("svcfreeze", "svcfrozen", "svcthaw"), ("freezer", "svcfrozen", "svcthaw")])
    func `a service is frozen, asked and thawed by its name`(
        freeze: String,
        ask: String,
        thaw: String
    ) async {
        for name in ["web", "other"] { fixture.service(name) }
        #expect(await fixture.type("\(ask) web") == 0)
        #expect(await fixture.type("\(freeze) web") == 0)
        #expect(isFrozen("web") && !isFrozen("other") && !isNodeFrozen)
        #expect(await fixture.type("\(ask) web") == 1)
        #expect(await fixture.type("\(ask) other") == 0)
        #expect(await fixture.type("\(thaw) web") == 0)
        #expect(!isFrozen("web"))
    }

    @Test(
        arguments: [
            ("svcfreeze", "svcfrozen", "svcthaw"),
            ("osvc node freeze", "osvc node frozen", "osvc node thaw"),
        ]
    )
    func `without a service it is the node`(freeze: String, ask: String, thaw: String) async {
        fixture.service("web")
        #expect(await fixture.type(ask) == 0)
        #expect(await fixture.type(freeze) == 0)
        #expect(isNodeFrozen && !isFrozen("web"))
        #expect(await fixture.type(ask) == 1)
        #expect(await fixture.type("svcfrozen web") == 1)
        #expect(await fixture.type(thaw) == 0)
        #expect(!isNodeFrozen)
    }

    @Test(arguments: ["svcfreeze", "svcthaw", "svcfrozen"])
    func `who names no service of the node hears of it`(program: String) async {
        #expect(await fixture.type("\(program) wab") == 1)
        #expect(
            fixture.log == [
                "ERROR WAB there is no service 'wab': neither \(fixture.etc)/wab.env"
                    + " nor \(fixture.etc)/wab.lua exists"
            ]
        )
        #expect(!isFrozen("wab") && !isNodeFrozen)
    }

    @Test(arguments: ["svcfreeze a b", "svcfreeze -x", "svcthaw --now"])
    func `a wrong call freezes nothing and shows the usage`(line: String) async {
        #expect(await fixture.type(line) == 1)
        #expect(fixture.output.hasSuffix(" [service]\n"))
        #expect(!isNodeFrozen)
    }

    @Test(arguments: ["-h", "--help"])
    func `the help of a freeze says what it does without a service`(option: String) async {
        #expect(await fixture.type("svcfreeze \(option)") == 0)
        #expect(
            fixture.output.hasSuffix(
                " [service]\nWithout a service: the node, and with it every service.\n"
            )
        )
        #expect(!isNodeFrozen)
    }

    @Test func `a service that cannot be loaded is not frozen`() async {
        fixture.write("[DEFAULT\n", to: "bad.env")
        #expect(await fixture.type("svcfreeze bad") == 1)
        #expect(!isFrozen("bad") && fixture.errors != "")
    }

    @Test func `a freeze that cannot be written fails`() async {
        fixture.host.refusals["writeFile"] = .system(call: "open", subject: "FROZEN", errno: 28)
        #expect(await fixture.type("svcfreeze") == 1)
        #expect(fixture.errors.hasPrefix("osvc: ") && fixture.errors.contains("FROZEN"))
    }

    // MARK: osvc svc

    @Test func `osvc svc acts on the services that it names`() async {
        for name in ["a", "b", "c"] { fixture.service(name, flags: "x") }
        #expect(await fixture.type("osvc svc a start") == 0)
        #expect(fixture.flags == ["a.x"])
        #expect(await fixture.type("osvc svc b,c start") == 0)
        #expect(fixture.flags == ["a.x", "b.x", "c.x"])
        #expect(await fixture.type("osvc svc nosuch start") == 1)
        #expect(fixture.errors.contains("there is no service 'nosuch'"))
    }

    @Test(arguments: ["osvc svc", "osvc svc --force start"])
    func `osvc svc needs a name`(line: String) async {
        #expect(await fixture.type(line) == 2)
        #expect(fixture.errors == "osvc svc: name a service: osvc svc NAME ACTION\n")
    }

    @Test(arguments: ["osvc svc --help", "osvc svc web --help"])
    func `the help of osvc svc is that of svcmgr`(line: String) async {
        #expect(await fixture.type(line) == 0)
        #expect(fixture.output.contains("\nActions:\n") && fixture.output.contains("print status"))
    }
}
