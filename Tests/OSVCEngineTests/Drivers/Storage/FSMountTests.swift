import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct FSMountTests {
    let host = FakeHost()
    let device = "/dev/mapper/vgsvc1-lvappsvc1"

    init() {
        host.mountTable = [
            MountEntry(
                source: "/dev/vda1",
                mountPoint: "/",
                type: "ext4",
                device: DeviceNumber(major: 8, minor: 1)
            )
        ]
        host.files["/dev/dm-1"] = .block(254, 1)
        host.links[device] = "/dev/dm-1"
        host.links["/dev/vgsvc1/lvappsvc1"] = "/dev/dm-1"
        host.files["/svc1/app"] = .directory
        host.programs = ["e2fsck", "btrfs"]
    }

    func fs(
        _ type: String? = "ext3",
        dev: String? = nil,
        mnt: String = "/svc1/app",
        options: String? = nil
    ) throws -> FSMount {
        var values: [String: SettingValue] = [
            "dev": .string(dev ?? device), "mnt": .string(mnt),
        ]
        if let type { values["type"] = .string(type) }
        if let options { values["mnt_opt"] = .string(options) }
        return try FSMount(Fixture.settings("fs#0", values))
    }

    func mount(
        _ source: String,
        on mountPoint: String = "/svc1/app",
        type: String = "ext3",
        root: String = "/",
        isReadOnly: Bool = false,
        number: (Int, Int) = (254, 1),
        id: UInt32 = 0,
        parent: UInt32 = 0
    ) {
        host.mountTable.append(
            MountEntry(
                source: source,
                root: root,
                mountPoint: mountPoint,
                type: type,
                isReadOnly: isReadOnly,
                device: DeviceNumber(major: number.0, minor: number.1),
                id: id,
                parent: parent
            )
        )
    }

    func exists(_ device: String) -> Step {
        .require(.pathExists(device), orFail: "device does not exist \(device)")
    }

    func check(_ device: String) -> Step {
        .run(Command(["e2fsck", "-p", device], accepting: [0, 1, 32, 33], logging: .exactly))
    }

    func unmount(_ mountPoint: String, freesDevice: Bool = true) -> Step {
        .unmount(mountPoint, whenBusy: .end(killAfter: .seconds(5)), freesDevice: freesDevice)
    }

    // MARK: Mounts that hide others

    // MARK: Start and stop

    @Test func `an unmounted file system is checked and mounted as the tutorial shows`()
        async throws
    {
        let seen = try await fs().look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        #expect(
            seen.startSteps == [
                exists(device), check(device), run("mount -t ext3 \(device) /svc1/app"),
            ]
        )
        let note = "fs(\(device) /svc1/app) is already umounted"
        #expect(seen.stopSteps == [.note(.info, note)])
    }

    @Test func `a missing mount point is created`() async throws {
        host.files["/svc1/app"] = nil
        let steps = try await fs().look(host, for: .action).startSteps
        #expect(Array(steps.prefix(2)) == [exists(device), .makeMountPoint("/svc1/app")])
    }

    @Test func `a mount already there is left alone`() async throws {
        mount(device)
        let seen = try await fs().look(host, for: .action)
        #expect(seen.report == StatusReport(.up))
        #expect(
            seen.startSteps == [.note(.info, "fs(\(device) /svc1/app) is already mounted")]
        )
        #expect(seen.stopSteps == [unmount("/svc1/app")])
    }

    @Test func `nothing is mounted over another file system`() async throws {
        mount("/dev/sdz1", number: (8, 241))
        let seen = try await fs().look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        let problem = "/dev/sdz1 is already mounted on /svc1/app"
        #expect(seen.startSteps == [.fail(problem)])
        let note = "fs(\(device) /svc1/app) is already umounted"
        #expect(seen.stopSteps == [.note(.info, note)])
    }

    @Test func `what is mounted over it is named, and left`() async throws {
        mount(device, number: (253, 0))
        mount("other", type: "tmpfs", number: (0, 61))
        let seen = try await fs().look(host, for: .action)
        let cover = "other (tmpfs) is mounted over it on /svc1/app: umount /svc1/app first"
        #expect(seen.report == StatusReport(.warn, notes: [cover]))
        #expect(seen.startSteps == [.fail(cover)])
        #expect(seen.stopSteps == [.fail(cover)])
    }

    @Test func `an automounter is there to be mounted over`() async throws {
        mount("systemd-1", type: "autofs", number: (0, 40))
        #expect(try await fs().look(host, for: .action).startSteps.count == 3)
    }

    @Test func `a device that is missing is required, not guessed`() async throws {
        let seen = try await fs(dev: "/dev/sdq1").look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        #expect(seen.startSteps.first == exists("/dev/sdq1"))
    }

    @Test func `options are passed on, a type is not needed`() async throws {
        let steps = try await fs(nil, options: "noatime,nodev").look(host, for: .action).startSteps
        #expect(
            Array(steps.suffix(2)) == [
                .note(.info, "fsck not implemented for "),
                run("mount -o noatime,nodev \(device) /svc1/app"),
            ]
        )
    }

    @Test func `a slash at the end of a mount point does not matter`() async throws {
        mount(device)
        let fs = try fs(mnt: "/svc1/app/")
        #expect(fs.label == "\(device)@/svc1/app")
        #expect(fs.sortKey == "/svc1/app")
        #expect(await fs.look(host, for: .status).report.status == .up)
    }

    @Test func `devices by name keep their label and are followed for commands`() async throws {
        let byName = "/dev/disk/by-id/wwn-0x5001"
        host.links[byName] = "/dev/sda"
        host.files["/dev/sda"] = .block(8, 0)
        let fs = try fs(dev: byName)
        #expect(fs.label == "\(byName)@/svc1/app")
        let steps = await fs.look(host, for: .action).startSteps
        #expect(
            steps == [exists(byName), check("/dev/sda"), run("mount -t ext3 /dev/sda /svc1/app")]
        )
    }

    // MARK: Checking

    @Test func `without e2fsck the check is left out with a warning`() async throws {
        host.programs = []
        let steps = try await fs().look(host, for: .action).startSteps
        #expect(steps[1] == .note(.warning, "ext3 not found. bypass."))
    }

    @Test(arguments: ["xfs", "vfat"])
    func `types without a checker say so`(type: String) async throws {
        let steps = try await fs(type).look(host, for: .action).startSteps
        #expect(steps[1] == .note(.info, "fsck not implemented for \(type)"))
    }

    @Test func `btrfs looks for its devices first`() async throws {
        let steps = try await fs("btrfs").look(host, for: .action).startSteps
        // Another's disk that vanishes meanwhile fails the scan.
        let any = Set<Int32>(0...255)
        let scan = Command(
            ["btrfs", "device", "scan"],
            limit: .seconds(60),
            accepting: any,
            logging: .exactlyWarn
        )
        #expect(steps[1] == .run(scan))
    }

    // MARK: What counts as mounted

    @Test func `the same device elsewhere is not mounted here, and keeps the stop from success`()
        async throws
    {
        mount(device, on: "/mnt")
        mount("/dev/dm-1", on: "/mnt/part", root: "/part")
        let seen = try await fs().look(host, for: .action)
        #expect(seen.report.status == .down)
        let text = "\(device) (ext3) is still mounted on /mnt: umount /mnt"
        #expect(seen.stopSteps == [.fail(text)])
    }

    // MARK: Image files, bind mounts, memory, network

    /// The source of a bind and the exports of a server may be mounted at several places.
    @Test(arguments: [
        ("bind", "/srv/data", "ext4", false), ("nfs", "nas:/a", "nfs", false),
        ("proc", "none", "proc", false), ("tmpfs", "none", "tmpfs", true),
    ])
    func `only a file system of its own may not stay mounted elsewhere`(
        type: String,
        device: String,
        shown: String,
        isOwn: Bool
    ) async throws {
        host.files["/srv/data"] = .directory
        let root = type == "bind" ? "/srv/data" : "/"
        mount(device, type: shown, root: root, number: (8, 1))
        let steps = try await fs(type, dev: device).look(host, for: .action).stopSteps
        #expect(steps == [unmount("/svc1/app", freesDevice: isOwn)])
    }

    @Test func `of two file systems of memory with one name the upper one is foreign`() async throws
    {
        mount("none", type: "tmpfs", number: (0, 60))
        mount("none", type: "tmpfs", number: (0, 61))
        let cover = "none (tmpfs) is mounted over it on /svc1/app: umount /svc1/app first"
        let seen = try await fs("tmpfs", dev: "none").look(host, for: .action)
        #expect(seen.report == StatusReport(.warn, notes: [cover]))
        #expect(seen.stopSteps == [.fail(cover)])
    }

    @Test func `a foreign mount between two of its own is named`() async throws {
        mount("none", type: "tmpfs", number: (0, 60))
        mount("none", type: "ramfs", number: (0, 61))
        mount("none", type: "tmpfs", number: (0, 60))
        let cover = "none (ramfs) is mounted over it on /svc1/app: umount /svc1/app first"
        let seen = try await fs("tmpfs", dev: "none").look(host, for: .action)
        #expect(seen.report == StatusReport(.warn, notes: [cover]))
    }

    // MARK: Writable or not

    // MARK: Devices that are lost

    // MARK: What cannot be

    @Test func `mount says why a file in the mount point's place does not do`() async throws {
        host.files["/svc1/app"] = FakeFile()
        let steps = try await fs().look(host, for: .action).startSteps
        #expect(!steps.contains(.makeMountPoint("/svc1/app")))
        #expect(steps.last == run("mount -t ext3 \(device) /svc1/app"))
    }

    @Test func `a mount table that cannot be read is warn, and nothing is done`() async throws {
        let error = HostError.system(call: "open", subject: "/proc/self/mountinfo", errno: 24)
        host.refusals["mounts"] = error
        let seen = try await fs().look(host, for: .action)
        #expect(seen.report == StatusReport(.warn, notes: [error.description]))
        #expect(seen.startSteps == [.fail(error.description)])
        #expect(seen.stopSteps == [.fail(error.description)])
    }
}
