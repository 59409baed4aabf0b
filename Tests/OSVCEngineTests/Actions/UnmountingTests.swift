import OSVCEngine
import OSVCTestSupport
import Testing

/// What a stop does about a file system that does not let go (classic-resources.md section 4).
@EngineActor
struct UnmountingTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private func stop(_ mountPoint: String) async throws -> Int32 {
        host.mountTable = [MountEntry(source: "none", mountPoint: mountPoint, type: "tmpfs")]
        var facts = Fixture.facts
        facts.root = directory.path
        let resource = Fixture.resource(
            "fs#0",
            driver: "fs",
            ["type": .string("tmpfs"), "dev": .string("none"), "mnt": .string(mountPoint)]
        )
        let service = try Service(
            Fixture.service(resources: [resource]),
            facts: facts,
            registry: .builtIn
        )
        return await ServiceRunner(service, host: host, log: log).perform(.stop, ActionOptions())
    }

    private func busy(_ mountPoint: String) {
        let text = "umount: \(mountPoint): target is busy."
        host.expect("umount \(mountPoint)", code: 32, error: text)
        host.expect("sync")
        host.expect("fuser -kmv \(mountPoint)")
    }

    @Test func `its users are ended four times for each of three tries`() async throws {
        host.programs = ["fuser"]
        busy("/srv/a")
        #expect(try await stop("/srv/a") == 1)
        #expect(host.commands.filter { $0 == "umount /srv/a" }.count == 15)
        #expect(host.commands.filter { $0 == "fuser -kmv /srv/a" }.count == 12)
        #expect(log.text(from: .error).first == "ERROR fs#0 failed to umount /srv/a")
    }

    @Test func `nobody is ended for a directory of the system`() async throws {
        host.programs = ["fuser"]
        busy("/home")
        #expect(try await stop("/home") == 1)
        #expect(host.commands == Array(repeating: "umount /home", count: 3))
    }

    @Test func `an umount that does not end is not tried again`() async throws {
        host.programs = ["fuser"]
        host.expect("sync")
        host.expect("fuser -kmv /srv/a")
        host.expect("umount /srv/a", code: 32, error: "umount: /srv/a: target is busy.")
        host.expect("umount /srv/a", result: CommandResult(code: 124, timedOut: true))
        #expect(try await stop("/srv/a") == 1)
        let wanted = ["umount /srv/a", "sync", "fuser -kmv /srv/a", "umount /srv/a"]
        #expect(host.commands == wanted)
    }
}
