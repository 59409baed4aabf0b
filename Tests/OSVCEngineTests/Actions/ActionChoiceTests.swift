import OSVCEngine
import OSVCTestSupport
import Testing

/// What an action is chosen for, and what is remembered of it.
@EngineActor
struct ActionChoiceTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private func perform(
        _ action: Action,
        _ options: ActionOptions = ActionOptions(),
        primary: Bool = true
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let flag = Fixture.resource(
            "flag#0",
            driver: "fs.flag",
            [
                "file": .string("/run/flag"), "tags": .list(["x"]),
                "always_on": .list(["nodes"]),
            ]
        )
        let definition = Fixture.service(
            "web",
            [
                "nodes": .list(["n1", "n2"]),
                "autostart_node": .list([primary ? "n1" : "n2"]),
            ],
            resources: [flag]
        )
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return await ServiceRunner(Site(service, host: host, log: log)).perform(action, options)
    }

    private var lastNode: String { "\(directory.path)/var/web/last_node" }

    @Test(arguments: [ActionOptions(rids: [ResourceID("fs#9")]), ActionOptions(tags: ["y"])])
    func `a choice of nothing is an error before anything is locked`(options: ActionOptions)
        async throws
    {
        #expect(try await perform(.start, options) == 1)
        #expect(log.lines.count == 1 && log.lines.first?.level == .error)
        #expect(host.orders == [])
        #expect(directory.text("var/lock/web") == "")
    }

    @Test func `a start of a part does not make a node the last`() async throws {
        #expect(try await perform(.start, ActionOptions(tags: ["x"])) == 0)
        #expect(host.files["/run/flag"] != nil && host.files[lastNode] == nil)
        #expect(try await perform(.start) == 0)
        #expect(host.files[lastNode] != nil)
    }

    @Test(arguments: [true, false])
    func `a boot makes a node the last where it starts the service`(primary: Bool) async throws {
        #expect(try await perform(.boot, primary: primary) == 0)
        #expect(host.files["/run/flag"] != nil)
        #expect((host.files[lastNode] != nil) == primary)
    }

    @Test func `a start that cannot be remembered succeeds with a warning`() async throws {
        host.refusals["writeFile \(lastNode)"] =
            .system(call: "open", subject: lastNode, errno: 28)
        #expect(try await perform(.start) == 0)
        #expect(log.text(from: .warning).count == 1)
        #expect(
            log.text(from: .warning).first?
                .hasPrefix("WARNING - cannot remember where the service runs: ") == true
        )
    }
}
