import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// What the options and the names of the classic programs change of an action.
@EngineActor
struct ClassicActionTests {
    private let fixture = CommandFixture()

    private var refusal: String {
        "INFO WEB this service is managed by a clusterware, thus direct service manipulation is"
            + " disabled. the --cluster option circumvent this safety net."
    }

    /// A service `web` of two flags, `a` and `b`, with more settings of the second.
    private func web(_ second: String = "") {
        fixture.service("web", flags: "ab")
        fixture.write(fixture.directory.text("etc/web.env") + second, to: "web.env")
    }

    // MARK: Options

    @Test func `a failed start leaves what it brought up with --disable-rollback only`() async {
        web()
        fixture.host.refusals["writeFile /run/web.b"] =
            .system(call: "open", subject: "/run/web.b", errno: 28)
        #expect(await fixture.type("svcmgr -s web start") == 1)
        #expect(fixture.flags == [])
        #expect(await fixture.type("svcmgr -s web --disable-rollback start") == 1)
        #expect(fixture.flags == ["web.a"])
    }

    @Test func `what stays up on this node is stopped with --force only`() async {
        web("always_on = n1\n")
        #expect(await fixture.type("svcmgr -s web start") == 0)
        #expect(await fixture.type("svcmgr -s web stop") == 0)
        #expect(fixture.flags == ["web.b"])
        #expect(await fixture.type("svcmgr -s web --force stop") == 0)
        #expect(fixture.flags == [])
    }

    @Test func `--tags chooses resources`() async {
        web("tags = late\n")
        #expect(await fixture.type("svcmgr -s web --tags late start") == 0)
        #expect(fixture.flags == ["web.b"])
        #expect(await fixture.type("svcmgr -s web --tags nosuch stop") == 0)
        #expect(fixture.flags == ["web.b"])
    }

    @Test func `--waitlock says how long a locked service is waited for`() async throws {
        web()
        let lock = try await ServiceLock.take(
            "web",
            for: "test",
            in: Layout(root: fixture.root),
            within: .zero,
            host: fixture.host,
            waiting: { _ in }
        )
        defer { lock.release() }
        fixture.host.clearOrders()
        #expect(await fixture.type("svcmgr -s web --waitlock 0 start") == 1)
        #expect(fixture.errors.contains("web is locked by "))
        let sleeps = fixture.host.orders.filter {
            if case .sleep = $0 { return true }
            return false
        }
        #expect(sleeps == [] && fixture.flags == [])
    }

    @Test(arguments: ["svcmgr -s web", "osvc run ROOT/etc/web.env"])
    func `no number of seconds is too large to be waited for`(_ program: String) async {
        web()
        mkdir("\(fixture.root)/var/web", 0o755)
        fixture.directory.write(
            "begin\t1\t999999\tstart\ncall\t9-a-2\t-\t/srv/web start\npid\t9-a-2\t40\t7\n",
            to: "var/web/journal"
        )
        let left = ProcessEntry(pid: 40, arguments: ["/srv/web", "start"], startTime: 7)
        fixture.host.processTable = [left]
        fixture.host.whileSleeping = { $0.processTable = [] }
        let line = program.replacing("ROOT", with: fixture.root)
        #expect(await fixture.type("\(line) stop --waitlock \(Int.max)") == 0)
        #expect(fixture.errors.contains("waiting up to 100000000s for what the start left running"))
    }

    @Test func `a sync that is skipped says so, but not to cron`() async {
        fixture.service("web", "nodes = n1 n2")
        #expect(await fixture.type("svcmgr -s web syncnodes") == 0)
        #expect(fixture.log.contains { $0.hasPrefix("INFO WEB.SYNC#I0 ") })
        #expect(await fixture.type("svcmgr -s web --cron syncnodes") == 0)
        #expect(fixture.log == [])
    }

    @Test func `two spellings of a name are two services that are not there`() async {
        #expect(await fixture.type("svcmgr -s caf\u{e9},cafe\u{301} start") == 1)
        #expect(fixture.log.count { $0.contains("there is no service '") } == 2)
    }

    @Test func `a switch goes to the node of --to`() async {
        fixture.service("web", "nodes = n1 n2")
        #expect(await fixture.type("svcmgr -s web --to n9 switch") == 1)
        #expect(fixture.errors.contains("destination node n9 is not in service node list"))
    }

    @Test func `osvc leaves its directory before it acts`() async {
        web()
        #expect(await fixture.type("svcmgr -s web start") == 0)
        #expect(fixture.left == 1)
    }

    // MARK: Cluster software

    @Test func `a service under cluster software obeys nobody else`() async {
        fixture.service("web", "nodes = n1 n2")
        let text = fixture.directory.text("etc/web.env")
        fixture.write(text + "\n[hb#0]\ntype = openha\n", to: "web.env")
        #expect(await fixture.type("svcmgr -s web start") == 1)
        #expect(fixture.log.last == refusal && fixture.flags == [])
        #expect(await fixture.type("\(fixture.etc)/web start") == 1)
        #expect(fixture.flags == [])
        #expect(await fixture.type("\(fixture.etc)/web.cluster start") == 0)
        #expect(fixture.flags == ["web.a"])
        #expect(await fixture.type("svcmgr -s web --cluster stop") == 0)
        #expect(fixture.flags == [])
    }

    @Test func `hooks are told who asks`() async {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = { "n1" },
              osvc.flag "a" { file = "/run/web.a" },
              osvc.hook "who" { on = "start.pre", run = function(ev) ev:info(ev.reason) end },
              osvc.hook "ice" { on = "freeze", run = function(ev) ev:info(ev.reason) end },
            }
            """,
            to: "web.lua"
        )
        for (line, reason) in [
            ("svcmgr -s web start", "user"), ("svcmgr -s web --cluster start", "cluster"),
            ("\(fixture.etc)/web.cluster start", "cluster"), ("svcmgr -s web boot", "autostart"),
            ("svcmgr -s web --cluster freeze", "cluster"),
        ] {
            _ = await fixture.type(line)
            #expect(fixture.log.contains { $0.hasSuffix(": \(reason)") }, "\(line)")
        }
    }

    @Test func `a link that ends the other node does so whatever it is called with`() async {
        web()
        let words = ["--nosuch", "anything"]
        #expect(await fixture.run("\(fixture.etc)/web.stonith", words) == 0)
        #expect(fixture.log == ["INFO WEB stonith bypassed"])
    }

    // MARK: Looks

    @Test func `a look by a classic name passes over names that are not services`() async {
        web()
        #expect(await fixture.type("svcmgr -s web,wab print status") == 0)
        #expect(fixture.errors == "")
    }

    @Test func `a service file that changed is told once, and not where programs read`() async {
        web()
        let told =
            "send \(fixture.etc)/web.env to collector ... OK\n"
            + "update \(fixture.root)/var/web.push timestamp ... OK\n"
        fixture.directory.write("1\n", to: "var/web.push")
        #expect(await fixture.type("svcmgr -s web status") == 1)
        #expect(fixture.output == told)
        #expect(await fixture.type("svcmgr -s web status") == 1)
        #expect(fixture.output == "")
        fixture.directory.write("1\n", to: "var/web.push")
        #expect(await fixture.type("svcmgr -s web json status") == 0)
        #expect(fixture.output.hasPrefix("{"))
        fixture.directory.write("1\n", to: "var/web.push")
        #expect(await fixture.type("svcmgr -s web push") == 0)
        #expect(fixture.output == told)
    }
}
