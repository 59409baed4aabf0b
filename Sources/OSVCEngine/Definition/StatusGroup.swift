/// A group of resources whose statuses are summed (classic-status.md section 3). The first word of a driver's id names
/// its group.
public enum StatusGroup: String, Sendable, CaseIterable {
    case container, ip, disk, fs, share, sync, app
    /// Heartbeats of cluster software.
    case hb
    /// Links for the fencing of nodes; neither shown nor counted.
    case stonith

    /// Those that are shown, in the order of `json status`.
    public static let shown = allCases.filter { $0 != .stonith }

    /// The place in sums and on display.
    var place: Int {
        switch self {
        case .container: 0
        case .disk: 1
        case .share: 2
        case .fs: 3
        case .ip: 4
        case .sync: 5
        case .app: 6
        case .hb: 7
        case .stonith: 8
        }
    }

    /// Whether it counts for `avail`: what the service needs to be of use.
    public var isOfUse: Bool { self != .sync && self != .hb && self != .stonith }

    /// Whether it must be up before launchers are asked anything (classic-resources.md section 5).
    var isStorage: Bool { isOfUse && self != .app }

    /// Whether the monitor watches its resources.
    var isWatched: Bool { isOfUse }
}
