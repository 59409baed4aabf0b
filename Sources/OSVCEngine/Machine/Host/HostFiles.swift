/// Files and directories.
@EngineActor
public protocol HostFiles {
    /// What is at a path, following links; nil: nothing.
    func fileInfo(_ path: String) throws(HostError) -> FileInfo?
    /// A whole file; nil: it does not exist. Throws `.tooLarge` beyond `limit` bytes.
    func readFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The first bytes of a regular file, at most `limit`; nil: there is none.
    func fileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The same of a file that root owns and nobody else could have written or put there.
    func rootsFileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// A whole file that only root and the caller could have written; nil: there is no such file. osvc reads
    /// its own state this way. Follows no link at the path.
    func readOwnFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The path with every link followed; nil: nothing is there.
    func realPath(_ path: String) -> String?
    /// What is wrong with the way to a directory that leads over a link: somebody else could have made it. Nil:
    /// nothing.
    func problemOnTheWay(to directory: String) -> String?
    /// The target of a symbolic link, as it was written; nil: there is no link at the path.
    func readLink(_ path: String) throws(HostError) -> String?
    /// The names in a directory, sorted; nil: there is no directory.
    func directory(_ path: String) throws(HostError) -> [String]?
    /// Makes a directory, and those above it that are missing.
    func makeDirectory(_ path: String) throws(HostError)
    /// Replaces a file whole: temporary file beside it, synced, renamed, directory synced.
    func writeFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError)
    /// Removes a file; one that is not there is no error.
    func removeFile(_ path: String) throws(HostError)
    /// Makes a symbolic link. The path must be free.
    func makeLink(to target: String, at path: String) throws(HostError)
}

/// What stat(2) reports of a file.
public struct FileInfo: Sendable, Equatable {
    public enum Kind: Sendable {
        case file, directory, blockDevice, other
    }

    public var kind: Kind
    /// Bytes.
    public var size: Int
    public var owner: UInt32
    public var mode: UInt32
    /// Seconds since 1970.
    public var modified: Double
    /// Of a device file: the device it stands for. Otherwise the device that holds the file.
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

/// The number of a device, as the kernel names it.
public struct DeviceNumber: Sendable, Hashable {
    public var major: Int
    public var minor: Int

    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }
}
