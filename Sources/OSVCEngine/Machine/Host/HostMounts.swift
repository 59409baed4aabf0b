/// Questions about mounts and loop devices.
@EngineActor
public protocol HostMounts {
    /// The mount table of this mount namespace, in mount order.
    func mounts() throws(HostError) -> [MountEntry]
    /// The loop devices that are bound to a file.
    func loopDevices() throws(HostError) -> [LoopDevice]
    /// Whether the file system at a mount point accepts writes, as far as that can be known without writing: a
    /// write to a frozen file system waits until it is thawed, and no signal ends that wait.
    func isWritable(below mountPoint: String) -> Bool
    /// The processes that use this mount, and not another mount of the same file system.
    func users(of mountPoint: String) throws(HostError) -> MountUse
    /// Thaws a file system (fsfreeze(8)). Returns false when it was not frozen, or still is.
    func thaw(_ mountPoint: String) async throws(HostError) -> Bool
}

extension HostMounts {
    /// The default for machines without frozen file systems: false.
    public func thaw(_ mountPoint: String) async throws(HostError) -> Bool { false }
}

/// The processes that use a mount by their working directory, root directory, program, open files, mapped files or
/// sockets.
public struct MountUse: Sendable, Equatable {
    /// osvc itself, the processes that called it, and pid 1. Nothing may end them.
    public var callers: [ProcessEntry]
    /// All other processes.
    public var others: [ProcessEntry]

    public init(callers: [ProcessEntry] = [], others: [ProcessEntry] = []) {
        self.callers = callers
        self.others = others
    }
}

/// One mount of the mount table.
public struct MountEntry: Sendable, Equatable {
    /// The source of the mount: `/dev/loop0`, `tmpfs`.
    public var source: String
    /// The directory within the source's file system that is mounted: `/`, except for bind mounts.
    public var root: String
    /// The directory at which it is mounted, as the kernel names it.
    public var mountPoint: String
    /// The type of the file system: `ext4`.
    public var type: String
    /// Whether the mount or its file system has the option `ro`.
    public var isReadOnly: Bool
    /// The device number in the mount table. Files of a btrfs subvolume report another one.
    public var device: DeviceNumber
    /// The number of the mount, unique while it is mounted; 0: not known.
    public var id: UInt32
    /// The number of the mount that contains its mount point.
    public var parent: UInt32
    /// Whether mounts on its directories appear in other mounts, too (mount_namespaces(7)).
    public var isShared: Bool
    /// The options of the file system, joined by commas. Only for btrfs, otherwise empty.
    public var fileSystemOptions: String

    public init(
        source: String,
        root: String = "/",
        mountPoint: String,
        type: String,
        isReadOnly: Bool = false,
        device: DeviceNumber = DeviceNumber(major: 0, minor: 0),
        id: UInt32 = 0,
        parent: UInt32 = 0,
        isShared: Bool = false,
        fileSystemOptions: String = ""
    ) {
        self.source = source
        self.root = root
        self.mountPoint = mountPoint
        self.type = type
        self.isReadOnly = isReadOnly
        self.device = device
        self.id = id
        self.parent = parent
        self.isShared = isShared
        self.fileSystemOptions = fileSystemOptions
    }
}

extension MountEntry {
    /// Whether both show the same directory of the same file system.
    func isSameFileSystem(_ other: MountEntry) -> Bool {
        device == other.device && type == other.type && root.isSame(other.root)
    }

    /// A message about this mount, which covers a mount of the service.
    var coverProblem: String {
        "\(source) (\(type)) is mounted over it on \(mountPoint): umount"
            + " \(ShellWord.quoted(mountPoint)) first"
    }

    /// A message about this mount, whose file system `mounts` show, too.
    func problem(stillOn mounts: [MountEntry]) -> String {
        let places = mounts.map(\.mountPoint)
        let hint = places.map { "umount \(ShellWord.quoted($0))" }.joined(separator: ", ")
        return "\(source) (\(type)) is still mounted on \(places.joined(separator: ", ")): \(hint)"
    }
}

/// A loop device and the file that it is bound to.
public struct LoopDevice: Sendable, Equatable {
    /// `/dev/loop0`.
    public var path: String
    /// The file, as the kernel names it.
    public var file: String

    public init(path: String, file: String) {
        self.path = path
        self.file = file
    }
}
