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

    /// The second mount was made on a directory above the first.
    @Test func `a mount that one above hides is in doubt, and neither started nor stopped`()
        async throws
    {
        mount(device, id: 2, parent: 1)
        mount("tmpfs", on: "/svc1", type: "tmpfs", number: (0, 9), id: 3, parent: 1)
        let seen = try await fs().look(host, for: .action)
        let text = "tmpfs (tmpfs) is mounted over it on /svc1: umount /svc1 first"
        #expect(seen.report == StatusReport(.warn, notes: [text]))
        #expect(seen.startSteps == [.fail(text)])
        #expect(seen.stopSteps == [.fail(text)])
    }

    /// As after `mount --bind / /`: the kernel begins below it.
    @Test func `a mount on the root directory hides nothing`() async throws {
        mount("/dev/vda1", on: "/", id: 2, parent: 1)
        mount(device, id: 3, parent: 1)
        #expect(try await fs().look(host, for: .status).report == StatusReport(.up))
        mount("tmpfs", on: "/svc1/app/data", type: "tmpfs", number: (0, 9), id: 4, parent: 1)
        host.mountTable.removeAll { $0.id == 3 }
        let steps = try await fs().look(host, for: .action).startSteps
        #expect(steps.count == 1)
    }

    @Test func `one that is on the mount above is reached`() async throws {
        mount("tmpfs", on: "/svc1", type: "tmpfs", number: (0, 9), id: 2, parent: 1)
        mount(device, id: 3, parent: 2)
        #expect(try await fs().look(host, for: .status).report == StatusReport(.up))
    }

    @Test func `a start does not hide what is mounted below`() async throws {
        mount("tmpfs", on: "/svc1/app/data", type: "tmpfs", number: (0, 9), id: 2, parent: 1)
        let text = "/svc1/app would hide what is mounted on /svc1/app/data: umount it first"
        #expect(try await fs().look(host, for: .action).startSteps == [.fail(text)])
    }

    @Test func `a mount below that is hidden already, or an automounter's, is not in the way`()
        async throws
    {
        mount("tmpfs", on: "/svc1/app/data", type: "tmpfs", number: (0, 9), id: 2, parent: 1)
        mount("tmpfs", on: "/svc1", type: "tmpfs", number: (0, 10), id: 3, parent: 1)
        mount("auto", on: "/svc1/app/auto", type: "autofs", number: (0, 11), id: 4, parent: 3)
        let steps = try await fs().look(host, for: .action).startSteps
        #expect(steps.contains { if case .run = $0 { true } else { false } })
    }

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

    /// How the device is written, what the mount table says.
    @Test(arguments: [
        ("/dev/mapper/vgsvc1-lvappsvc1", "/dev/mapper/vgsvc1-lvappsvc1"),
        ("/dev/vgsvc1/lvappsvc1", "/dev/mapper/vgsvc1-lvappsvc1"),
        ("/dev/mapper/vgsvc1-lvappsvc1", "/dev/vgsvc1/lvappsvc1"),
        ("/dev/dm-1", "/dev/mapper/vgsvc1-lvappsvc1"),
    ])
    func `a device has several names`(written: String, shown: String) async throws {
        mount(shown)
        #expect(try await fs(dev: written).look(host, for: .status).report.status == .up)
    }

    @Test func `a mounted volume whose device file is gone is still known by name`() async throws {
        host.links = [:]
        host.files["/dev/dm-1"] = nil
        mount("/dev/mapper/vg--x-lv--y")
        let report = try await fs(dev: "/dev/vg-x/lv-y").look(host, for: .status).report
        #expect(report.status == .up)
    }

    @Test func `btrfs is known by its source, its device number is another`() async throws {
        mount(device, type: "btrfs", root: "/@data", number: (0, 52))
        let fs = try fs("btrfs", dev: "/dev/vgsvc1/lvappsvc1", options: "subvol=@data")
        #expect(await fs.look(host, for: .status).report.status == .up)
    }

    @Test func `a part of the same file system is not the file system`() async throws {
        mount(device, root: "/backup")
        #expect(try await fs().look(host, for: .status).report.status == .down)
    }

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

    /// Else a user could have a file system mounted over /etc.
    @Test func `a link that somebody else made is not followed`() async throws {
        host.links["/svc1/app"] = "/etc"
        host.files["/etc"] = .directory
        host.foreignLinks["/svc1/app"] = "/svc1/app is a symbolic link of user 12"
        let seen = try await fs().look(host, for: .action)
        let problem = "mount point: /svc1/app is a symbolic link of user 12"
        #expect(seen.report == StatusReport(.warn, notes: [problem]))
        #expect(seen.startSteps == [.fail(problem)])
        #expect(seen.stopSteps == [.fail(problem)])
    }

    @Test func `a mount point behind a link is unmounted where it is`() async throws {
        host.links["/svc1/app"] = "/data/app"
        host.files["/data/app"] = .directory
        mount(device, on: "/data/app")
        let seen = try await fs().look(host, for: .action)
        #expect(seen.report.status == .up)
        #expect(seen.stopSteps == [unmount("/data/app")])
    }

    // MARK: Image files, bind mounts, memory, network

    @Test func `an image on a loop device is mounted from there`() async throws {
        host.files["/srv/web.img"] = FakeFile()
        host.loops = [LoopDevice(path: "/dev/loop2", file: "/srv/web.img")]
        let fs = try fs("ext4", dev: "/srv/web.img", options: "loop,noatime")
        #expect(
            await fs.look(host, for: .action).startSteps == [
                exists("/srv/web.img"), check("/dev/loop2"),
                run("mount -t ext4 -o noatime /dev/loop2 /svc1/app"),
            ]
        )
        mount("/dev/loop2", type: "ext4", number: (7, 2))
        #expect(await fs.look(host, for: .status).report.status == .up)
    }

    @Test func `an image without a loop device keeps its options`() async throws {
        host.files["/srv/web.img"] = FakeFile()
        let fs = try fs("ext4", dev: "/srv/web.img", options: "loop")
        let last = await fs.look(host, for: .action).startSteps.last
        #expect(last == run("mount -t ext4 -o loop /srv/web.img /svc1/app"))
    }

    /// Type and options as written, and the command they make.
    @Test(
        arguments: [
            ("bind", nil, "mount -o bind /srv/data /svc1/app"),
            ("bind", "ro", "mount -o bind,ro /srv/data /svc1/app"),
            ("bind", "bind", "mount -t bind -o bind /srv/data /svc1/app"),
            ("none", "bind", "mount -t none -o bind /srv/data /svc1/app"),
            (nil, "rbind", "mount -o rbind /srv/data /svc1/app"),
        ] as [(String?, String?, String)]
    )
    func `a directory is shown at a second place`(
        type: String?,
        options: String?,
        command: String
    ) async throws {
        host.files["/srv/data"] = .directory
        let fs = try fs(type, dev: "/srv/data", options: options)
        let note = Step.note(.info, "fsck not implemented for \(type ?? "")")
        #expect(
            await fs.look(host, for: .action).startSteps == [
                exists("/srv/data"), note, run(command),
            ]
        )
        mount("/dev/vda1", type: "ext4", root: "/srv/data", number: (8, 1))
        #expect(await fs.look(host, for: .status).report.status == .up)
    }

    @Test func `another directory of the same file system is not the bind mount`() async throws {
        host.files["/srv/data"] = .directory
        mount("/dev/vda1", type: "ext4", root: "/srv/other", number: (8, 1))
        let report = try await fs("bind", dev: "/srv/data").look(host, for: .status).report
        #expect(report.status == .down)
    }

    @Test func `a bind of a directory inside another mount is found`() async throws {
        host.files["/srv/data/www"] = .directory
        mount("/dev/sdb1", on: "/srv/data", type: "xfs", root: "/vol1", number: (8, 17))
        mount("/dev/sdb1", type: "xfs", root: "/vol1/www", number: (8, 17))
        let fs = try fs("bind", dev: "/srv/data/www")
        #expect(await fs.look(host, for: .status).report.status == .up)
    }

    @Test func `tmpfs needs no device, and says as any type that nobody checks it`() async throws {
        let fs = try fs("tmpfs", dev: "none", options: "size=1M")
        #expect(
            await fs.look(host, for: .action).startSteps == [
                .note(.info, "fsck not implemented for tmpfs"),
                run("mount -t tmpfs -o size=1M none /svc1/app"),
            ]
        )
        mount("none", type: "tmpfs", number: (0, 60))
        #expect(await fs.look(host, for: .status).report.status == .up)
    }

    @Test func `a network file system is not written to`() async throws {
        mount("nas:/vol/web", type: "nfs4", number: (0, 61))
        host.readOnly = ["/svc1/app"]
        let fs = try fs("nfs", dev: "nas:/vol/web/")
        let seen = await fs.look(host, for: .action)
        #expect(seen.report == StatusReport(.up))
        host.mountTable.removeLast()
        let steps = await fs.look(host, for: .action).startSteps
        #expect(
            steps == [
                .note(.info, "fsck not implemented for nfs"),
                run("mount -t nfs nas:/vol/web/ /svc1/app"),
            ]
        )
    }

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

    @Test func `a file system that cannot be written is warn`() async throws {
        mount(device)
        host.readOnly = ["/svc1/app"]
        let report = try await fs().look(host, for: .status).report
        #expect(report == StatusReport(.warn, notes: ["fs is not writable"]))
    }

    @Test(arguments: ["nfs4", "fuse.sshfs"])
    func `what another machine serves is not asked whether it takes writes`(
        _ type: String
    ) async throws {
        mount(device, type: type)
        host.readOnly = ["/svc1/app"]
        #expect(try await fs().look(host, for: .status).report == StatusReport(.up))
    }

    @Test func `read-only is right where it was asked for, and only there`() async throws {
        mount(device, isReadOnly: true)
        host.readOnly = ["/svc1/app"]
        let asked = try await fs(options: "ro").look(host, for: .status).report
        #expect(asked == StatusReport(.up))
        let lost = try await fs().look(host, for: .status).report
        #expect(lost == StatusReport(.warn, notes: ["fs is not writable"]))
    }

    @Test func `a type that is read-only by nature needs the option too`() async throws {
        mount(device, type: "squashfs", isReadOnly: true)
        #expect(try await fs("squashfs").look(host, for: .status).report.status == .warn)
        let asked = try await fs("squashfs", options: "ro").look(host, for: .status).report
        #expect(asked.status == .up)
    }

    @Test(arguments: [
        ("1 queue_if_no_path 0 1 1", "E 0 2 0 8:16 F 1 8:32 F 1", false),
        ("1 queue_if_no_path 0 1 1", "A 0 2 0 8:16 F 1 8:32 A 0", true),
        ("0 0 1 1", "E 0 2 0 8:16 F 1 8:32 F 1", true),
    ])
    func `a disk whose paths are all lost and that queues is not written to`(
        table: String,
        status: String,
        isUp: Bool
    ) async throws {
        mount(device)
        host.files["/sys/dev/block/254:1/slaves/dm-0"] = .directory
        host.files["/sys/class/block/dm-0/dm/uuid"] = FakeFile("mpath-3600\n")
        host.files["/sys/class/block/dm-0/dm/name"] = FakeFile("mpatha\n")
        host.expect("dmsetup table mpatha", output: "0 8192 multipath \(table)\n")
        host.expect("dmsetup status mpatha", output: "0 8192 multipath 2 0 0 0 1 1 \(status)\n")
        let report = try await fs().look(host, for: .status).report
        #expect(report.status == (isUp ? .up : .warn))
        #expect(report.notes == (isUp ? [] : ["fs is not writable"]))
    }

    // MARK: Devices that are lost

    @Test func `what is mounted from a lost disk is unmounted, though its name went with it`()
        async throws
    {
        mount("/dev/sdq1", number: (65, 1))
        host.files["/sys/dev/block"] = .directory
        let fs = try fs(dev: "/dev/disk/by-uuid/1234")
        #expect(
            await fs.look(host, for: .action).stopSteps
                == [unmount("/svc1/app")]
        )
        host.files["/sys/dev/block/65:1"] = .directory
        // The disk is there, under another name or a stranger's.
        let seen = await fs.look(host, for: .action)
        let text =
            "/dev/sdq1 (ext3) is mounted on /svc1/app, and may be this file system:"
            + " /dev/disk/by-uuid/1234 does not exist; umount /svc1/app if it is"
        #expect(seen.stopSteps == [.fail(text)])
        #expect(seen.report == StatusReport(.warn, notes: [text]))
    }

    /// Its file system was unmounted below it.
    @Test(arguments: [("", "does not exist"), ("/www", "is on another file system")])
    func `a bind whose directory is not what it was may be what is mounted there`(
        directory: String,
        problem: String
    ) async throws {
        host.files["/srv/data" + directory] = .directory
        mount("/dev/sdq1", root: "/www", number: (65, 1))
        let seen = try await fs("bind", dev: "/srv/data/www").look(host, for: .action)
        let text =
            "/dev/sdq1 (ext3) is mounted on /svc1/app, and may be this file system:"
            + " /srv/data/www \(problem); umount /svc1/app if it is"
        #expect(seen.report == StatusReport(.warn, notes: [text]))
        #expect(seen.stopSteps == [.fail(text)])
    }

    @Test func `what is mounted instead of an image that is not bound is a stranger's`()
        async throws
    {
        host.files["/srv/web.img"] = FakeFile("")
        mount("/dev/sdq1", type: "ext4", number: (65, 1))
        let fs = try fs("ext4", dev: "/srv/web.img", options: "loop")
        #expect(await fs.look(host, for: .status).report == StatusReport(.down))
        host.mountTable.removeLast()
        mount("/dev/loop2", type: "ext4", number: (7, 2))
        #expect(await fs.look(host, for: .status).report.status == .warn)
    }

    @Test func `an image that was removed while it is mounted is unmounted`() async throws {
        host.loops = [LoopDevice(path: "/dev/loop2", file: "/srv/web.img (deleted)")]
        mount("/dev/loop2", type: "ext4", number: (7, 2))
        let fs = try fs("ext4", dev: "/srv/web.img", options: "loop")
        #expect(
            await fs.look(host, for: .action).stopSteps == [unmount("/svc1/app")]
        )
    }

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
