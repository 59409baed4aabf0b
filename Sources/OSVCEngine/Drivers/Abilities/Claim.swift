/// A thing that only one resource of a node can have at a time, such as an address or a mount point.
///
/// `osvc check` reports two resources of a service with the same claim, and two services of a node (`NodeClaims`).
public struct Claim: Sendable, Hashable {
    /// What the thing is, as the report names it: `mount point`. Claims of different kinds never clash.
    public let kind: String
    /// Compared by its bytes, as the kernel compares paths.
    private let key: PathKey

    /// Which one: `/srv/data`.
    public var name: String { key.text }

    public init(_ kind: String, _ name: String) {
        self.kind = kind
        key = PathKey(name)
    }

    public static func address(_ name: String) -> Claim { Claim("address", name) }
    /// A block device, in the words of the service file.
    public static func device(_ path: String) -> Claim { Claim("device", path) }
    public static func mountPoint(_ path: String) -> Claim { Claim(mountPoint, path) }

    /// A regular file that is used as a disk, as `device` by other words: a service may mount the file that its loop
    /// device shows.
    public static func imageFile(_ path: String) -> Claim { Claim(imageFile, path) }
    /// The file by which a program finds its process.
    public static func pidFile(_ path: String) -> Claim { Claim("pid file", path) }

    var isMountPoint: Bool { kind == Self.mountPoint }
    var isAddress: Bool { kind == Self.address("").kind }
    /// Whether it is a disk, which two services name in different ways.
    var isDisk: Bool { kind == Self.imageFile || kind == Self.device("").kind }

    private static let mountPoint = "mount point"
    private static let imageFile = "image file"
}
