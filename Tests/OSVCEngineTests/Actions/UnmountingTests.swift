import Glibc
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
        return await ServiceRunner(Site(service, host: host, log: log)).perform(
            .stop,
            ActionOptions()
        )
    }

    private func busy(_ mountPoint: String) {
        let text = "umount: \(mountPoint): target is busy."
        host.expect("umount \(mountPoint)", code: 32, error: text)
        host.expect("sync")
        host.expect("fuser -kmv \(mountPoint)")
    }

    /// The file system of a disk, which the umount takes off.
    private func stopDisk(elsewhere: [String] = []) async throws -> Int32 {
        let disk = DeviceNumber(major: 7, minor: 3)
        func entry(_ place: String) -> MountEntry {
            MountEntry(source: "/dev/loop3", mountPoint: place, type: "ext4", device: disk)
        }
        host.files["/dev/loop3"] = FakeFile(info: FileInfo(kind: .blockDevice, device: disk))
        host.mountTable = (elsewhere + ["/srv/a"]).map(entry)
        host.expect("umount /srv/a") { host in
            host.mountTable.removeAll { $0.mountPoint == "/srv/a" }
        }
        var facts = Fixture.facts
        facts.root = directory.path
        let resource = Fixture.resource(
            "fs#0",
            driver: "fs",
            ["type": .string("ext4"), "dev": .string("/dev/loop3"), "mnt": .string("/srv/a")]
        )
        let service = try Service(
            Fixture.service(resources: [resource]),
            facts: facts,
            registry: .builtIn
        )
        return await ServiceRunner(Site(service, host: host, log: log)).perform(
            .stop,
            ActionOptions()
        )
    }

    @Test func `a frozen file system is thawed first, or it would keep its disk`() async throws {
        host.frozen = ["/srv/a"]
        #expect(try await stopDisk() == 0)
        #expect(host.orders.contains(.thaw("/srv/a")))
        let text = "WARNING fs#0 /srv/a was frozen (fsfreeze): it is thawed, to let go of its disk"
        #expect(log.text(from: .warning) == [text])
    }

    @Test func `one that stays mounted elsewhere stays frozen`() async throws {
        host.frozen = ["/srv/a"]
        #expect(try await stopDisk(elsewhere: ["/srv/b"]) == 0)
        #expect(host.frozen == ["/srv/a"])
    }

    @Test func `one that cannot be thawed is unmounted all the same`() async throws {
        host.refusals["thaw"] = .system(call: "thaw", subject: "/srv/a", errno: EIO)
        #expect(try await stopDisk() == 0)
        #expect(host.mountTable.isEmpty)
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
