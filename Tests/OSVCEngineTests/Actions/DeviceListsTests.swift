import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// Devices and the disks below them, as /sys shows them.
@EngineActor
struct DeviceListsTests {
    private let host = FakeHost()

    private func lists(_ resources: [ResourceDefinition]) throws -> DeviceLists {
        let definition = Fixture.service(resources: resources)
        let service = try Service(definition, facts: Fixture.facts, registry: .builtIn)
        return DeviceLists(service, host: host)
    }

    private func fs(_ device: String, _ id: String = "fs#0") -> ResourceDefinition {
        Fixture.resource(
            id,
            driver: "fs",
            ["type": .string("ext4"), "dev": .string(device), "mnt": .string("/srv/\(id)")]
        )
    }

    private let vg = Fixture.resource("vg#0", driver: "disk.vg", ["vgname": .string("data")])

    /// A block device with its number, and what it stands on.
    private func disk(
        _ name: String,
        _ minor: Int,
        on slaves: [String] = [],
        map: (name: String, uuid: String)? = nil
    ) {
        host.files["/dev/\(name)"] = .block(8, minor)
        host.files["/sys/devices/block/\(name)"] = .directory
        host.links["/sys/dev/block/8:\(minor)"] = "/sys/devices/block/\(name)"
        host.files["/sys/class/block/\(name)/size"] = FakeFile("8\n")
        for slave in slaves { host.files["/sys/class/block/\(name)/slaves/\(slave)"] = .directory }
        guard let map else { return }
        host.files["/sys/class/block/\(name)/dm/name"] = FakeFile("\(map.name)\n")
        host.files["/sys/class/block/\(name)/dm/uuid"] = FakeFile("\(map.uuid)\n")
        host.links["/dev/mapper/\(map.name)"] = "/dev/\(name)"
    }

    /// A volume group with two volumes on one partition and one multipath map.
    private func lvm() {
        disk("sda", 0)
        disk("sda1", 1)
        host.files["/sys/class/block/sda1/partition"] = FakeFile("1\n")
        host.files["/sys/devices/block/sda/sda1"] = .directory
        host.links["/sys/class/block/sda1"] = "/sys/devices/block/sda/sda1"
        disk("sdb", 2)
        disk("sdc", 3)
        disk("dm-0", 4, on: ["sdb", "sdc"], map: ("mpatha", "mpath-3600"))
        disk("dm-1", 5, on: ["sda1"], map: ("data-app", "LVM-a"))
        disk("dm-2", 6, on: ["dm-0", "sda1"], map: ("data-db", "LVM-b"))
        disk("dm-3", 7, on: ["sdb"], map: ("other-x", "LVM-c"))
    }

    @Test func `a service without devices has none`() throws {
        #expect(try lists([]).devices() == [])
        #expect(try lists([]).disks() == [])
    }

    @Test func `a volume group is its active volumes, on whole disks and multipath maps`() throws {
        lvm()
        #expect(try lists([vg]).devices() == ["/dev/mapper/data-app", "/dev/mapper/data-db"])
        #expect(try lists([vg]).disks() == ["/dev/mapper/mpatha", "/dev/sda"])
    }

    @Test func `a file system is its device, each named once`() throws {
        lvm()
        let both = try lists([vg, fs("/dev/mapper/data-app"), fs("/dev/sda1", "fs#1")])
        #expect(
            try both.devices() == ["/dev/mapper/data-app", "/dev/mapper/data-db", "/dev/sda1"]
        )
        #expect(try both.disks() == ["/dev/mapper/mpatha", "/dev/sda"])
    }

    @Test func `a file behind a loop device is no disk`() throws {
        host.files["/srv/disk"] = FakeFile("x")
        host.loops = [LoopDevice(path: "/dev/loop3", file: "/srv/disk")]
        let loop = Fixture.resource("loop#0", driver: "disk.loop", ["file": .string("/srv/disk")])
        let lists = try lists([loop, fs("/srv/disk")])
        #expect(try lists.devices() == ["/dev/loop3"])
        #expect(try lists.disks() == [])
    }

    @Test func `what is not active or not there is not known`() throws {
        #expect(try lists([vg, fs("/dev/gone")]).devices() == [])
        let tmpfs = Fixture.resource(
            "fs#1",
            driver: "fs",
            ["type": .string("tmpfs"), "dev": .string("none"), "mnt": .string("/srv/t")]
        )
        #expect(try lists([tmpfs]).devices() == [])
    }

    @Test func `a disabled resource holds nothing`() throws {
        lvm()
        let off = Fixture.resource(
            "vg#0",
            driver: "disk.vg",
            ["vgname": .string("data"), "disable": .boolean(true)]
        )
        #expect(try lists([off]).devices() == [])
    }

    @Test func `not knowing is an error, no empty list`() throws {
        host.refusals["directory /sys/class/block"] = .system(
            call: "opendir",
            subject: "/sys/class/block",
            errno: 13
        )
        #expect(throws: HostError.self) { try lists([vg]).devices() }
    }
}
