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

    private let own = ProcessEntry(pid: 66, user: 0, executable: "/usr/bin/sleep", startTime: 7)

    private func stop(
        _ mountPoint: String,
        busy: String = "kill",
        killAfter: Duration = .seconds(5)
    ) async throws -> Int32 {
        let number = DeviceNumber(major: 0, minor: 60)
        let own = MountEntry(source: "none", mountPoint: mountPoint, type: "tmpfs", device: number)
        host.mountTable.insert(own, at: 0)
        let resource = Fixture.resource(
            "fs#0",
            driver: "fs",
            [
                "type": .string("tmpfs"), "dev": .string("none"), "mnt": .string(mountPoint),
                "busy": .string(busy), "kill_after": .duration(killAfter),
            ]
        )
        return try await stop(resource)
    }

    private func stop(_ resource: ResourceDefinition) async throws -> Int32 {
        var facts = Fixture.facts
        facts.root = directory.path
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

    /// `umount` fails until nobody uses the mount any more; the user obeys these signals.
    private func busy(_ mountPoint: String, user: ProcessEntry? = nil, obeys: Set<Int32> = [15]) {
        let text = "umount: \(mountPoint): target is busy."
        host.files["/etc/passwd"] = FakeFile("root:x:0:0:root:/root:/bin/sh\n")
        host.expect("umount \(mountPoint)", code: 32, error: text) { host in
            guard host.processTable.isEmpty, user != nil else { return }
            host.mountTable.removeAll { $0.mountPoint == mountPoint }
        }
        host.expect("sync")
        host.processTable = [user].compactMap { $0 }
        host.users[mountPoint] = MountUse(others: host.processTable)
        host.whileSignalling = { host, signal, _ in
            if obeys.contains(signal) { host.processTable = [] }
        }
    }

    private var signals: [Int32] {
        host.orders.compactMap { if case .signal(let number, _) = $0 { number } else { nil } }
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
        return try await stop(
            Fixture.resource(
                "fs#0",
                driver: "fs",
                ["type": .string("ext4"), "dev": .string("/dev/loop3"), "mnt": .string("/srv/a")]
            )
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
        #expect(try await stopDisk(elsewhere: ["/srv/b"]) == 1)
        #expect(host.frozen == ["/srv/a"])
    }

    @Test
    func `a device that is also mounted elsewhere is unmounted here, and the other place named`()
        async throws
    {
        #expect(try await stopDisk(elsewhere: ["/srv/b", "/srv/c d"]) == 1)
        #expect(host.mountTable.map(\.mountPoint) == ["/srv/b", "/srv/c d"])
        let text =
            "ERROR fs#0 /dev/loop3 (ext4) is still mounted on /srv/b, /srv/c d: umount /srv/b,"
            + " umount '/srv/c d'"
        #expect(log.text(from: .error).first == text)
    }

    @Test func `one that cannot be thawed is unmounted all the same`() async throws {
        host.refusals["thaw"] = .system(call: "thaw", subject: "/srv/a", errno: EIO)
        #expect(try await stopDisk() == 0)
        #expect(host.mountTable.isEmpty)
    }

    @Test func `one that is mounted twice is unmounted twice`() async throws {
        host.mountTable = [tmpfs(60)]
        for _ in 1...2 { host.expect("umount /srv/a") { $0.mountTable.removeLast() } }
        #expect(try await stop("/srv/a") == 0)
        #expect(host.commands == ["umount /srv/a", "umount /srv/a"])
    }

    /// The one above may be mounted before the stop, or while it unmounts.
    @Test(arguments: [true, false])
    func `one above that looks the same is named, and left`(isBefore: Bool) async throws {
        let above = tmpfs(61, source: isBefore ? "none" : "other")
        if isBefore {
            host.mountTable = [above]
        } else {
            host.expect("umount /srv/a", code: 32, error: "umount: busy") { host in
                host.mountTable.append(above)
            }
        }
        #expect(try await stop("/srv/a") == 1)
        #expect(host.mountTable.last == above)
        #expect(host.commands == (isBefore ? [] : ["umount /srv/a"]))
        let text =
            "ERROR fs#0 \(above.source) (tmpfs) is mounted over it on /srv/a: umount /srv/a first"
        #expect(log.text(from: .error).first == text)
    }

    @Test func `an umount that succeeds and takes nothing off is a failure`() async throws {
        host.expect("umount /srv/a")
        #expect(try await stop("/srv/a") == 1)
        #expect(log.text(from: .error).first == "ERROR fs#0 failed to umount /srv/a")
    }

    private func tmpfs(_ minor: Int, source: String = "none") -> MountEntry {
        let number = DeviceNumber(major: 0, minor: minor)
        return MountEntry(source: source, mountPoint: "/srv/a", type: "tmpfs", device: number)
    }

    // MARK: Busy

    @Test func `its users get TERM, are named, and it is unmounted`() async throws {
        busy("/srv/a", user: own)
        #expect(try await stop("/srv/a") == 0)
        #expect(signals == [15])
        #expect(host.commands == ["umount /srv/a", "umount /srv/a", "sync", "umount /srv/a"])
        let text = "WARNING fs#0 ending /usr/bin/sleep (pid 66, user root), which uses /srv/a"
        #expect(log.text(from: .warning).last == text)
    }

    @Test(arguments: [1, 5])
    func `KILL follows after kill_after`(seconds: Int) async throws {
        busy("/srv/a", user: own, obeys: [9])
        #expect(try await stop("/srv/a", killAfter: .seconds(seconds)) == 0)
        #expect(signals == [15, 9])
        #expect(host.uptime() >= .seconds(seconds) && host.uptime() < .seconds(seconds + 1))
        let text = "WARNING fs#0 killing /usr/bin/sleep (pid 66, user root), which uses /srv/a"
        #expect(log.text(from: .warning).last == text)
    }

    @Test func `one that is let go in a moment has nobody ended`() async throws {
        busy("/srv/a", user: own)
        host.whileSleeping = { $0.processTable = [] }
        #expect(try await stop("/srv/a") == 0)
        #expect(signals.isEmpty)
    }

    @Test func `with busy = fail they are named and left`() async throws {
        busy("/srv/a", user: own)
        #expect(try await stop("/srv/a", busy: "fail") == 1)
        #expect(signals.isEmpty)
        let text =
            "WARNING fs#0 /srv/a is used by /usr/bin/sleep (pid 66, user root): end them, or say"
            + " busy = kill"
        #expect(log.text(from: .warning).contains(text))
        #expect(log.text(from: .error).first == "ERROR fs#0 failed to umount /srv/a")
    }

    @Test func `nobody is ended where osvc or what called it stands in the way`() async throws {
        busy("/srv/a", user: own)
        let shell = ProcessEntry(pid: 50, user: 12, executable: "/bin/bash")
        host.users["/srv/a"]?.callers = [shell]
        #expect(try await stop("/srv/a") == 1)
        #expect(signals.isEmpty)
        let text =
            "WARNING fs#0 /srv/a is used by osvc or what called it: /bin/bash (pid 50, user 12):"
            + " call osvc from elsewhere"
        #expect(log.text(from: .warning).contains(text))
    }

    @Test func `who uses what is mounted over it meanwhile is left alone`() async throws {
        busy("/srv/a", user: own, obeys: [])
        let above = tmpfs(61, source: "other")
        host.whileSignalling = { host, _, _ in host.mountTable.append(above) }
        #expect(try await stop("/srv/a") == 1)
        #expect(signals == [15])
        #expect(host.mountTable.last == above)
    }

    @Test func `nobody is ended where umount fails for another reason`() async throws {
        busy("/srv/busy", user: own)
        host.expect("umount /srv/busy", code: 32, error: "umount: /srv/busy: Input/output error.")
        host.expect("umount /srv/busy", code: 32, error: "umount: /srv/busy: Input/output error.")
        #expect(try await stop("/srv/busy") == 1)
        #expect(signals.isEmpty)
    }

    @Test(arguments: [
        "/srv/a/b is mounted below it (umount /srv/a/b)",
        "/dev/loop9 is bound to /srv/a/image (losetup -d /dev/loop9)",
        "the machine swaps to /srv/a/swap (swapoff /srv/a/swap)",
        "the NFS server exports /srv/a/pub (exportfs -u, then exportfs -f)",
    ])
    func `nobody is ended where no process is in the way`(obstacle: String) async throws {
        busy("/srv/a", user: own)
        switch obstacle.split(separator: " ")[1] {
        case "machine":
            host.files["/proc/swaps"] = FakeFile("Filename Type\n/srv/a/swap file 4 0 -2\n")
        case "NFS":
            let text = "# Path Client\n/srv/a/pub\t*(rw,uuid=1:2)\n/srv/ab\t*(rw)\n"
            host.files["/proc/fs/nfsd/exports"] = FakeFile(text)
        case _ where obstacle.hasPrefix("/dev"):
            host.loops = [LoopDevice(path: "/dev/loop9", file: "/srv/a/image")]
        default:
            host.mountTable = [MountEntry(source: "o", mountPoint: "/srv/a/b", type: "tmpfs")]
        }
        #expect(try await stop("/srv/a") == 1)
        #expect(signals.isEmpty)
        let text = "WARNING fs#0 /srv/a is kept busy: \(obstacle)"
        #expect(log.text(from: .warning).contains(text))
    }

    @Test func `nobody is ended for a directory of the system`() async throws {
        busy("/home", user: own)
        #expect(try await stop("/home") == 1)
        #expect(signals.isEmpty)
    }

    @Test func `who keeps it is not found: said, and nobody is ended`() async throws {
        busy("/srv/a")
        #expect(try await stop("/srv/a") == 1)
        let text =
            "WARNING fs#0 /srv/a is busy, and no process is found that uses it: lsof +f -- /srv/a"
            + " may tell more"
        #expect(log.text(from: .warning).contains(text))
    }

    @Test func `a path that says it is not mounted is busy all the same`() async throws {
        busy("/mnt/not mounted/x")
        #expect(try await stop("/mnt/not mounted/x") == 1)
    }

    @Test func `an umount that does not end is not tried again`() async throws {
        busy("/srv/a", user: own)
        host.expect("umount /srv/a", result: CommandResult(code: 124, timedOut: true))
        #expect(try await stop("/srv/a") == 1)
        #expect(host.commands == ["umount /srv/a", "umount /srv/a"])
    }
}
