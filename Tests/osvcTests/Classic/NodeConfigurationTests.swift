import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `nodemgr get`, `set` and `unset`.
@EngineActor
struct NodeConfigurationTests {
    private let fixture = ConfigurationFixture()

    private var file: String { fixture.directory.text("etc/node.conf") }

    /// What node.conf says, and the host mode; nil: there is no file.
    @Test(
        arguments: [
            (nil, "TST"), ("", "TST"), ("[DEFAULT]\n", "TST"), ("[node]\n", "TST"),
            ("[node]\nhost_mode = DEV\n", "DEV"), ("[DEFAULT]\nhost_mode = PRD\n", "PRD"),
            ("[DEFAULT]\nhost_mode = PRD\n[node]\n", "PRD"),
        ] as [(String?, String)]
    )
    func `a node that does not say its mode is TST`(text: String?, mode: String) async {
        if let text { fixture.directory.write(text, to: "etc/node.conf") }
        #expect(await fixture.node(.get, "node.host_mode") == 0)
        #expect(fixture.text == "\(mode)\n" && fixture.complaints == [])
    }

    @Test func `set makes the file and the section, unset takes the key away`() async {
        #expect(await fixture.node(.set, "node.host_mode", "DEV") == 0)
        #expect(file == "[node]\nhost_mode = DEV\n")
        #expect(await fixture.node(.set, "cloud#1.type", "none") == 0)
        #expect(file == "[node]\nhost_mode = DEV\n\n[cloud#1]\ntype = none\n")
        #expect(await fixture.node(.unset, "cloud#1.type") == 0)
        #expect(file == "[node]\nhost_mode = DEV\n\n[cloud#1]\n")
        #expect(fixture.names == ["node.conf"])
    }

    @Test(arguments: [
        "node.repo", "node.loc_city", "node.LAUNCHER_OWNER", "DEFAULT.host_mode", "stats.period",
        "cloud#1.anything", "node.ruser",
    ])
    func `what the classic release reads may be written`(parameter: String) async {
        #expect(await fixture.node(.set, parameter, "any") == 0)
        #expect(fixture.complaints == [])
    }

    /// An action, its parameter and value, and what is said of it.
    @Test(
        arguments: [
            (.get, nil, nil, "no parameter. set --param"),
            (.set, "node.host_mode", nil, "no value. set --value"),
            (.get, "host_mode", nil, "malformed parameter. format as 'section.key'"),
            (.get, "nosuch.key", nil, "section 'nosuch' not found"),
            (.unset, "nosuch.key", nil, "section 'nosuch' not found"),
            (
                .set, "node.stric", "true",
                "option 'stric' is not known in section 'node' (did you mean 'strict'?): see osvc doc node.conf"
            ),
            (
                .set, "nod.strict", "true",
                "section 'nod' is not known in node.conf (did you mean 'node'?): see osvc doc node.conf"
            ),
            (
                .set, "stats.intervall", "5",
                "option 'intervall' is not known in section 'stats' (did you mean 'interval'?): see osvc doc"
                    + " node.conf"
            ),
            (
                .set, "node.strict", "maybe",
                "option 'strict': 'maybe' is neither true, yes, on, 1 nor false, no, off, 0: see osvc doc strict"
            ),
            (.get, "node.repo", nil, "option 'repo' not found in section 'node'"),
            (.unset, "node.repo", nil, "option 'repo' not found in section 'node'"),
        ] as [(NodeConfiguration.Action, String?, String?, String)]
    )
    func `what cannot be done is told, exits 1 and changes nothing`(
        action: NodeConfiguration.Action,
        parameter: String?,
        value: String?,
        complaint: String
    ) async {
        fixture.directory.write("[node]\nx = 1\n", to: "etc/node.conf")
        #expect(await fixture.node(action, parameter, value) == 1)
        #expect(fixture.complaints == [complaint] && fixture.text == "")
        #expect(file == "[node]\nx = 1\n")
    }
}
