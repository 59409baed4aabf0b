/// Questions about files and directories, and changes of them.
@EngineActor
public protocol HostFiles {
    /// The file at a path, links followed; nil: nothing exists there.
    func fileInfo(_ path: String) throws(HostError) -> FileInfo?
    /// The contents of a file; nil: it does not exist. Throws `.tooLarge` above `limit` bytes.
    func readFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The first bytes of a regular file, at most `limit`; nil: there is none.
    func fileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// As `fileStart`, for a file that root owns and that nobody else could have written or put there; nil:
    /// there is none.
    func rootsFileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The contents of a file that only root and the caller could have written; nil: there is no such file.
    /// osvc reads its own state with it. A link at the path is not followed.
    func readOwnFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The path with all links resolved; nil: nothing exists there.
    func realPath(_ path: String) -> String?
    /// What is wrong with the path to a directory: it follows a link that others could have created. Nil:
    /// nothing is wrong.
    func problemOnTheWay(to directory: String) -> String?
    /// The target of a symbolic link, as it is written; nil: the path is not a link.
    func readLink(_ path: String) throws(HostError) -> String?
    /// The names in a directory, sorted by bytes; nil: there is no directory.
    func directory(_ path: String) throws(HostError) -> [String]?
    /// Creates a directory, mode 0755, and those above it that are missing.
    func makeDirectory(_ path: String) throws(HostError)
    /// Replaces a file as a whole: temporary file beside it, synced, renamed, directory synced.
    func writeFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError)
    /// As `writeFile`, without waiting for the disk: for what a reboot makes worthless.
    func writeBriefFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError)
    /// The same where nothing is at the path, else throws `.system` with EEXIST.
    func createBriefFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError)
    /// Removes a file. One that does not exist is no error.
    func removeFile(_ path: String) throws(HostError)
    /// Renames a regular file of `limit` bytes or more to `PATH.1`, `PATH.1` to `PATH.2` and so on, and keeps `count`
    /// of them. Who has the file open writes on to the renamed one. A file of `user` is accepted like one of root.
    func rotateFile(_ path: String, from limit: Int, keeping count: Int, of user: String?)
        throws(HostError)
    /// Creates a symbolic link. Throws when something exists at the path.
    func makeLink(to target: String, at path: String) throws(HostError)
}

extension HostFiles {
    /// The default: a machine that runs no daemons has no logs of them.
    public func rotateFile(_ path: String, from limit: Int, keeping count: Int, of user: String?)
        throws(HostError)
    {}
}

/// What stat(2) reports about a file.
public struct FileInfo: Sendable, Equatable {
    /// The type of a file, as far as osvc distinguishes it.
    public enum Kind: Sendable {
        /// A regular file, a directory, a block device; character devices, FIFOs and sockets are `other`.
        case file, directory, blockDevice, other
    }

    /// The type of the file.
    public var kind: Kind
    /// The size in bytes; 0 for files of /proc.
    public var size: Int
    /// The number of the owning user; 0 is root.
    public var owner: UInt32
    /// The permission bits, set-id and sticky bits included: 0 to 0o7777.
    public var mode: UInt32
    /// The time of the last change of the contents, in seconds since 1970.
    public var modified: Double
    /// For a device file the device that it represents, otherwise the device that contains the file.
    public var device: DeviceNumber

    public init(
        kind: Kind,
        size: Int = 0,
        owner: UInt32 = 0,
        mode: UInt32 = 0o644,
        modified: Double = 0,
        device: DeviceNumber = DeviceNumber(major: 0, minor: 0)
    ) {
        self.kind = kind
        self.size = size
        self.owner = owner
        self.mode = mode
        self.modified = modified
        self.device = device
    }
}

/// The number of a device, as the kernel shows it: `253:1`.
public struct DeviceNumber: Sendable, Hashable {
    /// The number of the driver.
    public var major: Int
    /// The number of the device within its driver.
    public var minor: Int

    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }
}
