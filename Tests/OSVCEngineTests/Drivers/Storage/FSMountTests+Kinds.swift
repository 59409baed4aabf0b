import OSVCEngine
import OSVCTestSupport
import Testing

/// What is no disk with a file system of its own, and what can be written to.
extension FSMountTests {
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
}
