import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// What osvc itself has against an action, and plans by name and for other nodes.
@EngineActor
struct PlanForNodeTests {
    private let fixture = CommandFixture()
    private var host: FakeHost { fixture.host }
    private var file: String { "\(fixture.etc)/web.lua" }

    private func web(_ body: String, nodes: String = "{ \"n1\", \"n2\" }") {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = \(nodes),
            \(body)
            }
            """,
            to: "web.lua"
        )
    }

    private func plan(_ words: String) async -> Int32 {
        await fixture.type("osvc plan \(file) \(words)")
    }

    private var lines: [String] {
        fixture.output.split(separator: "\n").map { String($0.drop { $0 == " " }) }
    }

    /// The last line, without its first word. Nothing was changed and no program ran.
    private func verdict() -> String {
        #expect(host.orders == [])
        let last = lines.last ?? ""
        #expect(last.hasPrefix("verdict: "), "\(fixture.output)\(fixture.errors)")
        return String(last.dropFirst("verdict: ".count))
    }

    // MARK: osvc itself

    @Test func `a frozen service and one of other nodes would fail`() async {
        web("osvc.flag \"a\" { file = \"/run/web.a\" },")
        host.files["\(fixture.root)/var/FROZEN.web"] = FakeFile("")
        #expect(await plan("start") == 1)
        #expect(lines.contains { $0.hasPrefix("NOT MET: Abort action for frozen service") })
        #expect(verdict().hasPrefix("would fail: Abort action for frozen service"))
        host.files["\(fixture.root)/var/FROZEN.web"] = nil
        web("osvc.flag \"a\" { file = \"/run/web.a\" },", nodes: "{ \"n2\" }")
        for line in [
            "plan \(file) start", "svc web start --dry-run", "run \(file) start --dry-run",
        ] {
            #expect(await fixture.type("osvc \(line)") == 1)
            #expect(
                verdict().hasPrefix("would fail: service web not managed here: n1 is not one of n2")
            )
        }
    }

    @Test func `the verdict is in JSON, too`() async throws {
        web("osvc.fs \"0\" { type = \"ext4\", dev = \"/dev/sda1\", mnt = \"/srv/data\" },")
        #expect(await plan("start -o json") == 1)
        let verdict = try JSONValue(parsing: fixture.output)["verdict"]
        #expect(verdict?["outcome"] == .string("fail") && verdict?["rid"] == .string("fs#0"))
        #expect(verdict?["reason"] == .string("device does not exist /dev/sda1"))
        #expect(verdict?["changes"] == .boolean(true))
        #expect(fixture.output.contains("\"result\": \"not met\""))
    }

    // MARK: Names and nodes

    @Test func `a name plans as its file, and as svc --dry-run`() async {
        web("osvc.flag \"a\" { file = \"/run/web.a\" },")
        #expect(await plan("start") == 0)
        let text = fixture.output
        for line in ["plan web start", "svc web start --dry-run", "run \(file) start --dry-run"] {
            #expect(await fixture.type("osvc \(line)") == 0)
            #expect(fixture.output == text)
        }
        #expect(await fixture.type("osvc plan nosuch start") == 1)
        #expect(fixture.errors.contains("nosuch: there is no such service in \(fixture.etc)"))
    }

    @Test func `a plan leaves no stamp and no line in the log`() async throws {
        fixture.write(
            "[DEFAULT]\nservice_type = TST\nnodes = n1\nnosuch = 1\n\n[flag#0]\nfile = /run/c.a\n",
            to: "c.env"
        )
        #expect(await fixture.type("svcmgr -s c start --dry-run") == 0)
        #expect(verdict() == "would succeed")
        #expect(access("\(fixture.root)/log/c.log", F_OK) != 0)
        #expect(fixture.errors.contains("nosuch"))
    }

    @Test func `another node plans what it would do, and nothing is known of it`() async throws {
        web(
            """
              osvc.flag "a" { file = osvc.per_node { "/run/web.a", n2 = "/run/web.b" } },
              osvc.hook "h" { on = "start.pre", run = function(ev) ev:refuse("not on " .. ev.node) end },
            """ + "osvc.ip \"0\" { ipname = \"10.0.0.9\", ipdev = \"br0\", netmask = \"24\" },"
        )
        fixture.raise("web.b")
        #expect(await plan("start --node n2") == 0)
        #expect(fixture.output.hasPrefix("plan: start web on n2\n"))
        #expect(fixture.output.contains("/run/web.b  (\(file):3; not asked)"))
        #expect(lines.contains { $0.hasPrefix("write /run/web.b: unknown until n2 is asked") })
        #expect(lines.contains("require br0 is up: unknown until n2 is asked"))
        #expect(
            verdict()
                == "would succeed, if what is unknown is as required: hook web/h, ip#0, flag#a"
        )
        #expect(await plan("stop --node n2") == 0)
        #expect(!fixture.output.contains("already down"))
        #expect(await plan("start --node n9") == 1)
        #expect(verdict().hasPrefix("would fail: service web not managed here: n9"))
        #expect(await plan("start --node n1") == 1)
        #expect(await fixture.type("osvc svc web printsvc --node n2") == 0)
        #expect(fixture.output.hasPrefix("service web on n2\n"))
        #expect(fixture.output.contains("file=/run/web.b"))
        #expect(await fixture.type("osvc svc web start --node n2") == 2)
    }
}
