import OSVCEngine
import OSVCTestSupport
import Testing

/// The outputs of vgs and lvs are those of lvm2 2.03.16 (Debian 12).
@EngineActor
struct VolumeGroupTests {
    let host = FakeHost()
    let vgs = "vgs --noheadings --separator | -o vg_tags,lv_count vgsvc1"
    let lvs = "lvs --noheadings -o lv_name vgsvc1"

    init() {
        host.files["/sys/class/block"] = .directory
        addDevice(0, "14f504e46494c45524d46646433322d476348562d33724c44", "mpath-14f504e46494c4552")
        host.programs = ["kpartx"]
    }

    /// A device mapper device as /sys shows it.
    func addDevice(_ number: Int, _ name: String, _ uuid: String) {
        let folder = "/sys/class/block/dm-\(number)/dm"
        host.files["\(folder)/name"] = FakeFile(name + "\n")
        host.files["\(folder)/uuid"] = FakeFile(uuid + "\n")
    }

    func activate() {
        let uuid = "LVM-cYZt5HlMTTdbeAmGkzGyqzVdNOEmRYtN"
        addDevice(1, "vgsvc1-lvappsvc1", uuid + "NCdXbbvR0zr6ENXLyOqACXaZVo0HkLCd")
        addDevice(2, "vgsvc1-lvdatasvc1", uuid + "2nRpbKJqNcYG4Fqff5QaBTRNYrWNtQWo")
        host.files["/dev/vgsvc1/lvappsvc1"] = .block(254, 1)
        host.files["/dev/vgsvc1/lvdatasvc1"] = .block(254, 2)
    }

    func vg(_ name: String = "vgsvc1") throws -> VolumeGroup {
        try VolumeGroup(Fixture.settings("vg#0", ["vgname": .string(name)]))
    }

    let deactivate = Step.retry(
        Command(["vgchange", "-a", "n", "vgsvc1"], logging: .failuresInform),
        times: 4,
        pause: .seconds(1),
        until: .volumeGroupDown("vgsvc1"),
        orFail: "deactivation failed to release all logical volumes"
    )

    func unmapPartitions(_ device: String) -> Step {
        .run(Command(["kpartx", "-d", device], accepting: [0, 1], logging: .failuresWarn))
    }

    @Test func `status asks the kernel alone`() async throws {
        #expect(try await vg().look(host, for: .status).report == StatusReport(.down))
        activate()
        #expect(try await vg().look(host, for: .status).report == StatusReport(.up))
        #expect(host.orders == [])
    }

