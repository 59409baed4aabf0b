import OSVCTestSupport
import Testing

@testable import OSVCEngine

@EngineActor
struct HoldingRecordTests {
    private let host = FakeHost()
    private let layout = Layout(root: "/opt/opensvc")

    private static func mount(_ place: String, source: String = "/dev/sdb1") -> Holding {
        .mount(
            MountEntry(
                source: source,
                mountPoint: place,
                type: "ext4",
                device: DeviceNumber(major: 8, minor: 17)
            )
        )
    }

    @Test func `what is written is read`() throws {
        let address = try #require(IPAddress("2001:db8::1"))
        let record = HoldingRecord(
            boot: "b1",
            items: [
                .init(ResourceID("ip#0"), .address(address, prefixLength: 64, device: "eth0")),
                .init(ResourceID("fs#1"), Self.mount("/srv/a\tb\nc\\d")),
                .init(ResourceID("loop#0"), .loop(device: "/dev/loop3", sequence: "42")),
                .init(ResourceID("loop#0"), .loop(device: "/dev/loop4", sequence: nil)),
            ]
        )
        host.files["/proc/sys/kernel/random/boot_id"] = FakeFile("b1\n")
        try record.write(of: "web", in: layout, on: host)
        #expect(try HoldingRecord.read(of: "web", in: layout, on: host) == record)
    }

    @Test(arguments: ["", "\n", "b1\n", "boot\n", "address\tip#0\teth0\t192.0.2.1\t24\n"])
    func `what does not name its boot is not a record`(text: String) {
        #expect(HoldingRecord(Array(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            "mount\tfs#0\t/a\t8\tx\t/\text4\t/dev/sdb1", "loop", "loop\tloop#0",
            "address\tip#0\te\t1.2\t24",
            "address\tip#0\te\t192.0.2.1\t", "other\tfs#0\t/a", "\t\t\t",
        ]
    )
    func `a line that is not understood is left out`(line: String) throws {
        let text = "boot\tb1\n\(line)\nloop\tloop#0\t/dev/loop3\t42\n"
        let record = try #require(HoldingRecord(Array(text.utf8)))
        #expect(
            record.items == [
                .init(ResourceID("loop#0"), .loop(device: "/dev/loop3", sequence: "42"))
            ]
        )
    }

    @Test func `things are told apart by what the kernel knows of them`() throws {
        let mount = Self.mount("/srv/a")
        #expect(mount.isSame(as: Self.mount("/srv/a")))
        #expect(!mount.isSame(as: Self.mount("/srv/b")))
        #expect(!mount.isSame(as: Self.mount("/srv/a", source: "other")))
        let loop = Holding.loop(device: "/dev/loop3", sequence: "42")
        #expect(!loop.isSame(as: .loop(device: "/dev/loop3", sequence: "43")))
        #expect(!loop.isSame(as: mount))
    }

    @Test func `a loop device is there while the same binding lasts`() throws {
        let loop = Holding.loop(device: "/dev/loop3", sequence: "42")
        #expect(try !loop.isThere(on: host))
        host.files["/sys/block/loop3/loop"] = .directory
        host.files["/sys/block/loop3/diskseq"] = FakeFile("42\n")
        #expect(try loop.isThere(on: host))
        host.files["/sys/block/loop3/diskseq"] = FakeFile("43\n")
        #expect(try !loop.isThere(on: host))
    }
}
