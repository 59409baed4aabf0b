import OSVCEngine
import OSVCTestSupport
import Testing

/// What a start makes of the exit codes of the tools that it runs for a file system.
@EngineActor
struct ToolExitTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private static let tools = [
        "ext4": "e2fsck -p /dev/loop3", "btrfs": "btrfs device scan", "xfs": "",
    ]

    /// Starts a file system. The tool of its type exits with `code`, `mount` with `mount`.
    private func start(_ type: String, code: Int32 = 0, mount: Int32 = 0) async throws -> Int32 {
        let number = DeviceNumber(major: 7, minor: 3)
        host.files["/dev/loop3"] = FakeFile(info: FileInfo(kind: .blockDevice, device: number))
        host.files["/srv/a"] = .directory
        host.programs = ["e2fsck", "btrfs"]
        if let tool = Self.tools[type], !tool.isEmpty { host.expect(tool, code: code) }
        host.expect("mount -t \(type) /dev/loop3 /srv/a", code: mount) { host in
            guard mount == 0 else { return }
            host.mountTable = [
                MountEntry(source: "/dev/loop3", mountPoint: "/srv/a", type: type, device: number)
            ]
        }
        let resource = Fixture.resource(
            "fs#0",
            driver: "fs",
            ["type": .string(type), "dev": .string("/dev/loop3"), "mnt": .string("/srv/a")]
        )
        var facts = Fixture.facts
        facts.root = directory.path
        let service = try Service(
            Fixture.service(resources: [resource]),
            facts: facts,
            registry: .builtIn
        )
        return await ServiceRunner(Site(service, host: host, log: log)).perform(
            .start,
            ActionOptions()
        )
    }

    private var isMounted: Bool { !host.mountTable.isEmpty }

    /// e2fsck(8), each bit and the sums that can occur: 1 corrected, 2 reboot, 4 left uncorrected, 8 operational
    /// error, 16 usage, 32 cancelled, 128 shared library. Only what leaves a clean file system, or none checked,
    /// is mounted.
    @Test(
        arguments: [
            (0, true), (1, true), (2, false), (3, false), (4, false), (5, false), (6, false),
            (7, false), (8, false), (9, false), (12, false), (16, false), (32, true), (33, true),
            (34, false), (36, false), (40, false), (128, false),
        ] as [(Int32, Bool)]
    )
    func `e2fsck decides whether ext4 is mounted`(code: Int32, isFine: Bool) async throws {
        #expect(try await start("ext4", code: code) == (isFine ? 0 : 1))
        #expect(isMounted == isFine)
    }

    /// btrfs-device(8): zero, or another number. 124: it did not return; 127: the kernel has no btrfs-control.
    @Test(arguments: [0, 1, 2, 124, 127, 255] as [Int32])
    func `a scan for disks of a btrfs that fails keeps nobody from mounting it`(code: Int32)
        async throws
    {
        #expect(try await start("btrfs", code: code) == 0)
        #expect(isMounted)
    }

    /// Nothing checks xfs before its mount, which recovers its log; fsck.xfs(8) does nothing and exits 0.
    @Test func `no tool is run for xfs`() async throws {
        #expect(try await start("xfs") == 0)
        #expect(host.commands == ["mount -t xfs /dev/loop3 /srv/a"])
        #expect(log.text().contains("INFO fs#0 fsck not implemented for xfs"))
    }

    /// mount(8): 1 call or permission, 2 system error, 4 internal, 8 interrupted, 16 mtab, 32 failure, 64 some
    /// succeeded.
    @Test(
        arguments: ["ext4", "btrfs", "xfs"],
        [1, 2, 4, 8, 16, 32, 64] as [Int32]
    )
    func `a mount that fails is a start that failed`(type: String, code: Int32) async throws {
        #expect(try await start(type, mount: code) == 1)
        #expect(!isMounted)
    }
}
