/// Reads `/proc/self/mountinfo` (proc(5)).
enum MountTable {
    /// The mounts in the order of the text. Throws `.malformed` at a line that is not one of mountinfo.
    static func parse(_ text: [UInt8]) throws(HostError) -> [MountEntry] {
        var entries: [MountEntry] = []
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let entry = entry(line) else {
                throw .malformed(
                    subject: "/proc/self/mountinfo",
                    problem: "unknown line '\(String(decoding: line, as: UTF8.self))'"
                )
            }
            entries.append(entry)
        }
        return entries
    }

    /// `36 35 98:0 /root /point rw,noatime shared:1 - ext3 /dev/root rw,errors=continue`: between the sixth
    /// field and the dash there may be any number of fields.
    private static func entry(_ line: ArraySlice<UInt8>) -> MountEntry? {
        let fields = line.split(
            separator: UInt8(ascii: " "),
            omittingEmptySubsequences: false
        )
        guard fields.count >= 6, let id = number(fields[0]), let parent = number(fields[1]),
            let device = device(fields[2]),
            let dash = fields[6...].firstIndex(where: { $0.elementsEqual("-".utf8) }),
            dash + 3 < fields.count
        else { return nil }
        let type = unescape(fields[dash + 1])
        return MountEntry(
            source: unescape(fields[dash + 2]),
            root: unescape(fields[3]),
            mountPoint: unescape(fields[4]),
            type: type,
            isReadOnly: isReadOnly(fields[5]) || isReadOnly(fields[dash + 3]),
            device: device,
            id: id,
            parent: parent,
            isShared: fields[6..<dash].contains { $0.starts(with: "shared:".utf8) },
            fileSystemOptions: type == "btrfs" ? unescape(fields[dash + 3]) : ""
        )
    }

    private static func number(_ field: ArraySlice<UInt8>) -> UInt32? {
        UInt32(String(decoding: field, as: UTF8.self))
    }

    private static func device(_ field: ArraySlice<UInt8>) -> DeviceNumber? {
        guard let colon = field.firstIndex(of: UInt8(ascii: ":")),
            let major = Int(String(decoding: field[..<colon], as: UTF8.self)),
            let minor = Int(String(decoding: field[(colon + 1)...], as: UTF8.self))
        else { return nil }
        return DeviceNumber(major: major, minor: minor)
    }

    private static func isReadOnly(_ options: ArraySlice<UInt8>) -> Bool {
        options.split(separator: UInt8(ascii: ",")).contains { $0.elementsEqual("ro".utf8) }
    }

    /// Blanks, tabs, newlines, backslashes and `#` are written as `\` and three octal digits.
    static func unescape(_ field: ArraySlice<UInt8>) -> String {
        guard field.contains(UInt8(ascii: "\\")) else {
            return String(decoding: field, as: UTF8.self)
        }
        var bytes: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let code = octal(rest.prefix(3)) {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) else {
            return nil
        }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
