/// The syncs that a service has without a word in its file (classic-env.md section 3): `sync#i0` sends its
/// own files to the other nodes, `sync#i1` and `sync#i2` files of the system to the recovery site.
public enum GeneratedSyncs {
    public static let section = "sync"
    static let service = ResourceID("sync#i0")
    static let system = [ResourceID("sync#i1"), ResourceID("sync#i2")]

    /// Those that a service of these nodes has.
    public static func ids(_ groups: NodeGroups) -> [ResourceID] {
        let names = Set(groups.nodes + groups.drpnodes)
        return (names.count > 1 ? [service] : []) + (groups.drpnodes.isEmpty ? [] : system)
    }

    public static func contains(_ id: ResourceID) -> Bool { ([service] + system).contains(id) }
}
