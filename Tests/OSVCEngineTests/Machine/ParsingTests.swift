@testable import OSVCEngine
import Testing

/// The texts and packets that the machine gives, from examples of them.
@Suite struct ParsingTests {
    @Test
    func
        `a mount table is read with its escapes and roots, and whose mount or file system is read-only`()
        throws
    {
        let text = #"""
            21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
            36 21 0:31 / /srv/a\040b\134c\011d ro,noatime master:2 propagate_from:1 - tmpfs tmp\043fs rw,size=4k
            40 21 254:1 /data/x /mnt rw - ext4 /dev/vda1 ro,noatime
            """#
        let mounts = try MountTable.parse(Array(text.utf8))
        #expect(
            mounts == [
                MountEntry(
                    source: "/dev/vda1",
                    mountPoint: "/",
                    type: "ext4",
                    device: DeviceNumber(major: 254, minor: 1),
                    id: 21,
                    parent: 1,
                    isShared: true
                ),
                MountEntry(
                    source: "tmp#fs",
                    mountPoint: "/srv/a b\\c\td",
                    type: "tmpfs",
                    isReadOnly: true,
                    device: DeviceNumber(major: 0, minor: 31),
                    id: 36,
                    parent: 21
                ),
                MountEntry(
                    source: "/dev/vda1",
                    root: "/data/x",
                    mountPoint: "/mnt",
                    type: "ext4",
                    isReadOnly: true,
                    device: DeviceNumber(major: 254, minor: 1),
                    id: 40,
                    parent: 21
                ),
            ]
        )
    }

    @Test func `a mount without source keeps its empty field`() throws {
        let mounts = try MountTable.parse(Array("1 2 0:3 / /x rw - tmpfs  rw".utf8))
        #expect(mounts.first?.source == "")
    }

    @Test func `propagation, and the options of a btrfs`() throws {
        let text = """
            1 2 0:3 /@a /x rw shared:7 master:2 - btrfs /dev/x rw,subvolid=256,subvol=/@a
            2 1 0:4 / /y rw master:2 - tmpfs none rw,size=1m
            """
        let mounts = try MountTable.parse(Array(text.utf8))
        #expect(mounts.map(\.isShared) == [true, false])
        #expect(mounts.map(\.fileSystemOptions) == ["rw,subvolid=256,subvol=/@a", ""])
    }

    @Test(
        arguments: [
            "", "nonsense", "1 2 0:3 / /x rw tmpfs none rw", "1 2 03 / /x rw - tmpfs none rw",
            "1 2 0:3 / /x rw - tmpfs none", "x 2 0:3 / /x rw - tmpfs none rw",
        ]
    )
    func `a line that is no mount is an error, an empty table is none`(_ line: String) throws {
        if line.isEmpty {
            #expect(try MountTable.parse([]).isEmpty)
        } else {
            #expect(throws: HostError.self) { try MountTable.parse(Array(line.utf8)) }
        }
    }

    @Test func `the sockets below a directory are found by their paths`() {
        let text = """
            Num       RefCount Protocol Flags    Type St Inode Path
            0000000000000000: 00000002 00000000 00010000 0001 01 12345 /srv/d/my sock
            0000000000000000: 00000002 00000000 00010000 0001 01 12346 /srv/data/s
            0000000000000000: 00000002 00000000 00000000 0002 01  1234
            0000000000000000: 00000003 00000000 00000000 0001 03   777 @/srv/d/abstract
            """
        #expect(MountUsers.sockets(Array(text.utf8), below: "/srv/d") == ["socket:[12345]"])
    }

    @Test func `the hosts file gives all addresses of a name, in order, whatever its case`() {
        let file = HostsFile(
            """
            127.0.0.1 localhost
            # 192.0.2.9 web
            192.0.2.1\tweb web.example.org # the first
            2001:db8::1   WEB
            192.0.2.1 web
            not-an-address web
            192.0.2.2 other
            """,
            modified: nil
        )
        let web = ["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }
        #expect(file.addresses(of: "Web") == web)
        #expect(file.addresses(of: "web.example.org") == [web[0]])
        #expect(file.addresses(of: "the") == [])
    }

    @Test func `getent's answer is read once per address`() {
        let text = """
            192.0.2.1       STREAM web.example.org
            192.0.2.1       DGRAM
            2001:db8::1     STREAM
            """
        #expect(
            LinuxHost.parseAhosts(text)
                == ["192.0.2.1", "2001:db8::1"].compactMap { IPAddress($0) }
        )
    }

    @Test func `a user is found by name or number, with home and group`() {
        let text = "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:a:b:/srv/web\nbad:x:y:0::/:\n"
        #expect(Account.parse(text, name: "root")?.home == "/root")
        #expect(Account.parse("web:x:33:34:gecos:/srv:/bin/sh", name: "33")?.group == 34)
        #expect(Account.parse(text, name: "bad") == nil)
        #expect(Account.parse(text, name: "ro") == nil)
    }

    @Test func `a process name with blanks and parentheses shifts no field`() throws {
        let text = "17 (a b) c) R 4 5 6 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 98765 1000 10 0"
        let status = try #require(ProcessStat(Array(text.utf8)))
        #expect(status.parent == 4)
        #expect(status.group == 5)
        #expect(status.startTime == 98765)
        #expect(!status.isDead)
        #expect(ProcessStat(Array("17 (x) Z 1".utf8)) == nil)
    }

    @Test func `a device number is split as the kernel packs it`() {
        #expect(DeviceNumber(raw: 0x701) == DeviceNumber(major: 7, minor: 1))
        // What makedev(259, 300) gives.
        #expect(DeviceNumber(raw: 0x11032c) == DeviceNumber(major: 259, minor: 300))
    }

    @Test func `a call's mark is found in an environment, also below other marks`() {
        let mark = CallMark(number: 4)
        let own = Array("A=1\0\(mark.assignment)\0B=2\0".utf8)
        #expect(mark.isIn(own))
        #expect(mark.isIn(Array("\(mark.assignment)/977-a-b\0".utf8)))
        #expect(!mark.isIn(Array("\(mark.assignment)5\0".utf8)))
        #expect(!mark.isIn(Array("X\(mark.assignment)\0".utf8)))
        #expect(!CallMark(number: 5).isIn(own))
        #expect(!mark.isIn([]))
    }
}
