import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// The options of edits of service files, as they are typed.
@EngineActor
struct ClassicEditTests {
    private let fixture = CommandFixture()

    private func text(_ name: String) -> String { fixture.directory.text("etc/\(name).env") }

    @Test func `--rid names the sections that are edited`() async {
        fixture.service("web", flags: "ab")
        #expect(await fixture.type("svcmgr -s web --rid flag#1 disable") == 0)
        #expect(text("web").hasSuffix("[flag#1]\nfile = /run/web.b\ndisable = True\n"))
        #expect(await fixture.type("svcmgr -s web --rid flag#1 delete") == 0)
        #expect(text("web").contains("[flag#0]") && !text("web").contains("[flag#1]"))
    }

    @Test func `--resource is what is created`() async {
        let resource = #"{"rtype":"flag","file":"/run/x"}"#
        #expect(await fixture.run("svcmgr", ["-s", "new", "create", "--resource", resource]) == 0)
        #expect(text("new").hasSuffix("\n[flag#0]\nfile = /run/x\n"))
    }

    @Test func `create makes a service of the type that the node has`() async {
        fixture.write("[node]\nhost_mode = PRD\n", to: "node.conf")
        #expect(await fixture.type("svcmgr -s new create") == 0)
        #expect(text("new").contains("service_type = PRD"))
    }

    @Test func `create -i asks`() async {
        fixture.input = ""
        #expect(await fixture.type("svcmgr -s new -i create") == 1)
        #expect(text("new") == "")
    }

    @Test func `--envfile is the file that install takes over`() async {
        fixture.directory.write("[DEFAULT]\nservice_type = TST\nnodes = n1\n", to: "other.env")
        let line = "svcmgr -s new --envfile \(fixture.root)/other.env install"
        #expect(await fixture.type(line) == 0)
        #expect(text("new").contains("nodes = n1"))
    }

    @Test func `the link of a service creates nothing new`() async {
        fixture.service("web")
        let before = text("web")
        #expect(await fixture.type("\(fixture.etc)/web create") == 1)
        #expect(fixture.errors == "service web already exists\n" && text("web") == before)
    }

    @Test func `--waitlock says how long an edit waits for another one`() async throws {
        fixture.service("web")
        let lock = try await ServiceLock.take(
            "web",
            for: "test",
            in: Layout(root: fixture.root),
            within: .zero,
            host: fixture.host,
            waiting: { _ in }
        )
        defer { lock.release() }
        let line = "svcmgr -s web --waitlock 3 set --param flag#0.file --value /run/x"
        #expect(await fixture.type(line) == 1)
        #expect(fixture.host.uptime() >= .seconds(3) && fixture.host.uptime() < .seconds(4))
    }
}
