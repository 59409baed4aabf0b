import OSVCEngine
import OSVCTestSupport
import Testing

/// File systems that are named by more than a device: tags, subvolumes.
@EngineActor
struct MountNamesTests {
    private let host = FakeHost()
    private let disk = DeviceNumber(major: 7, minor: 3)

    init() {
        host.files["/dev/loop3"] = FakeFile(info: FileInfo(kind: .blockDevice, device: disk))
        host.files["/srv/a"] = .directory
        host.programs = ["blkid"]
    }

    private func look(
        _ device: String,
        type: String = "xfs",
        options: String = "",
        for purpose: Purpose = .action
    ) async throws -> Observation {
        let values: [String: SettingValue] = [
            "type": .string(type), "dev": .string(device), "mnt": .string("/srv/a"),
            "mnt_opt": .string(options),
        ]
        return try await FSMount(Fixture.settings("fs#0", values)).look(host, for: purpose)
    }

    private func mount(type: String = "xfs", root: String = "/", options: String = "") {
        host.mountTable.append(
            MountEntry(
                source: "/dev/loop3",
                root: root,
                mountPoint: "/srv/a",
                type: type,
                device: disk,
                fileSystemOptions: options
            )
        )
    }

    private func report(_ tag: String, _ status: Status) -> StatusReport {
        var report = StatusReport(status)
        report.details = ["\(tag) is /dev/loop3"]
        return report
    }

    // MARK: Tags

    @Test(arguments: [
        ("UUID=1234-AB", "by-uuid/1234-AB"), ("LABEL=data", "by-label/data"),
        ("LABEL=\"my data/1\"", "by-label/my\\x20data\\x2f1"), ("PARTUUID=9-1", "by-partuuid/9-1"),
        ("PARTLABEL=web", "by-partlabel/web"),
    ])
    func `a tag names a device by udev's link`(tag: String, link: String) async throws {
        host.links["/dev/disk/\(link)"] = "/dev/loop3"
        let down = try await look(tag)
        #expect(down.report == report(tag, .down))
        #expect(
            down.startSteps == [
                .require(.pathExists("/dev/loop3"), orFail: "device does not exist \(tag)"),
                .note(.info, "fsck not implemented for xfs"),
                run("mount -t xfs /dev/loop3 /srv/a"),
            ]
        )
        mount()
        #expect(try await look(tag, for: .status).report == report(tag, .up))
        #expect(host.commands.isEmpty)
    }

    @Test func `where udev made no link blkid is asked, by a status only if something is mounted`()
        async throws
    {
        #expect(try await look("UUID=1", for: .status).report == StatusReport(.down))
        #expect(host.commands.isEmpty)
        host.expect("blkid -c /dev/null -l -o device -t UUID=1", output: "/dev/loop3\n")
        #expect(try await look("UUID=1").startSteps.last == run("mount -t xfs /dev/loop3 /srv/a"))
        mount()
        #expect(try await look("UUID=1", for: .status).report == report("UUID=1", .up))
    }

    @Test func `a tag that no device has is a missing device`() async throws {
        host.expect("blkid -c /dev/null -l -o device -t LABEL=x", code: 2)
        let step = Step.require(.pathExists("LABEL=x"), orFail: "device does not exist LABEL=x")
        #expect(try await look("LABEL=x").startSteps.first == step)
    }

    // MARK: Subvolumes

    @Test(arguments: [
        ("subvol=@a", "/@a", "subvolid=256,subvol=/@a", true),
        ("subvol=/@a/", "/@a", "", true), ("subvol=@a", "/@b", "subvolid=257,subvol=/@b", false),
        ("subvol=@a", "/@a/www", "subvolid=256,subvol=/@a", false),
        ("subvolid=256", "/@a", "rw,subvolid=256,subvol=/@a", true),
        ("subvolid=256", "/@b", "rw,subvolid=257,subvol=/@b", false),
        ("subvolid=0", "/", "rw,subvolid=5,subvol=/", true),
        ("", "/@default", "rw,subvolid=258,subvol=/@default", true),
        ("noatime", "/@default/www", "rw,subvolid=258,subvol=/@default", false),
    ])
    func `of a btrfs the subvolume counts, not only the device`(
        options: String,
        root: String,
        shown: String,
        isOwn: Bool
    ) async throws {
        mount(type: "btrfs", root: root, options: shown)
        let seen = try await look("/dev/loop3", type: "btrfs", options: options)
        #expect(seen.report.status == (isOwn ? .up : .down))
        let refusal = Step.fail("/dev/loop3 is already mounted on /srv/a")
        #expect((seen.startSteps == [refusal]) == !isOwn)
    }
}
