/// What a service holds on this node, in `var/<service>/holds` (decisions.md 46).
///
/// A start writes each thing that it brought up, so that a stop finds it when the file, a name or an image has changed
/// since. A reboot makes the record void, so it is not synced to the disk.
///
/// The first line names the boot, each other one a resource and its thing; tabs separate the fields, which are
/// escaped as in mountinfo.
public struct HoldingRecord: Sendable, Equatable {
    /// One thing, with the resource that brought it up.
    public struct Item: Sendable, Equatable {
        public var resource: ResourceID
        public var thing: Holding

        public init(_ resource: ResourceID, _ thing: Holding) {
            self.resource = resource
            self.thing = thing
        }
    }

    /// The boot of the kernel in which it was written (random(4), `boot_id`).
    public var boot: String
    public var items: [Item]

    public init(boot: String, items: [Item] = []) {
        self.boot = boot
        self.items = items
    }

    /// Records of any size below this are read.
    static let sizeLimit = 1 << 20

    /// Nil when the text is not a record. A line that is not understood is left out.
    init?(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line in
            line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map(MountTable.unescape)
        }
        guard let first = lines.first, first.count == 2, first[0] == "boot" else { return nil }
        boot = first[1]
        items = lines.dropFirst().compactMap(Self.item)
    }

    private static func item(_ fields: [String]) -> Item? {
        guard fields.count > 2 else { return nil }
        let resource = ResourceID(fields[1])
        switch fields[0] {
        case "address" where fields.count == 5:
            guard let address = IPAddress(fields[3]), let prefix = Int(fields[4]) else {
                return nil
            }
            return Item(resource, .address(address, prefixLength: prefix, device: fields[2]))
        case "mount" where fields.count == 8:
            guard let major = Int(fields[3]), let minor = Int(fields[4]) else { return nil }
            let entry = MountEntry(
                source: fields[7],
                root: fields[5],
                mountPoint: fields[2],
                type: fields[6],
                device: DeviceNumber(major: major, minor: minor)
            )
            return Item(resource, .mount(entry))
        case "loop" where fields.count == 4:
            let sequence = fields[3].isEmpty ? nil : fields[3]
            return Item(resource, .loop(device: fields[2], sequence: sequence))
        default:
            return nil
        }
    }

    /// The contents of the file.
    var text: String {
        ([["boot", boot]] + items.map(Self.fields))
            .map { $0.map(Self.escaped).joined(separator: "\t") + "\n" }.joined()
    }

    private static func fields(_ item: Item) -> [String] {
        let id = item.resource.text
        switch item.thing {
        case .address(let address, let prefix, let device):
            return ["address", id, device, "\(address)", "\(prefix)"]
        case .mount(let entry):
            let number = entry.device
            return [
                "mount", id, entry.mountPoint, "\(number.major)", "\(number.minor)", entry.root,
                entry.type, entry.source,
            ]
        case .loop(let device, let sequence): return ["loop", id, device, sequence ?? ""]
        }
    }

    private static func escaped(_ field: String) -> String {
        var escaped = ""
        for scalar in field.unicodeScalars {
            switch scalar {
            case "\t": escaped += "\\011"
            case "\n": escaped += "\\012"
            case "\\": escaped += "\\134"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

extension HoldingRecord {
    /// The record of a service; nil: there is none, or it is not one that only root or the caller could write. What
    /// was written before this boot is left out.
    @EngineActor
    static func read(of service: String, in layout: Layout, on host: any Host)
        throws(HostError) -> HoldingRecord?
    {
        let path = layout.holdings(of: service)
        guard let bytes = try host.readOwnFile(path, limit: sizeLimit),
            let record = HoldingRecord(bytes)
        else { return nil }
        let boot = try host.bootID()
        return HoldingRecord(boot: boot, items: record.boot == boot ? record.items : [])
    }

    /// Replaces the record. Throws when that fails.
    @EngineActor
    func write(of service: String, in layout: Layout, on host: any Host) throws(HostError) {
        let path = layout.holdings(of: service)
        try host.makeDirectory(layout.state(of: service))
        try host.writeBriefFile(path, Array(text.utf8), mode: 0o640)
    }
}

extension HostFiles {
    /// The name of this boot of the kernel; empty: the kernel has none.
    func bootID() throws(HostError) -> String {
        let bytes = try readFile("/proc/sys/kernel/random/boot_id", limit: 1 << 16)
        return String(decoding: bytes ?? [], as: UTF8.self).filter { !$0.isWhitespace }
    }
}
