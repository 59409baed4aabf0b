/// A file system mounted while the service is up (classic-resources.md section 4).
///
/// Status and steps follow from one reading of the mount table. A type that osvc does not know is left to
/// `mount`: it is treated as one on a device, and only its check is left out.
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
            summary:
                "The device (also UUID=, LABEL=, PARTUUID= or PARTLABEL=), image file, export or"
                + " directory to mount; /dev/null for tmpfs.",
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
            summary:
                "Whether a stop ends the processes that use this mount, or fails and names them. osvc,"
                + " what called it and pid 1 are never ended. A mount below, a loop device, a swap"
                + " file or an NFS export that keeps it busy is named, and nobody is ended.",
            example: "fail"
        ),
        Keyword(
            "kill_after",
            .duration,
            default: .duration(.seconds(5)),
            summary:
                "How long after TERM the processes that still use the mount get KILL; plan stop names them.",
            example: "30s"
        ),
    ]

    /// The type as `mount -t` takes it; nil: `mount` finds it out.
    public let type: String?
    /// The device, image file, export or directory to mount, as written.
    public let device: String
    /// The mount point without a final slash, as written.
    public let mountPoint: String
    let options: [String]
    let kind: FileSystemKind
    let tag: DeviceTag?
    let whenBusy: BusyMount
    let isClassic: Bool

    public init(_ settings: Settings) throws(ConfigurationError) {
        let type = settings.string("type") ?? ""
        self.type = type.isEmpty ? nil : type
        device = try settings.requiredString("dev")
        mountPoint = try settings.requiredString("mnt").withoutFinalSlash
        options = (settings.string("mnt_opt") ?? "").split(separator: ",").map(String.init)
        kind = FileSystemKind(type: self.type, options: options)
        tag = kind == .disk ? DeviceTag(device) : nil
        let killAfter = settings.duration("kill_after") ?? .seconds(5)
        whenBusy = settings.string("busy") == "fail" ? .fail : .end(killAfter: killAfter)
        isClassic = settings.service.isClassic
    }

    public var label: String { "\(device)@\(mountPoint)" }
    /// The mount point, so that a file system is mounted before those below it.
    public var sortKey: String? { mountPoint }

    /// The directory that has the mount point, the source, and what an overlay is made of.
    public var usedPaths: [String] {
        let layers = options.flatMap { option -> [String] in
            let parts = option.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, ["lowerdir", "upperdir", "workdir"].contains(parts[0]) else {
                return []
            }
            return parts[1].split(separator: ":").map(String.init)
        }
        return [mountPoint.folderAndName?.folder ?? mountPoint, device] + layers
    }

    /// A word such as tmpfs, a share, a directory and a part of a btrfs can be mounted twice.
    public var claims: [Claim] {
        let isOwnDevice = kind == .disk && type != "btrfs"
        return [.mountPoint(mountPoint)] + (isOwnDevice ? [.device(device)] : [])
    }
    public var reach: [Ground]? { [.below(mountPoint)] }
    public var footing: [String] { [device, mountPoint] }

    public struct Seen: Sendable, Equatable {
        /// What `dev` is now.
        public var source: MountSource
        /// The mount of this file system; nil: it is not mounted.
        public var mount: MountEntry?
        /// Another mount at the mount point, in its place or over it, or one above that hides it; nil: there is none.
        public var occupant: MountEntry?
        /// The device that a tag such as `UUID=…` names; nil: there is none, or `dev` is no tag.
        public var tagged: String?
        /// Mounts inside this bind mount that are also in the directory that it shows, in mount order.
        public var copies: [MountEntry] = []
        /// Other mounts of the device; looked for only while it is not mounted here.
        public var elsewhere: [MountEntry] = []
        /// The mount points that a mount would hide.
        public var below: [String] = []
        /// Whether the mount accepts writes; true also when that was not asked.
        public var isWritable: Bool
        /// A note about what is at the path where earlier releases tested writes; nil: nothing.
        public var planted: String?
        /// Whether something exists at the mount point. It is looked at only when the file system is not
        /// mounted; otherwise true.
        public var mountPointExists: Bool
        /// The device for commands: links `/dev/disk/by-*` are resolved.
        public var commandDevice: String
        /// The installed ones among the programs that may be needed: `e2fsck`, `btrfs`; asked only for an action.
        public var programs: Set<String>
        /// Why nothing could be seen; nil: it could.
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

        /// A message about a mount that covers it; nil: there is none. A covered mount cannot be reached, nor
        /// unmounted first.
        var cover: String? {
            mount == nil ? nil : occupant?.coverProblem
        }
    }

    public func holdings(_ seen: Seen) -> [Holding] { seen.mount.map { [.mount($0)] } ?? [] }

    /// Reads the mount table and looks at the device. No program is started, except `dmsetup` for a disk with
    /// several paths.
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

    /// Up when mounted, not covered and writable; down when not mounted; warn for the rest. The device that a tag
    /// names is shown in any case.
    public func status(_ seen: Seen) -> StatusReport {
        var report = state(seen)
        if let device = seen.tagged { report.details = ["\(self.device) is \(device)"] }
        return report
    }

    private func state(_ seen: Seen) -> StatusReport {
        if let problem = seen.problem { return StatusReport(.warn, notes: [problem]) }
        guard seen.mount != nil else {
            return doubt(seen).map { StatusReport(.warn, notes: [$0]) } ?? StatusReport(.down)
        }
        if let cover = seen.cover { return StatusReport(.warn, notes: [cover]) }
        return seen.isWritable
            ? StatusReport(.up, notes: seen.planted.map { [$0] } ?? [])
            : StatusReport(.warn, notes: ["fs is not writable"])
    }

    /// Checks the device, creates the mount point, checks the file system and mounts it. Fails when something
    /// else is mounted there or below.
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
        if !seen.below.isEmpty {
            let places = seen.below.joined(separator: ", ")
            let which = seen.below.count == 1 ? "it" : "them"
            let problem = "would hide what is mounted on \(places): umount \(which) first"
            return [.fail("\(mountPoint) \(problem)")]
        }
        let mountPointSteps: [Step] = seen.mountPointExists ? [] : [.makeMountPoint(mountPoint)]
        return deviceSteps(seen) + mountPointSteps + checkSteps(seen) + [mountStep(seen)]
    }

    /// Unmounts it, unless something covers it. A mount point behind a link is unmounted by its real path. Fails also
    /// when its device is mounted at another place only: the node has not let go of it.
    public func stopSteps(_ seen: Seen) -> [Step] {
        if let problem = seen.problem { return [.fail(problem)] }
        guard let mount = seen.mount else {
            if let doubt = doubt(seen) { return [.fail(doubt)] }
            if let first = seen.elsewhere.first {
                return [.fail(first.problem(stillOn: seen.elsewhere))]
            }
            return [.note(.info, "fs(\(device) \(mountPoint)) is already umounted")]
        }
        if let cover = seen.cover { return [.fail(cover)] }
        return copySteps(seen) + [
            .unmount(mount.mountPoint, whenBusy: whenBusy, freesDevice: kind.isOwnDevice(of: type))
        ]
    }
}
