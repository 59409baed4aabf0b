import OSVCEngine
import OSVCTestSupport
import Testing

/// What comes into a bind mount with the directory that it shows.
@EngineActor
struct BindMountTests {
    private let host = FakeHost()
    private let disk = DeviceNumber(major: 8, minor: 1)

    init() {
        host.files["/srv/d"] = .directory
        mount("/dev/sda1", "/", disk, type: "ext4")
    }

    private func mount(
        _ source: String,
        _ place: String,
        _ device: DeviceNumber,
        type: String = "tmpfs",
        root: String = "/",
        parent: UInt32 = 1,
        isShared: Bool = false
    ) {
        host.mountTable.append(
            MountEntry(
                source: source,
                root: root,
                mountPoint: place,
                type: type,
                device: device,
                id: UInt32(host.mountTable.count + 1),
                parent: parent,
                isShared: isShared
            )
        )
    }

    private func memory(_ minor: Int) -> DeviceNumber { DeviceNumber(major: 0, minor: minor) }

    private func stopSteps() async throws -> [Step] {
        let values: [String: SettingValue] = [
            "type": .string("bind"), "dev": .string("/srv/d"), "mnt": .string("/srv/e"),
            "mnt_opt": .string("rbind"), "busy": .string("fail"),
        ]
        return try await FSMount(Fixture.settings("fs#0", values)).look(host, for: .action)
            .stopSteps
    }

    private func unmount(_ place: String) -> Step { .unmount(place, whenBusy: .fail) }

    @Test func `the mounts that rbind took along are taken off first, the innermost before all`()
        async throws
    {
        mount("a", "/srv/d/a", memory(40))
        mount("b", "/srv/d/a/b", memory(41), parent: 2)
        mount("/dev/sda1", "/srv/e", disk, type: "ext4", root: "/srv/d")
        mount("a", "/srv/e/a", memory(40), parent: 4)
        mount("b", "/srv/e/a/b", memory(41), parent: 5)
        #expect(
            try await stopSteps() == [
                unmount("/srv/e/a/b"), unmount("/srv/e/a"), unmount("/srv/e"),
            ]
        )
    }

    @Test func `where mounts propagate that ends first, or the source would lose them`()
        async throws
    {
        mount("a", "/srv/d/a", memory(40), isShared: true)
        mount("/dev/sda1", "/srv/e", disk, type: "ext4", root: "/srv/d", isShared: true)
        mount("a", "/srv/e/a", memory(40), parent: 3, isShared: true)
        let separation = run("mount --make-private /srv/e")
        #expect(try await stopSteps() == [separation, unmount("/srv/e/a"), unmount("/srv/e")])
    }

    @Test func `what somebody mounted only inside the bind mount is not touched`() async throws {
        mount("/dev/sda1", "/srv/e", disk, type: "ext4", root: "/srv/d")
        mount("own", "/srv/e/a", memory(40), parent: 2)
        mount("a", "/srv/d/a", memory(41))
        #expect(try await stopSteps() == [unmount("/srv/e")])
    }
}
