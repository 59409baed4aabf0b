import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// A mirror exists to go on working with one disk: `warn` is not a failure there.
@EngineActor
struct DegradedTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private let missing = "degraded: no member in slot 0 of 0 to 1"

    private func site() throws -> Site {
        var facts = Fixture.facts
        facts.root = directory.path
        let array = Fixture.resource(
            "md#0",
            driver: "disk.md",
            ["dev": .string("/dev/md0"), "monitor": .boolean(true)]
        )
        let definition = Fixture.service(resources: [array])
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return Site(service, host: host, log: log)
    }

    private static func assemble(_ host: FakeHost, state: String = "active raid1 sdb1[1]") {
        host.files["/dev/md0"] = .block(9, 0)
        host.files["/proc/mdstat"] = FakeFile("md0 : \(state)\n      1 blocks [2/1] [_U]\n")
    }

    @Test func `a start that ends degraded has succeeded, and says what is missing`()
        async throws
    {
        host.programs = ["mdadm"]
        host.expect("mdadm --assemble /dev/md0") { Self.assemble($0) }
        let code = await ServiceRunner(try site()).perform(.start, ActionOptions())
        #expect(code == 0)
        #expect(log.text().contains { $0.contains(missing) && $0.hasPrefix("WARNING") })
        #expect(host.commands == ["mdadm --assemble /dev/md0"])
    }

    @Test func `a start that leaves the array inactive has failed, and is rolled back`()
        async throws
    {
        host.programs = ["mdadm"]
        host.expect("mdadm --assemble /dev/md0") {
            Self.assemble($0, state: "inactive sdb1[1](S)")
        }
        host.expect("mdadm --stop /dev/md0")
        let code = await ServiceRunner(try site()).perform(.start, ActionOptions())
        #expect(code == 1)
        #expect(
            host.commands == ["mdadm --assemble /dev/md0", "mdadm --stop /dev/md0"]
        )
    }

    @Test func `what is degraded is shown as warn, and can be built on`() async throws {
        Self.assemble(host)
        let observer = Observer(try site())
        let seen = await observer.look(for: .status)
        #expect(observer.status(of: seen).avail == .warn)
        #expect(await observer.storage() == .up)
        #expect(seen[ResourceID("md#0")]?.report.hasFailed == false)
    }
}
