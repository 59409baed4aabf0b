import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `osvc plan`, for people and for programs.
@EngineActor
struct PlanTests {
    private let fixture = CommandFixture()

    private var file: String { "\(fixture.etc)/web.lua" }

    private func web(_ body: String) {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = { "n1", "n2" },
            \(body)
            }
            """,
            to: "web.lua"
        )
    }

    private func plan(_ words: String) async -> Int32 {
        await fixture.type("osvc plan \(file) \(words)")
    }

    @Test func `a plan has the order, the place in the file and the steps of each resource`() async
    {
        web(
            """
              osvc.flag "a" { file = "/run/web.a" },
              osvc.flag "b" { file = "/run/web.b" },
            """
        )
        fixture.raise("web.b")
        #expect(await plan("start") == 0)
        #expect(
            fixture.output == """
                plan: start web on n1
                  1   flag#a   /run/web.a  (\(file):3; is down)
                        write /run/web.a
                  2   flag#b   /run/web.b  (\(file):4; is up)
                        /run/web.b is already up
                  3   app      app  (\(file):2; is n/a)
                verdict: would succeed

                """
        )
        #expect(await plan("stop") == 0)
        #expect(
            fixture.output == """
                plan: stop web on n1
                  1   app      app  (\(file):2; is n/a)
                  2   flag#b   /run/web.b  (\(file):4; is up)
                        rm -f /run/web.b
                  3   flag#a   /run/web.a  (\(file):3; is down)
                        /run/web.a is already down
                verdict: would succeed

                """
        )
        #expect(fixture.flags == ["web.b"])
    }

    @Test func `a restart has the plan of the stop and that of the start`() async {
        web("  osvc.flag \"a\" { file = \"/run/web.a\" },")
        #expect(await plan("restart") == 0)
        let heads = fixture.output.split(separator: "\n").filter { $0.hasPrefix("plan: ") }
        #expect(heads == ["plan: stop web on n1", "plan: start web on n1"])
    }

    @Test func `what has no part says why`() async {
        web(
            """
              osvc.flag "a" { file = "/run/web.a", disable = true },
              osvc.flag "b" { file = "/run/web.b", tags = { "noaction" } },
              osvc.flag "c" { file = "/run/web.c", always_on = { "n1" } },
              osvc.flag "d" { file = "/run/web.d" },
            """
        )
        for letter in "abcd" { fixture.raise("web.\(letter)") }
        #expect(await plan("stop") == 0)
        #expect(fixture.output.contains("skipped: disabled)"))
        #expect(fixture.output.contains("skipped: tagged noaction)"))
        #expect(
            fixture.output.contains(
                "skipped: stays up on this node (always_on); --force stops it)"
            )
        )
        #expect(await plan("stop --force") == 0)
        #expect(!fixture.output.contains("always_on"))
        #expect(await plan("stop --rid flag#d") == 0)
        #expect(fixture.output.contains("skipped: not chosen by --rid or --tags)"))
        #expect(await plan("startstandby") == 0)
        #expect(fixture.output.contains("skipped: not kept up on this node)"))
    }

    private static let scripted = """
          osvc.flag "a" { file = "/run/web.a" },
          osvc.app { osvc.launcher "sleep" { S = 10,
            start = function(ctx) ctx:exec { "/bin/true", "x" } end,
            stop = function(ctx) end,
          } },
          osvc.hook "window" { on = "start.pre", run = function(ev) ev:info("now") end },
          osvc.hook "mail" { on = "stop.pre", run = function(ev) ev:refuse("not today") end },
        """

    @Test func `hooks and launchers that are scripts are rehearsed in their places`() async {
        web(Self.scripted)
        #expect(await plan("start") == 0)
        let lines = fixture.output.split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(lines.contains { $0.hasPrefix("hook web/window  (\(file):") })
        let launch = lines.firstIndex { $0.hasPrefix("start sleep") }
        let ran = lines.firstIndex { $0.contains("/bin/true x") }
        #expect(launch != nil && ran != nil && launch ?? 0 < ran ?? 0)
        #expect(fixture.host.commands == [])
    }

    @Test func `a hook that would refuse says so in the plan`() async {
        web(Self.scripted)
        #expect(await plan("stop") == 1)
        #expect(fixture.output.contains("would end the action: "))
        #expect(fixture.output.contains("not today"))
    }

    @Test func `the plan for programs has the same`() async throws {
        web(Self.scripted)
        #expect(await plan("start -o json") == 0)
        let value = try JSONValue(parsing: fixture.output)
        #expect(value["service"] == .string("web") && value["node"] == .string("n1"))
        #expect(value["action"] == .string("start") && value["direction"] == .string("start"))
        guard case .array(let stages)? = value["stages"], case .array(let first)? = stages.first,
            case .array(let hooks)? = value["hooks"]
        else {
            Issue.record("\(value)")
            return
        }
        #expect(stages.count == 2)
        #expect(first.first?["rid"] == .string("flag#a"))
        #expect(first.first?["status"] == .string("down"))
        #expect(first.first?["skipped"] == .null)
        #expect(first.first?["origin"] == .string("\(file):3"))
        #expect(
            first.first?["steps"]
                == .array([["text": "write /run/web.a", "changes": true]])
        )
        #expect(hooks.count == 1 && hooks.first?["title"] == .string("hook web/window"))
        guard case .array(let second)? = stages.last,
            case .array(let parts)? = second.first?["scripts"]
        else {
            Issue.record("\(value)")
            return
        }
        #expect(parts.first?["title"] == .string("start sleep"))
        #expect(parts.first?["refusal"] == .null)
        // The hook refuses the stop.
        #expect(await plan("restart -o json") == 1)
        guard case .array(let both) = try JSONValue(parsing: fixture.output) else {
            Issue.record("\(fixture.output)")
            return
        }
        #expect(both.map { $0["direction"] } == [.string("stop"), .string("start")])
    }

    @Test(arguments: ["status", "freeze", "strat"])
    func `other actions cannot be planned`(action: String) async {
        web("  osvc.flag \"a\" { file = \"/run/web.a\" },")
        #expect(await plan(action) == 2)
        #expect(
            fixture.errors.contains(
                "'\(action)' cannot be planned: start, stop, restart, startstandby"
            )
        )
    }

    @Test func `a resource that is not there is an error`() async {
        web("  osvc.flag \"a\" { file = \"/run/web.a\" },")
        #expect(await plan("start --rid flag#z") == 1)
        #expect(fixture.output == "" && fixture.errors.contains("flag#z"))
    }

    @Test func `a file that does not load is reported`() async {
        web("  osvc.flag \"a\" { fle = \"/run/web.a\" },")
        #expect(await plan("start") == 1)
        #expect(fixture.output == "" && fixture.errors.hasPrefix("\(file):3:"))
    }
}
