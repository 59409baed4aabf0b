import OSVCEngine
import OSVCTestSupport
import Testing

/// A stop has succeeded when what was stopped says that it is down.
@EngineActor
struct StopSettlingTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private func stop(limit: Duration? = nil) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        let launcher = Fixture.launcher(
            "db",
            [.stop: .program(["/bin/db", "stop"]), .status: .program(["/bin/db", "status"])]
        )
        let app =
            if let limit {
                Fixture.resource(
                    "app",
                    driver: "app",
                    ["timeout": .duration(limit)],
                    launchers: [launcher]
                )
            } else {
                Fixture.resource("app", driver: "app", launchers: [launcher])
            }
        let definition = Fixture.service(resources: [app])
        let service = try Service(definition, facts: facts, registry: .builtIn)
        host.expect("/bin/db stop")
        return await ServiceRunner(Site(service, host: host, log: log))
            .perform(.stop, ActionOptions())
    }

    @Test func `one that takes a moment is waited for`() async throws {
        for code: Int32 in [0, 0, 0, 0, 1] { host.expect("/bin/db status", code: code) }
        #expect(try await stop() == 0)
        #expect(host.uptime() > .zero && host.uptime() < .seconds(1))
        #expect(log.text(from: .warning).isEmpty)
    }

    @Test(arguments: [(nil, 10), (Duration.seconds(3), 3), (.seconds(60), 10)])
    func `one that stays up has not been stopped`(limit: Duration?, seconds: Int) async throws {
        host.expect("/bin/db status")
        #expect(try await stop(limit: limit) == 1)
        #expect(log.text(from: .error).first == "ERROR app db is still up after its stop")
        #expect(host.uptime() >= .seconds(seconds) && host.uptime() < .seconds(seconds + 1))
    }
}
