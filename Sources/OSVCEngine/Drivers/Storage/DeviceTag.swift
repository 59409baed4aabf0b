/// A device that is named by what is written on it: `UUID=…`, `LABEL=…`, `PARTUUID=…`, `PARTLABEL=…` (fstab(5)).
struct DeviceTag {
    private let name: String
    private let value: String

    /// Nil: the text is another kind of source.
    init?(_ text: String) {
        guard let equals = text.firstIndex(of: "="),
            ["UUID", "LABEL", "PARTUUID", "PARTLABEL"].contains(text[..<equals])
        else { return nil }
        name = String(text[..<equals])
        let value = text[text.index(after: equals)...]
        let isQuoted = value.count > 1 && value.hasPrefix("\"") && value.hasSuffix("\"")
        self.value = String(isQuoted ? value.dropFirst().dropLast() : value)
    }

    /// The link that udev makes.
    private var link: String { "/dev/disk/by-\(name.lowercased())/\(Self.escaped(value))" }

    /// The name as udev writes it: bytes of ASCII that are no letters, digits or `#+-.:=@_` as `\x20`.
    private static func escaped(_ value: String) -> String {
        let plain = Set("#+-.:=@_".utf8)
        let bytes = value.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x80...0xff: return [byte]
            case _ where plain.contains(byte): return [byte]
            default:
                let code = String(byte, radix: 16)
                return Array(("\\x" + (code.count < 2 ? "0" : "") + code).utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The path of the device that udev has made a link to; nil: there is none.
    @EngineActor
    func linked(on host: any Host) -> String? { host.realPath(link) }

    /// The path of the device; nil: there is none. Where udev has made no link, `blkid` reads the disks, if that is
    /// allowed; its cache may be out of date.
    @EngineActor
    func device(on host: any Host, askingDisks: Bool) async -> String? {
        if let path = linked(on: host) { return path }
        guard askingDisks, host.findProgram("blkid") != nil else { return nil }
        let command = Command(
            ["blkid", "-c", "/dev/null", "-l", "-o", "device", "-t", "\(name)=\(value)"],
            limit: .seconds(10),
            killAfter: .seconds(1),
            logging: .quiet
        )
        guard let result = try? await host.run(command), result.code == 0 else { return nil }
        let path = result.outputText.prefix { $0 != "\n" }
        return path.isEmpty ? nil : String(path)
    }
}
