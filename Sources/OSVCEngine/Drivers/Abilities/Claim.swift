/// A thing that only one resource of a node can have at a time, such as an address or a mount point.
///
/// `osvc check` reports two resources of a service with the same claim.
public struct Claim: Sendable, Hashable {
    /// What the thing is, as the report names it: `mount point`. Claims of different kinds never clash.
    public let kind: String
    /// Which one: `/srv/data`. Names are compared by their bytes.
    public let name: String

    public init(_ kind: String, _ name: String) {
        self.kind = kind
        self.name = name
    }

    public static func address(_ name: String) -> Claim { Claim("address", name) }
    /// A block device, in the words of the service file.
    public static func device(_ path: String) -> Claim { Claim("device", path) }
    public static func mountPoint(_ path: String) -> Claim { Claim("mount point", path) }

    var isMountPoint: Bool { kind == "mount point" }
}
