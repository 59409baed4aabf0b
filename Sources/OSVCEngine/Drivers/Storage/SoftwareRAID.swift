/// A Linux software RAID array that is assembled on one node at a time (md(4), mdadm(8)).
///
/// Status reads /proc/mdstat. An array that works without all of its members is `warn`, and the note names
/// what is missing. A start takes the members that are visible, if they are enough for the data: one half
/// of a mirror across two sites must be able to start. It never forces members whose data disagrees.
public struct SoftwareRAID: Driver {
    public static let id = DriverID("disk.md")
    public static let section = "md"
    /// After loop files, which may be members; before volume groups, which may stand on the array.
    public static let startOrder = 25
    public static let summary =
        "A Linux software RAID array, assembled on one node."
        + " `AUTO -all` in mdadm.conf keeps udev from assembling it at boot."
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
            device = Self.device(of: uuid)
        } else {
            throw .badValue(
                owner: settings.owner,
                keyword: "uuid",
                problem: "uuid or dev is required",
                at: settings.position(of: "uuid")
            )
        }
    }

    /// The device of an array that has no name of its own.
    private static func device(of uuid: String) -> String {
        "/dev/md/" + uuid.replacing(":", with: "-")
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
    /// Not its device file: that is claimed by what stands on the array.
    public var claims: [Claim] {
        let names = device == uuid.map(Self.device(of:)) ? [] : [device]
        return ([uuid].compactMap(\.self) + names).map { Claim("array", $0) }
    }
    public var reach: [Ground]? { [.below(device), .named("/dev/md"), .below("/dev/disk")] }
    /// Its members may be loop devices of the service.
    public var footing: [String] { ["/dev/loop"] }

    /// What udev's links and /proc/mdstat show about the array.
    public enum Seen: Sendable, Equatable {
        /// The array is not assembled.
        case absent
        case present(MDArray)
        case unknown(String)
    }

    /// Follows the links of udev and reads /proc/mdstat.
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        do throws(HostError) {
            let table = try host.readFile("/proc/mdstat", limit: 1 << 20) ?? []
            let arrays = MDArray.all(in: String(decoding: table, as: UTF8.self))
            if let file = try file(on: host), let array = arrays.first(where: { $0.file == file }) {
                return .present(array)
            }
            guard purpose == .action, host.findProgram("mdadm") != nil else { return .absent }
            for array in arrays where !array.isActive {
                if try await isOurs(array, host) { return .present(array) }
            }
            return .absent
        } catch {
            return .unknown(error.description)
        }
    }

    /// The array may run under another name than `dev`: udev assembles what it finds as `/dev/md127`.
    @EngineActor
    private func file(on host: any Host) throws(HostError) -> String? {
        if let uuid, let file = host.realPath("/dev/disk/by-id/md-uuid-\(uuid)") { return file }
        guard let file = host.realPath(device) else { return nil }
        // Another array may have the name. The kernel writes the digits in other groups.
        let own = try host.firstLine("/sys/block/\(file.fileName)/md/uuid").map(Self.digits)
        return own == nil || uuid == nil || own == uuid.map(Self.digits) ? file : nil
    }

    private static func digits(_ uuid: String) -> String {
        uuid.filter { $0 != ":" && $0 != "-" }
    }

    /// An array that is not started has neither links nor a UUID in /sys; only mdadm can read whose it is.
    @EngineActor
    private func isOurs(_ array: MDArray, _ host: any Host) async throws(HostError) -> Bool {
        let detail = Command(
            ["mdadm", "--detail", "--export", array.file],
            limit: .seconds(10),
            logging: .quiet
        )
        let lines = try await host.run(detail).outputText.split(separator: "\n")
        if let uuid { return lines.contains { $0.lowercased() == "md_uuid=\(uuid)" } }
        return device.begins("/dev/md/") && lines.contains { $0 == "MD_DEVNAME=\(device.fileName)" }
    }

    /// Up when active and complete, down when not assembled, warn when degraded, broken, inactive or not readable.
    public func status(_ seen: Seen) -> StatusReport {
        switch seen {
        case .absent: return StatusReport(.down)
        case .unknown(let problem): return StatusReport(.warn, notes: [problem])
        case .present(let array):
            if !array.isActive {
                return StatusReport(.warn, notes: ["\(array.name) is assembled but not started"])
            }
            guard !array.missing.isEmpty else { return StatusReport(.up) }
            var report = StatusReport(.warn, notes: array.missing)
            if array.isUsable { report.wholeStatus = .up }
            return report
        }
    }

    /// Assembles the array without force; one that is assembled and inactive is stopped first.
    public func startSteps(_ seen: Seen) -> [Step] {
        if case .unknown(let problem) = seen { return [.fail(problem)] }
        var steps: [Step] = [
            .require(.programExists("mdadm"), orFail: "mdadm is not installed (package mdadm)")
        ]
        if case .present(let array) = seen {
            if array.isActive { return [.note(.info, "\(device) is already up")] }
            // Half assembled, by udev or by a start that was interrupted.
            steps.append(.run(Command(["mdadm", "--stop", array.file])))
        }
        let identity = uuid.map { ["--uuid=\($0)"] } ?? []
        return steps + [.run(Command(["mdadm", "--assemble", device] + identity))]
    }

    /// Stops the array. An unknown state is no reason not to try.
    public func stopSteps(_ seen: Seen) -> [Step] {
        switch seen {
        case .absent: [.note(.info, "\(device) is already down")]
        case .present(let array): [.run(Command(["mdadm", "--stop", array.file]))]
        case .unknown: [.run(Command(["mdadm", "--stop", device]))]
        }
    }
}

extension SoftwareRAID: DeviceHolding {
    /// The device file of the array, by whichever name it runs; empty when it is not assembled.
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        try file(on: host).map { [$0] } ?? []
    }
}
