/// The syncs that osvc adds to a service without an entry in its file (classic-env.md section 3): `sync#i0` sends the
/// service's own files to the other nodes, `sync#i1` and `sync#i2` send files of the system to the recovery site.
public enum GeneratedSyncs {
    /// The section word of their ids, and of the syncs that a file may write.
    public static let section = "sync"
    static let service = ResourceID("sync#i0")
    static let system = [ResourceID("sync#i1"), ResourceID("sync#i2")]

    /// The generated syncs of a service with these nodes: `sync#i0` with more than one node, `sync#i1` and
    /// `sync#i2` with a recovery site.
    public static func ids(_ groups: NodeGroups) -> [ResourceID] {
        let names = Set(groups.nodes + groups.drpnodes)
        return (names.count > 1 ? [service] : []) + (groups.drpnodes.isEmpty ? [] : system)
    }

    /// Whether the id is that of a generated sync, on whatever service.
    public static func contains(_ id: ResourceID) -> Bool { ([service] + system).contains(id) }
}
