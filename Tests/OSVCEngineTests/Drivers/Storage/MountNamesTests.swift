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
