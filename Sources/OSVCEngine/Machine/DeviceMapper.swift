/// The names of LVM volume groups, and of their devices: `vg-lv`, with each dash inside a name doubled.
public enum VolumeGroupName {
    /// Whether LVM allows the name (lvm(8)): letters, digits and `+_.-`, no dash at the beginning, not `.` or `..`.
    public static func isValid(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), name != ".", name != ".."
        else {
            return false
        }
        let others = Set("+_.-".utf8)
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: others.contains(byte)
            }
        }
    }

    /// A name as it is written inside a device mapper name: with each dash doubled.
    public static func escaped(_ name: some StringProtocol) -> String {
        name.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "--")
    }

    /// Whether a device mapper name belongs to a volume of the group: `vgsvc1-lvapp` of `vgsvc1`.
    public static func holds(_ group: String, device: String) -> Bool {
        let prefix = escaped(group) + "-"
        return device.begins(prefix)
            && !device.withoutFirst(bytes: prefix.utf8.count).begins("-")
    }

    /// `/dev/mapper/vg-lv` for `/dev/vg/lv`; nil for any other path.
    public static func mapperPath(_ path: String) -> String? {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 4, parts[0].isEmpty, parts[1] == "dev", parts[2] != "mapper",
            !parts[3].isEmpty
        else { return nil }
        return "/dev/mapper/\(escaped(parts[2]))-\(escaped(parts[3]))"
    }
}

extension Host {
    /// Whether any logical volume of the group is active, from /sys alone. Throws when /sys cannot be read.
    public func hasActiveVolumes(in group: String) throws(HostError) -> Bool {
        try !activeVolumes(in: group, atMost: 1).isEmpty
    }

    /// The kernel's names of the active logical volumes of a group: `dm-0`.
    func activeVolumes(in group: String, atMost limit: Int = .max) throws(HostError) -> [String] {
        var found: [String] = []
        for name in try directory("/sys/class/block") ?? [] where name.hasPrefix("dm-") {
            let folder = "/sys/class/block/\(name)/dm"
            // A device that has gone meanwhile has no files: it is not active.
            guard let device = try firstLine("\(folder)/name"),
                VolumeGroupName.holds(group, device: device)
            else { continue }
            if try firstLine("\(folder)/uuid")?.hasPrefix("LVM-") == true { found.append(name) }
            if found.count >= limit { break }
        }
        return found
    }

    /// The first line of a small file of the kernel; nil: the file does not exist.
    func firstLine(_ path: String) throws(HostError) -> String? {
        guard let bytes = try readFile(path, limit: 4096) else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
