/// A file system mounted while the service is up (classic-resources.md section 4).
///
/// Status and steps follow from one reading of the mount table. A type that osvc does not know is left
/// to `mount`: it is taken for one on a device, and only its check is left out.
public struct FSMount: Driver {
    public static let id = DriverID("fs")
    public static let section = "fs"
    public static let startOrder = StartPlace.fileSystem
    public static let summary = "A mounted file system."
    public static let keywords = [
        Keyword(
            "type",
            .string,
            summary: "The type as mount knows it; bind shows a directory at a second place.",
            example: "ext4"
        ),
        Keyword(
            "dev",
            .string,
            required: true,
            summary: "The device, image file, export or directory to mount; /dev/null for tmpfs.",
            example: "/dev/vgsvc1/lvdata"
        ),
        Keyword(
            "mnt",
            .path,
            required: true,
            summary: "The mount point; start creates it when it is missing.",
            example: "/srv/data"
        ),
        Keyword(
            "mnt_opt",
            .string,
            summary: "The options of mount, joined by commas.",
            example: "noatime,nodev"
        ),
        Keyword(
            "busy",
            .choice(["kill", "fail"]),
            default: .string("kill"),
            summary: "Whether a stop ends the processes that use the mount, or fails.",
            example: "fail"
        ),
        Keyword(
            "kill_after",
            .duration,
            default: .duration(.seconds(5)),
            summary: "How long after TERM the processes that use the mount get KILL.",
            example: "30s"
        ),
    ]

    public let type: String?
    public let device: String
    public let mountPoint: String
    let options: [String]
    let kind: FileSystemKind
    private let whenBusy: BusyMount
    private let isClassic: Bool

    public init(_ settings: Settings) throws(ConfigurationError) {
        let type = settings.string("type") ?? ""
        self.type = type.isEmpty ? nil : type
        device = try settings.requiredString("dev")
        mountPoint = try settings.requiredString("mnt").withoutFinalSlash
        options = (settings.string("mnt_opt") ?? "").split(separator: ",").map(String.init)
        kind = FileSystemKind(type: self.type, options: options)
        let killAfter = settings.duration("kill_after") ?? .seconds(5)
        whenBusy = settings.string("busy") == "fail" ? .fail : .end(killAfter: killAfter)
        isClassic = settings.service.isClassic
    }

    public var label: String { "\(device)@\(mountPoint)" }
    public var sortKey: String? { mountPoint }

    /// A word such as tmpfs, a share, a directory and a part of a btrfs can be mounted twice.
    public var claims: [Claim] {
        let isOwnDevice = kind == .disk && type != "btrfs"
        return [.mountPoint(mountPoint)] + (isOwnDevice ? [.device(device)] : [])
    }

    public struct Seen: Sendable, Equatable {
        public var source: MountSource
        /// The line of the mount table that is this file system; nil: it is not mounted.
        public var mount: MountEntry?
        /// What else is mounted there: in its place, or over it.
        public var occupant: MountEntry?
        public var isWritable: Bool
        /// What its owner put where earlier releases wrote to try whether it takes writes; nil: nothing.
        public var planted: String?
        public var mountPointExists: Bool
        /// The device as commands are given it: `/dev/disk/by-*` followed.
        public var commandDevice: String
        /// Which of the programs that may be needed are installed: `e2fsck`, `btrfs`.
        public var programs: Set<String>
        /// Why nothing could be seen.
        public var problem: String?

        public init(
            source: MountSource,
            mount: MountEntry? = nil,
            occupant: MountEntry? = nil,
            isWritable: Bool = true,
            planted: String? = nil,
            mountPointExists: Bool = true,
            commandDevice: String,
            programs: Set<String> = [],
            problem: String? = nil
        ) {
            self.source = source
            self.mount = mount
            self.occupant = occupant
            self.isWritable = isWritable
            self.planted = planted
            self.mountPointExists = mountPointExists
            self.commandDevice = commandDevice
            self.programs = programs
            self.problem = problem
        }

