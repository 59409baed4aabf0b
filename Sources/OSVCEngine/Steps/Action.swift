/// What can be asked of a service that drives its resources (classic-actions.md section 9).
public enum Action: String, Sendable, CaseIterable {
    case start
    case stop
    case restart
    case startstandby
    /// On a node of `autostart_node`: start, and what is standby when that fails; elsewhere only that.
    case boot
    /// Stop, standby resources too, without triggers.
    case shutdown
    case startip, stopip
    case startdisk, stopdisk
    /// Disks and file systems.
    case startfs, stopfs
    case startvg, stopvg
    case startloop, stoploop
    case startapp, stopapp
    /// A look, which drives nothing.
    case status

    /// The direction in which resources are driven; nil: both, one after the other, or none.
    public var direction: Direction? {
        switch self {
        case .start, .startstandby, .boot, .startip, .startdisk, .startfs, .startvg, .startloop,
            .startapp:
            .up
        case .stop, .shutdown, .stopip, .stopdisk, .stopfs, .stopvg, .stoploop, .stopapp: .down
        case .restart, .status: nil
        }
    }

    public enum Direction: Sendable, Equatable {
        case up
        case down
    }

    /// The directions in which it drives resources, in order.
    public var directions: [Direction] {
        if self == .restart { return [.down, .up] }
        return direction.map { [$0] } ?? []
    }

    /// Whether resources of this type take part: an action such as `startfs` is about one layer.
    func concerns(_ type: DriverID) -> Bool {
        switch self {
        case .start, .stop, .restart, .startstandby, .boot, .shutdown, .status: true
        case .startip, .stopip: type.group == "ip"
        case .startdisk, .stopdisk: type.group == "disk"
        case .startfs, .stopfs: type.group == "disk" || type.group == "fs"
        case .startvg, .stopvg: type.text == "disk.vg"
        case .startloop, .stoploop: type.text == "disk.loop"
        case .startapp, .stopapp: type.group == "app"
        }
    }

    /// Whether the service as a whole is started or stopped, so that its own triggers run.
    var isWhole: Bool { [.start, .stop, .restart, .boot].contains(self) }

    /// Whether success means that the service runs here.
    var bringsUpWhole: Bool { [.start, .restart, .boot].contains(self) }

    /// Whether the triggers of resources run (classic-resources.md section 1).
    var runsTriggers: Bool { self != .shutdown && self != .startstandby }

    /// Whether a start first asks if another machine has what the service wants.
    var checksConflicts: Bool { [.start, .restart, .boot].contains(self) }

    /// Whether a failure rolls back. As in the classic release: every action whose name has `start`.
    var rollsBack: Bool { rawValue.contains("start") }
}

/// How an action is to be done.
public struct ActionOptions: Sendable, Equatable {
    /// Only these resources (`--rid`) and those with these tags (`--tags`); both empty: all.
    public var rids: [ResourceID]
    public var tags: [String]
    /// Stop standby resources too, override what may be overridden.
    public var force: Bool
    public var disableRollback: Bool
    /// How long to wait for another osvc that holds the service; zero: one try.
    public var lockLimit: Duration
    /// How many launchers may run at once where order allows.
    public var jobs: Int
    /// Why the action is done: a person, the cluster engine, the boot.
    public var reason: Reason
    /// A scheduled run: nothing is said of what is not due.
    public var isCron = false

    public enum Reason: String, Sendable {
        case user
        case cluster
        case autostart
        case rollback
        case monitor
    }

    public init(
        rids: [ResourceID] = [],
        tags: [String] = [],
        force: Bool = false,
        disableRollback: Bool = false,
        lockLimit: Duration = .seconds(60),
        jobs: Int = 16,
        reason: Reason = .user
    ) {
        self.rids = rids
        self.tags = tags
        self.force = force
        self.disableRollback = disableRollback
        self.lockLimit = lockLimit
        self.jobs = jobs
        self.reason = reason
    }
}
