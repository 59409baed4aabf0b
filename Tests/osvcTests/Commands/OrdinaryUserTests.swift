import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// What an ordinary user may do with services that are not his.
@EngineActor
struct OrdinaryUserTests {
    private let fixture = CommandFixture()

    init() {
        fixture.service("web")
        fixture.user = 1000
    }

    @Test(arguments: ["start", "stop", "restart", "freeze", "thaw", "push", "syncall"])
    func `an action needs root, and the command says so`(action: String) async {
        for call in ["osvc run \(fixture.etc)/web.env \(action)", "osvc svc web \(action)"] {
            #expect(await fixture.type(call) == 1)
            #expect(fixture.errors == "needs root: sudo \(call)\n")
        }
        #expect(fixture.flags == [])
        #expect(fixture.host.files["\(fixture.root)/var/FROZEN.web"] == nil)
    }

    @Test(
        arguments: [
            "osvc svc web set --param DEFAULT.app --value x", "osvc svc new create",
            "osvc node freeze", "osvc node set --param node.host_mode --value PRD",
            "osvc mon --updatedb",
        ]
    )
    func `an edit needs root, too`(call: String) async {
        let text = fixture.directory.text("etc/web.env")
        #expect(await fixture.type(call) == 1)
        #expect(fixture.errors == "needs root: sudo \(call)\n")
        #expect(fixture.directory.text("etc/web.env") == text)
    }

    @Test func `a status is shown, and nothing is written`() async {
        let files = fixture.host.files.keys
        for call in [
            "osvc run \(fixture.etc)/web.env print status", "osvc svc web print status",
            "osvc svc web json status", "osvc mon", "osvc svc web get --param flag#0.file",
            "osvc run \(fixture.etc)/web.env start --dry-run",
        ] {
            #expect(await fixture.type(call) == 0, "\(call)")
            #expect(fixture.errors == "", "\(call)")
            #expect(fixture.output.contains("web"), "\(call)")
        }
        #expect(fixture.host.files.keys == files)
        // A log, a stamp and a lock would be files of these directories.
        for name in ["log", "var/lock"] { #expect(rmdir("\(fixture.root)/\(name)") == 0) }
        #expect(rmdir("\(fixture.root)/var") == 0)
    }

    @Test(arguments: ["osvc svc web status", "svcmgr -s web status"])
    func `the code of status is not told to whom may not see everything`(call: String) async {
        #expect(await fixture.type(call) == 64)
    }

    @Test func `his own file is his own service`() async {
        fixture.host.files["\(fixture.etc)/web.env"]?.info.owner = 1000
        #expect(await fixture.type("osvc run \(fixture.etc)/web.env start") == 0)
        #expect(fixture.flags == ["web.a"])
    }
}