    @Test func `a group is started as the tutorial shows`() async throws {
        host.expect(vgs, output: "  |2\n")
        let seen = try await vg().look(host, for: .action)
        #expect(
            seen.startSteps == [run("vgchange --addtag @n1 vgsvc1"), run("vgchange -a y vgsvc1")]
        )
        #expect(seen.stopSteps == [.note(.info, "vgsvc1 is already down")])
    }

    @Test func `a group is stopped as the tutorial shows`() async throws {
        activate()
        host.expect(vgs, output: "  n1|2\n")
        host.expect(lvs, output: "  lvappsvc1 \n  lvdatasvc1\n")
        let seen = try await vg().look(host, for: .action)
        #expect(seen.startSteps == [.note(.info, "vgsvc1 is already up")])
        #expect(
            seen.stopSteps == [
                run("vgchange --deltag @n1 vgsvc1"),
                unmapPartitions("/dev/vgsvc1/lvappsvc1"),
                unmapPartitions("/dev/vgsvc1/lvdatasvc1"),
                deactivate,
            ]
        )
    }

    @Test func `volumes without a device file have no partitions to unmap`() async throws {
        activate()
        host.files["/dev/vgsvc1/lvdatasvc1"] = nil
        host.expect(vgs, output: "  |3\n")
        host.expect(lvs, output: "  lvappsvc1 \n  lvdatasvc1\n  pool\n")
        let steps = try await vg().look(host, for: .action).stopSteps
        #expect(steps == [unmapPartitions("/dev/vgsvc1/lvappsvc1"), deactivate])
    }

    @Test func `without kpartx nobody asks for the volumes`() async throws {
        activate()
        host.programs = []
        host.expect(vgs, output: "  |2\n")
        #expect(try await vg().look(host, for: .action).stopSteps == [deactivate])
        #expect(host.commands == [vgs])
    }

    @Test func `the tags of others are removed, and whose they are is said`() async throws {
        host.expect(vgs, output: "  n2,production|2\n")
        #expect(
            try await vg().look(host, for: .action).startSteps == [
                .note(
                    .warning,
                    "vgsvc1 is tagged for node n2, which is not asked whether it still uses it"
                ),
                run("vgchange --deltag @n2 vgsvc1"),
                .note(.warning, "vgsvc1 has the tag @production, which is removed"),
                run("vgchange --deltag @production vgsvc1"),
                run("vgchange --addtag @n1 vgsvc1"),
                run("vgchange -a y vgsvc1"),
            ]
        )
    }

    @Test func `a start that was cut off after the tag goes on from there`() async throws {
        host.expect(vgs, output: "  n1|2\n")
        let seen = try await vg().look(host, for: .action)
        #expect(seen.startSteps == [run("vgchange -a y vgsvc1")])
        #expect(
            seen.stopSteps == [
                run("vgchange --deltag @n1 vgsvc1"), .note(.info, "vgsvc1 is already down"),
            ]
        )
    }

    @Test func `a missing group is down and says so when it shall start`() async throws {
        let error = "  Volume group \"vgsvc1\" not found\n  Cannot process volume group vgsvc1\n"
        host.expect(vgs, code: 5, error: error)
        let seen = try await vg().look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        let problem = "vgsvc1: Volume group \"vgsvc1\" not found"
        #expect(seen.startSteps == [.fail(problem)])
        #expect(seen.stopSteps == [.note(.info, "vgsvc1 is already down")])
    }

    @Test func `a group without volumes cannot be started`() async throws {
        host.expect(vgs, output: "  |0\n")
        let seen = try await vg().look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        let problem = "vgsvc1 has no logical volume to activate"
        #expect(seen.startSteps == [.fail(problem)])
    }

    @Test func `a group whose metadata is lost can still be stopped`() async throws {
        activate()
        host.expect(vgs, result: CommandResult(code: 124, timedOut: true))
        host.expect(lvs, code: 5)
        let steps = try await vg().look(host, for: .action).stopSteps
        #expect(steps == [.note(.warning, "vgsvc1: vgs does not answer"), deactivate])
    }

    @Test func `a machine without LVM cannot start a group`() async throws {
        host.expect(vgs, failing: .programMissing("vgs"))
        let problem = "vgsvc1: vgs does not exist or not in path or is not executable"
        let steps = try await vg().look(host, for: .action).startSteps
        #expect(steps == [.fail(problem)])
    }

    @Test func `devices that cannot be read are warn`() async throws {
        let error = HostError.system(call: "open", subject: "/sys/class/block", errno: 13)
        host.refusals["directory /sys/class/block"] = error
        let report = try await vg().look(host, for: .status).report
        #expect(report == StatusReport(.warn, notes: [error.description]))
    }

    /// Device mapper name, whose uuid begins as given: is it a volume of the group?
    @Test(arguments: [
        ("a", "a-lv", "LVM-x", true),
        ("a", "a-b--c", "LVM-x", true),
        ("a", "a--b-lv", "LVM-x", false),  // the group is a-b
        ("a-b", "a--b-lv", "LVM-x", true),
        ("a", "ab-lv", "LVM-x", false),
        ("a", "a-lv", "CRYPT-x", false),  // not LVM's
        ("a", "a", "LVM-x", false),
    ])
    func `a group knows its volumes by their names`(
        group: String,
        device: String,
        uuid: String,
        isUp: Bool
    ) async throws {
        addDevice(1, device, uuid)
        let report = try await vg(group).look(host, for: .status).report
        #expect(report.status == (isUp ? .up : .down))
    }

    @Test(arguments: ["-vg", "a/b", "vg 1", "..", "é"])
    func `what is no name of a group is refused`(name: String) {
        #expect(throws: ConfigurationError.self) { try vg(name) }
    }
}
