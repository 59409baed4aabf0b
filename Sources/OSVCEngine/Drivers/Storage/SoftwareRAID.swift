/// A Linux software RAID array that is assembled on one node at a time (md(4), mdadm(8)).
///
/// Status reads /proc/mdstat only. An array that works without all of its members is `warn`, and the
/// note names what is missing. Start never forces: an array that lacks members which were there when it
/// last ran stays inactive, because the members that are visible may hold old data.
public struct SoftwareRAID: Driver {
    public static let id = DriverID("disk.md")
    public static let section = "md"
    /// After loop files, which may be members; before volume groups, which may stand on the array.
    public static let startOrder = 25
    public static let summary = "A Linux software RAID array, assembled on one node."
    public static let keywords = [
        Keyword(
            "uuid",
            .string,
            summary: "The identity of the array, as `mdadm --detail` prints it.",
            example: "3aaa0122:29827cfa:5331ad66:ca767371"
        ),
        Keyword(
            "dev",
            .path,
            summary: "The device file of the array. Without `uuid`, mdadm.conf must describe it.",
            example: "/dev/md/data"
        ),
    ]

    /// In small letters: `3aaa0122:29827cfa:5331ad66:ca767371`. Nil: mdadm.conf knows the members of `device`.
    let uuid: String?
    let device: String

    public init(_ settings: Settings) throws(ConfigurationError) {
        uuid = settings.string("uuid")?.lowercased()
        if let uuid, !Self.isUUID(uuid) {
            throw .badValue(
                owner: settings.owner,
                keyword: "uuid",
                problem:
                    "'\(uuid)' is not an array's UUID: four groups of eight hexadecimal digits",
                at: settings.position(of: "uuid")
            )
        }
        if let written = settings.string("dev") {
            device = written
        } else if let uuid {
            device = "/dev/md/" + uuid.replacing(":", with: "-")
        } else {
            throw .badValue(
                owner: settings.owner,
                keyword: "uuid",
                problem: "uuid or dev is required",
                at: settings.position(of: "uuid")
            )
        }
    }

    private static func isUUID(_ text: String) -> Bool {
        let groups = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        return groups.count == 4
            && groups.allSatisfy { group in
                group.count == 8
                    && group.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            }
    }

    public var label: String { device }

    public enum Seen: Sendable, Equatable {
    /// Not its device file: that is claimed by what stands on the array.
    public var claims: [Claim] { [Claim("array", uuid ?? device)] }
        case absent
        /// `file` is the array's device file: `/dev/md127`.
        case present(MDArray, file: String)
        case unknown(String)
    }

    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        do throws(HostError) {
            guard let file = try file(on: host) else { return .absent }
            let table = try host.readFile("/proc/mdstat", limit: 1 << 20) ?? []
            let arrays = MDArray.all(in: String(decoding: table, as: UTF8.self))
            guard let array = arrays.first(where: { "/dev/\($0.name)" == file }) else {
                return .absent
            }
            return .present(array, file: file)
        } catch {
            return .unknown(error.description)
        }
    }

    /// The array may run under another name than `dev`: udev assembles what it finds as `/dev/md127`.
    @EngineActor
    private func file(on host: any Host) throws(HostError) -> String? {
        let links = (uuid.map { ["/dev/disk/by-id/md-uuid-\($0)"] } ?? []) + [device]
        for link in links where try host.fileInfo(link) != nil {
            return host.realPath(link) ?? link
        }
        return nil
    }

    public func status(_ seen: Seen) -> StatusReport {
        switch seen {
        case .absent: return StatusReport(.down)
        case .unknown(let problem): return StatusReport(.warn, notes: [problem])
        case .present(let array, _):
            if !array.isActive {
                return StatusReport(.warn, notes: ["\(array.name) is assembled but not started"])
            }
            guard !array.missing.isEmpty else { return StatusReport(.up) }
            var report = StatusReport(.warn, notes: array.missing)
            report.isDegraded = true
            return report
        }
    }

    public func startSteps(_ seen: Seen) -> [Step] {
        if case .unknown(let problem) = seen { return [.fail(problem)] }
        var steps: [Step] = [
            .require(.programExists("mdadm"), orFail: "mdadm is not installed (package mdadm)")
        ]
        if case .present(let array, let file) = seen {
            if array.isActive { return [.note(.info, "\(device) is already up")] }
            // Half assembled, by udev or by a start that was interrupted.
            steps.append(.run(Command(["mdadm", "--stop", file])))
        }
        let identity = uuid.map { ["--uuid=\($0)"] } ?? []
        return steps + [.run(Command(["mdadm", "--assemble", device] + identity))]
    }

    public func stopSteps(_ seen: Seen) -> [Step] {
        switch seen {
        case .absent: [.note(.info, "\(device) is already down")]
        case .present(_, let file): [.run(Command(["mdadm", "--stop", file]))]
        case .unknown: [.run(Command(["mdadm", "--stop", device]))]
        }
    }
}

extension SoftwareRAID: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        try file(on: host).map { [$0] } ?? []
    }
}

/// One array in /proc/mdstat (md(4)).
public struct MDArray: Sendable, Equatable {
    /// `md127`: the file is `/dev/md127`.
    public var name: String
    public var isActive: Bool
    /// The members that the kernel marks as faulty: `sdb1`.
    public var faulty: [String]
    /// Which members work, by slot: `[U_]` is true, false. Empty for levels without redundancy.
    public var slots: [Bool]

    public init(name: String, isActive: Bool, faulty: [String] = [], slots: [Bool] = []) {
        self.name = name
        self.isActive = isActive
        self.faulty = faulty
        self.slots = slots
    }

    /// What the array works without, a line each; empty: it is whole.
    var missing: [String] {
        let empty = slots.indices.filter { !slots[$0] }
        let lost = faulty.map { "member \($0) has failed" }
        guard empty.count > faulty.count else { return lost }
        let places = empty.map(String.init).joined(separator: ", ")
        return lost + ["degraded: no member in slot \(places) of 0 to \(slots.count - 1)"]
    }

    /// Reads `/proc/mdstat`. Lines that do not describe an array are skipped.
    public static func all(in table: String) -> [MDArray] {
        var arrays: [MDArray] = []
        for line in table.split(separator: "\n") {
            if line.hasPrefix(" ") {
                if let slots = slots(in: line), !arrays.isEmpty {
                    arrays[arrays.count - 1].slots = slots
                }
            } else if let array = MDArray(line) {
                arrays.append(array)
            }
        }
        return arrays
    }

    /// `md0 : active raid1 loop1[1] loop0[0](F)`
    private init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard words.count > 2, words[0].hasPrefix("md"), words[1] == ":",
            words[2] == "active" || words[2] == "inactive"
        else { return nil }
        name = String(words[0])
        isActive = words[2] == "active"
        faulty = words.filter { $0.hasSuffix("(F)") }
            .compactMap { $0.split(separator: "[").first.map(String.init) }
        slots = []
    }

    /// The `[U_]` of `102272 blocks super 1.2 [2/1] [U_]`.
    private static func slots(in line: Substring) -> [Bool]? {
        line.split(separator: " ").lazy.compactMap { word -> [Bool]? in
            guard word.hasPrefix("["), word.hasSuffix("]"), word.count > 2 else { return nil }
            let inner = word.dropFirst().dropLast()
            guard inner.allSatisfy({ $0 == "U" || $0 == "_" }) else { return nil }
            return inner.map { $0 == "U" }
        }.first
    }
}
