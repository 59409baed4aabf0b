/// A thing that only one resource of a node can have at a time, such as an address or a mount point.
///
/// `osvc check` reports two resources of a service with the same claim.
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

    var isMountPoint: Bool { kind == Self.mountPoint }

    private static let mountPoint = "mount point"
}
