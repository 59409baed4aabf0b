import OSVCEngine
import OSVCTestSupport
import Testing

/// What of the mount table is the file system: hidden mounts, other names, devices that are gone.
extension FSMountTests {
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
}