        /// What is mounted over it; nil: nothing. What is below cannot be reached, nor unmounted first.
        var cover: String? {
            guard let mount, let occupant else { return nil }
            let place = mount.mountPoint
            return "\(occupant.source) (\(occupant.type)) is mounted over it on \(place): umount"
                + " \(ShellWord.quoted(place)) first"
        }
    }

    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        let isByName = device.begins("/dev/disk/by-")
        var seen = Seen(
            source: .missing,
            commandDevice: isByName ? host.realPath(device) ?? device : device
        )
        do throws(HostError) {
            try await look(host, for: purpose, into: &seen)
        } catch {
            seen.problem = error.description
        }
        guard purpose == .action else { return seen }
        seen.programs = Set(["e2fsck", "btrfs"].filter { host.findProgram($0) != nil })
        return seen
    }

    public func status(_ seen: Seen) -> StatusReport {
        if let problem = seen.problem { return StatusReport(.warn, notes: [problem]) }
        guard seen.mount != nil else { return StatusReport(.down) }
        if let cover = seen.cover { return StatusReport(.warn, notes: [cover]) }
        return seen.isWritable
            ? StatusReport(.up, notes: seen.planted.map { [$0] } ?? [])
            : StatusReport(.warn, notes: ["fs is not writable"])
    }

    public func startSteps(_ seen: Seen) -> [Step] {
        if let problem = seen.problem { return [.fail(problem)] }
        if let cover = seen.cover { return [.fail(cover)] }
        if seen.mount != nil {
            return [.note(.info, "fs(\(device) \(mountPoint)) is already mounted")]
                + (seen.planted.map { [.note(.warning, $0)] } ?? [])
        }
        if let occupant = seen.occupant {
            let problem = "\(occupant.source) is already mounted on \(mountPoint)"
            return [.fail(problem)]
        }
        let mountPointSteps: [Step] = seen.mountPointExists ? [] : [.makeMountPoint(mountPoint)]
        return deviceSteps + mountPointSteps + checkSteps(seen) + [mountStep(seen)]
    }

    /// A mount point behind a link is shown, and unmounted, where it really is.
    public func stopSteps(_ seen: Seen) -> [Step] {
        if let problem = seen.problem { return [.fail(problem)] }
        guard let mount = seen.mount else {
            return [.note(.info, "fs(\(device) \(mountPoint)) is already umounted")]
        }
        if let cover = seen.cover { return [.fail(cover)] }
        return [.unmount(mount.mountPoint, whenBusy: whenBusy)]
    }
}

extension FSMount {
    // MARK: Start

    private var deviceSteps: [Step] {
        guard needsDevice else { return [] }
        return [.require(.pathExists(device), orFail: "device does not exist \(device)")]
    }

    /// Where the source is only a word a path is one nevertheless; a classic file must name something that
    /// is there, `/dev/null` for tmpfs (classic-resources.md section 4, Start).
    private var needsDevice: Bool {
        switch kind {
        case .disk, .bind: true
        case .network: false
        case .sourceless: type != "zfs" && type != "advfs" && (isClassic || device.isAbsolutePath)
        }
    }

    /// The scan looks at every disk of the machine and fails for one that vanishes meanwhile, as another
    /// service's loop device does when that is stopped. Whether this file system has its disks `mount` says.
    private static let scan = Command(
        ["btrfs", "device", "scan"],
        accepting: Set(0...255),
        logging: .exactlyWarn
    )

    /// `e2fsck -p` may say that it repaired something (1), or that it was cancelled (32). That nobody
    /// checks a type is said of every type, also where there is nothing to check, as it always was.
    private func checkSteps(_ seen: Seen) -> [Step] {
        var steps: [Step] = []
        if type == "btrfs" {
            steps.append(
                seen.programs.contains("btrfs")
                    ? .run(Self.scan) : .note(.warning, "btrfs not found. bypass.")
            )
        }
        guard kind != .bind, let type, let checker = FileSystemKind.checker(of: type) else {
            return steps + [.note(.info, "fsck not implemented for \(type ?? "")")]
        }
        guard seen.programs.contains(checker) else {
            return steps + [.note(.warning, "\(type) not found. bypass.")]
        }
        let words = [checker, "-p", source(seen)]
        return steps + [.run(Command(words, accepting: [0, 1, 32, 33], logging: .exactly))]
    }

    private func mountStep(_ seen: Seen) -> Step {
        var words = ["mount"]
        var options = options
        if type == "bind" && !options.contains("bind") && !options.contains("rbind") {
            options.insert("bind", at: 0)
        } else if let type {
            words += ["-t", type]
        }
        if source(seen) != seen.commandDevice {
            options.removeAll { $0 == "loop" || $0.hasPrefix("loop=") }
        }
        if !options.isEmpty { words += ["-o", options.joined(separator: ",")] }
        return .run(Command(words + [source(seen), mountPoint]))
    }

    /// What is checked and mounted: for a file that a loop device already shows, that device.
    private func source(_ seen: Seen) -> String {
        if case .file(let loops) = seen.source, let loop = loops.first { return loop.path }
        return seen.commandDevice
    }
}
