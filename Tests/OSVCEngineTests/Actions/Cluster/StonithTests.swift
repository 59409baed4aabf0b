import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// When the other node is ended (classic-resources.md section 7).
@EngineActor
struct StonithTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private let state = "/usr/local/cluster/services/web/STATE.n2"
    private let heartbeat = Fixture.resource(
        "hb#0",
        driver: "hb.openha",
        ["type": .string("OpenHA")]
    )
    private let asked = [
        "INFO - heartbeat hb#0 asks for stonith",
        "INFO - sanity checks passed. trigger stonith method",
    ]

    private func callout(_ values: KeyValuePairs<String, SettingValue> = [:]) -> ResourceDefinition
    {
        var resource = Fixture.resource("stonith#0", driver: "stonith.callout", values)
        let own = Fixture.resource(
            "stonith#0",
            driver: "stonith.callout",
            ["type": .string("callout"), "cmd": .list(["/bin/off", "n2"])]
        )
        resource.settings.merge(own.settings) { written, _ in written }
        return resource
    }

    private func perform(
        _ resources: [ResourceDefinition],
        nodes: [String] = ["n1", "n2"]
    ) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
        facts.groups = NodeGroups(nodes: nodes)
        let definition = Fixture.service("web", ["nodes": .list(nodes)], resources: resources)
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return await Stonith(Site(service, host: host, log: log)).perform(ActionOptions())
    }

    @Test(arguments: ["0", "2\n", "7", "1"])
    func `a peer whose state is known is left alone`(digit: String) async throws {
        host.files[state] = FakeFile(digit)
        #expect(try await perform([heartbeat, callout()]) == 0)
        #expect(log.text() == ["INFO - stonith bypassed"])
        #expect(host.commands == [])
    }

    @Test(arguments: [nil, "", "8", "x"])
    func `a peer whose state is unknown is ended`(digit: String?) async throws {
        host.files[state] = digit.map { FakeFile($0) }
        host.expect("/bin/off n2")
        #expect(try await perform([heartbeat, callout()]) == 0)
        #expect(log.text() == asked + ["INFO stonith#0 /bin/off n2"])
        #expect(host.commands == ["/bin/off n2"])
    }

    @Test func `a program that fails fails the action`() async throws {
        host.expect("/bin/off n2", code: 3, error: "no answer\n")
        #expect(try await perform([heartbeat, callout()]) == 1)
        #expect(log.text().last == "ERROR - 'stonith' action stopped on execution error")
    }

    @Test(arguments: [["n1"], ["n1", "n2", "n3"], ["n2", "n3"]])
    func `who the other node is must be certain`(nodes: [String]) async throws {
        #expect(try await perform([heartbeat, callout()], nodes: nodes) == 1)
        #expect(log.text().first == "ERROR hb#0 HA cluster must have 2 nodes")
        #expect(host.commands == [])
    }

    @Test func `nobody asks without an enabled heartbeat`() async throws {
        let off = Fixture.resource(
            "hb#0",
            driver: "hb.openha",
            ["type": .string("OpenHA"), "disable": .boolean(true)]
        )
        #expect(try await perform([off, callout()]) == 0)
        #expect(log.text() == ["INFO - stonith bypassed"])
    }

    @Test func `a stonith that nothing can do is no success`() async throws {
        #expect(try await perform([heartbeat, callout(["disable": .boolean(true)])]) == 1)
        #expect(log.text().last?.contains("has no stonith resource") == true)
        #expect(host.commands == [])
    }

    @Test func `it is neither shown nor counted`() async throws {
        let definition = Fixture.service(
            "web",
            ["nodes": .list(["n1"])],
            resources: [callout()]
        )
        var facts = Fixture.facts
        facts.groups = definition.groups
        let service = try Service(definition, facts: facts, registry: .builtIn)
        let status = await Observer(Site(service, host: host, log: log)).status()
        #expect(status.lines.map(\.id.text) == ["app"])
        #expect(status.overall == .notApplicable)
    }
}
