/// A regular file bound to a loop device, so that it can be used as a disk
/// (classic-resources.md section 9, `loop`).
public struct LoopFile: Driver {
    public static let id = DriverID("disk.loop")
    public static let section = "loop"
    public static let startOrder = StartPlace.loop
    public static let summary = "A file bound to a loop device."
    public static let showsStandby = false
    public static let keywords = [
        Keyword(
            "file",
            .path,
            required: true,
            summary: "The file behind the loop device.",
            example: "/srv/web.img"
        )
    ]

    /// The path of the file, as written.
    public let file: String

    public init(_ settings: Settings) throws(ConfigurationError) {
        file = try settings.requiredString("file")
    }

    public var label: String { file }
    public var claims: [Claim] { [.imageFile(file)] }
    public var reach: [Ground]? { [.named("/dev/loop"), .below("/dev/disk")] }
    public var footing: [String] { [file] }
    /// `losetup` asks by itself.
    public var impliedRequirements: [Step] {
        [.require(.pathExists(file), orFail: "\(file) does not exist")]
    }

    /// The loop devices of the file.
    public struct Seen: Sendable, Equatable {
        /// The devices bound to the file; an administrator may have bound it more than once.
        public var devices: [String]
        /// The number of each binding (`Holding.loop`), in the order of `devices`.
        public var sequences: [String?] = []
        /// Why the kernel's list could not be read; nil: it could.
        public var problem: String?

        public init(devices: [String] = [], problem: String? = nil) {
            self.devices = devices
            self.problem = problem
        }
    }

    /// Reads the kernel's list of loop devices.
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        do throws(HostError) {
            var seen = Seen(devices: try host.loopDevices(of: file).map(\.path))
            for device in seen.devices { seen.sequences.append(try host.diskSequence(of: device)) }
            return seen
        } catch {
            return Seen(problem: error.description)
        }
    }

    /// Up when at least one device is bound to the file.
    public func status(_ seen: Seen) -> StatusReport {
        if let problem = seen.problem { return StatusReport(.warn, notes: [problem]) }
        return StatusReport(seen.devices.isEmpty ? .down : .up)
    }

    /// Binds the file to the first free loop device.
    public func startSteps(_ seen: Seen) -> [Step] {
        if let problem = seen.problem { return [.fail(problem)] }
        guard seen.devices.isEmpty else { return [.note(.info, "\(file) is already up")] }
        return [.run(Command(["losetup", "-f", file])), .tellLoop(file: file)]
    }

    public func holdings(_ seen: Seen) -> [Holding] {
        zip(seen.devices, seen.sequences).map { .loop(device: $0, sequence: $1) }
    }

    /// Detaches all devices of the file. The kernel releases a loop device at its last close, which may come
    /// after the command.
    public func stopSteps(_ seen: Seen) -> [Step] {
        if let problem = seen.problem { return [.fail(problem)] }
        guard !seen.devices.isEmpty else { return [.note(.info, "\(file) is already down")] }
        return seen.devices.flatMap { device in
            // Only for this file: another process may have bound its own file to the device meanwhile.
            Self.detaching(device, until: .loopDetached(device, file: file))
        }
    }

    /// Detaches a device and waits until the kernel has released it.
    static func detaching(_ device: String, until isDetached: Probe) -> [Step] {
        [
            .run(Command(["losetup", "-d", device])),
            .waitUntil(
                isDetached,
                every: .milliseconds(100),
                limit: .seconds(5),
                orFail:
                    "\(device) is still in use: findmnt \(device), or lsof \(device), tells by what"
            ),
        ]
    }
}

extension LoopFile: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        try host.loopDevices(of: file).map(\.path)
    }
}
