import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct SoftwareRAIDTests {
    nonisolated static let uuid = "3aaa0122:29827cfa:5331ad66:ca767371"
    let host = FakeHost()

    func array(_ values: [String: SettingValue]) throws -> SoftwareRAID {
        try SoftwareRAID(Fixture.settings("md#0", values))
    }

    /// The array as /dev/md127, found by its UUID.
    func assemble(_ table: String) {
        host.links["/dev/disk/by-id/md-uuid-\(Self.uuid)"] = "/dev/md127"
        host.files["/dev/md127"] = .block(9, 127)
        host.files["/proc/mdstat"] = FakeFile(table)
    }

    static let whole = """
        Personalities : [raid1] [raid6] [raid5] [raid4]
        md3 : active raid5 sdd1[3] sdc1[1] sdb1[0]
              2093056 blocks super 1.2 level 5, 512k chunk, algorithm 2 [3/3] [UUU]

        md127 : active raid1 loop1[1] loop0[0]
              102272 blocks super 1.2 [2/2] [UU]

        unused devices: <none>

        """

    @Test func `an array that is not there is down and assembled by its uuid`() async throws {
        let seen = try await array(["uuid": .string(Self.uuid), "dev": .string("/dev/md/data")])
            .look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        #expect(
            seen.startSteps.last
                == run("mdadm --assemble /dev/md/data --uuid=\(Self.uuid)")
        )
        #expect(seen.stopSteps == [.note(.info, "/dev/md/data is already down")])
    }

    @Test func `without a uuid the array is the one that the configuration of mdadm names`()
        async throws
    {
        let seen = try await array(["dev": .string("/dev/md0")]).look(host, for: .action)
        #expect(seen.startSteps.last == run("mdadm --assemble /dev/md0"))
    }

    @Test func `a running array is up, and is stopped by the name that it has`() async throws {
        assemble(Self.whole)
        let seen = try await array(["uuid": .string(Self.uuid)]).look(host, for: .action)
        #expect(seen.report == StatusReport(.up))
        let device = "/dev/md/3aaa0122-29827cfa-5331ad66-ca767371"
        #expect(seen.startSteps == [.note(.info, "\(device) is already up")])
        #expect(seen.stopSteps == [run("mdadm --stop /dev/md127")])
    }

    @Test func `an array that nobody has written to yet is up`() async throws {
        assemble("md127 : active (auto-read-only) raid1 sdc[1] sda[0]\n      1 blocks [2/2] [UU]\n")
        let seen = try await array(["uuid": .string(Self.uuid)]).look(host, for: .status)
        #expect(seen.report == StatusReport(.up))
    }

    @Test func `another array under the same name is not taken for it`() async throws {
        host.files["/dev/md0"] = .block(9, 0)
        host.files["/proc/mdstat"] = FakeFile("md0 : active raid1 sdb[1] sda[0]\n")
        let array = try array(["uuid": .string(Self.uuid), "dev": .string("/dev/md0")])
        for (uuid, status) in [
            ("3aaa0122-2982-7cfa-5331-ad66ca767371", Status.up),
            ("11111111-2222-3333-4444-555555555555", .down),
        ] {
            host.files["/sys/block/md0/md/uuid"] = FakeFile("\(uuid)\n")
            #expect(await array.look(host, for: .status).report == StatusReport(status))
        }
    }

    /// Its links are missing then.
    @Test(arguments: [
        ["uuid": SettingValue.string(uuid)], ["dev": .string("/dev/md/data")],
    ])
    func `mdadm finds a half assembled array, for an action only`(values: [String: SettingValue])
        async throws
    {
        host.programs = ["mdadm"]
        host.files["/proc/mdstat"] = FakeFile(
            "md127 : inactive sda[0](S)\nmd126 : inactive sdb[0](S)\n"
        )
        host.expect(
            "mdadm --detail --export /dev/md127",
            output: "MD_UUID=1:2:3:4\nMD_DEVNAME=old\n"
        )
        host.expect(
            "mdadm --detail --export /dev/md126",
            output: "MD_LEVEL=raid1\nMD_UUID=\(Self.uuid)\nMD_DEVNAME=data\n"
        )
        let array = try array(values)
        #expect(await array.look(host, for: .status).report == StatusReport(.down))
        #expect(host.commands == [])
        let seen = await array.look(host, for: .action)
        #expect(seen.startSteps.dropFirst().first == run("mdadm --stop /dev/md126"))
        #expect(seen.stopSteps == [run("mdadm --stop /dev/md126")])
    }

    @Test(arguments: [
        ("active raid1 loop1[1] loop0[0](F)", "[2/1] [_U]", ["member loop0 has failed"]),
        ("active raid1 loop1[1]", "[2/1] [_U]", ["degraded: no member in slot 0 of 0 to 1"]),
        (
            "active raid6 sda1[0](F) sdb1[1]", "[4/2] [_U_U]",
            ["member sda1 has failed", "degraded: no member in slot 0, 2 of 0 to 3"]
        ),
        ("inactive loop1[1](S)", "", ["md127 is assembled but not started"]),
    ])
    func `an array that lacks members is warn, and they are named`(
        _ state: String,
        _ slots: String,
        _ notes: [String]
    ) async throws {
        assemble("md127 : \(state)\n      102272 blocks super 1.2 \(slots)\n")
        let seen = try await array(["uuid": .string(Self.uuid)]).look(host, for: .status)
        var report = StatusReport(.warn, notes: notes)
        report.wholeStatus = state.hasPrefix("active") ? .up : nil
        #expect(seen.report == report)
    }

    @Test(arguments: [
        ("raid1", "[3/1] [__U]", true), ("raid1", "[2/0] [__]", false),
        ("raid5", "[3/2] [UU_]", true), ("raid5", "[3/1] [U__]", false),
        ("(read-only) raid5", "[3/2] [UU_]", true), ("raid6", "[5/3] [U_U_U]", true),
        ("raid6", "[5/2] [U__U_]", false), ("raid10", "[4/3] [U_UU]", true),
        ("raid10", "[4/2] [UU__]", false), ("linear", "[2/1] [U_]", false),
    ])
    func `an array that lacks more than its level can do without has failed`(
        _ level: String,
        _ slots: String,
        _ isUsable: Bool
    ) async throws {
        assemble("md127 : active \(level) sda1[0]\n      102272 blocks super 1.2 \(slots)\n")
        let seen = try await array(["uuid": .string(Self.uuid)]).look(host, for: .status)
        #expect(seen.report.status == .warn)
        #expect(seen.report.isDegraded == isUsable)
    }

    @Test func `a half assembled array is taken apart before it is assembled`() async throws {
        assemble("md127 : inactive loop1[1](S)\n      102272 blocks super 1.2\n")
        let seen = try await array(["uuid": .string(Self.uuid), "dev": .string("/dev/md5")])
            .look(host, for: .action)
        #expect(seen.startSteps.dropFirst().first == run("mdadm --stop /dev/md127"))
        #expect(
            seen.startSteps.last
                == run("mdadm --assemble /dev/md5 --uuid=\(Self.uuid)")
        )
        #expect(seen.stopSteps == [run("mdadm --stop /dev/md127")])
    }

    @Test(arguments: ["", "3aaa0122", "3aaa0122:29827cfa:5331ad66:ca76737g", "a:b:c:d", ":::"])
    func `a uuid of another form is refused`(_ text: String) {
        #expect(throws: ConfigurationError.self) { try array(["uuid": .string(text)]) }
    }

    @Test func `an array needs a name`() {
        let error = #expect(throws: ConfigurationError.self) { try array([:]) }
        #expect(error?.message == "md#0: field 'uuid': uuid or dev is required")
    }

    @Test(arguments: [
        "", "md", "md1", "md1 :", "md1 : active", "[UU]", "  [__]", "md1 : x y\n [U", "\n\n",
    ])
    func `a table that is not one describes no array that lacks something`(_ text: String) {
        let arrays = MDArray.all(in: text)
        #expect(arrays.allSatisfy { $0.slots.isEmpty })
    }
}
