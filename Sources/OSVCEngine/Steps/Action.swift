/// The actions that drive the resources of a service (classic-actions.md section 9).
public enum Action: String, Sendable, CaseIterable {
    /// Every resource up, in start order.
    case start
    /// Every resource down, in reverse order, except standby resources without `--force`.
    case stop
    /// A stop, then a start.
    case restart
    /// Up what stays up on this node (`always_on`), and the standby part of other resources.
    case startstandby
    /// A start, and `startstandby` if it fails, on a node of `autostart_node`. On other nodes, and for services
    /// that cluster software starts, `startstandby` alone.
    case boot
    /// A stop, standby resources too, without triggers.
    case shutdown
    /// Only resources of the group `ip`.
    case startip, stopip
    /// Only resources of the group `disk`: volume groups, loop devices and the like.
    case startdisk, stopdisk
    /// Only resources of the groups `disk` and `fs`.
    case startfs, stopfs
    /// Only volume groups (`disk.vg`).
    case startvg, stopvg
    /// Only loop devices (`disk.loop`).
    case startloop, stoploop
    /// Only launchers (`app`).
    case startapp, stopapp
    /// Looks at the resources and changes nothing.
    case status

    /// The direction in which the action drives resources; nil for a restart, which has two, and a status,
    /// which has none.
    public var direction: Direction? {
        switch self {
        case .start, .startstandby, .boot, .startip, .startdisk, .startfs, .startvg, .startloop,
            .startapp:
            .up
        case .stop, .shutdown, .stopip, .stopdisk, .stopfs, .stopvg, .stoploop, .stopapp: .down
        case .restart, .status: nil
        }
    }

    /// Whether resources are started or stopped.
    public enum Direction: Sendable, Equatable {
        /// Start steps, in start order.
        case up
        /// Stop steps, in reverse order.
        case down
    }

    /// The directions of the action, in the order in which they are taken.
    public var directions: [Direction] {
        if self == .restart { return [.down, .up] }
        return direction.map { [$0] } ?? []
    }

    /// Whether resources of this type take part: an action such as `startfs` concerns some types only.
    func concerns(_ type: DriverID) -> Bool {
        switch self {
        case .start, .stop, .restart, .startstandby, .boot, .shutdown, .status: true
        case .startip, .stopip: type.group == .ip
        case .startdisk, .stopdisk: type.group == .disk
        case .startfs, .stopfs: type.group == .disk || type.group == .fs
        case .startvg, .stopvg: type.text == "disk.vg"
        case .startloop, .stoploop: type.text == "disk.loop"
        case .startapp, .stopapp: type.group == .app
        }
    }

    /// Whether the service as a whole is started or stopped; its own triggers then run.
    var isWhole: Bool { [.start, .stop, .restart, .boot].contains(self) }

    /// Whether success means that the service runs on this node.
    var bringsUpWhole: Bool { [.start, .restart, .boot].contains(self) }

    /// Whether the triggers of resources run (classic-resources.md section 1).
    var runsTriggers: Bool { self != .shutdown && self != .startstandby }

    /// Whether a start first checks that no other machine uses what the service needs.
    var checksConflicts: Bool { [.start, .restart, .boot].contains(self) }

    /// Whether a failure rolls back. As in the classic release: every action whose name contains `start`.
    var rollsBack: Bool { rawValue.contains("start") }
}

/// The options of an action: command-line options, and who asked for it.
public struct ActionOptions: Sendable, Equatable {
    /// Only these resources (`--rid`), in addition to those that `tags` selects. Both empty: all resources.
    public var rids: [ResourceID]
    /// Only resources with one of these tags (`--tags`), in addition to those that `rids` selects.
    public var tags: [String]
    /// Whether standby resources are stopped too, and checks that allow it are overridden (`--force`).
    public var force: Bool
    /// Whether what a failed start brought up stays up (`--disable-rollback`).
    public var disableRollback: Bool
    /// How long to wait for another osvc that holds the lock of the service; zero: one attempt. Default: 60 s.
    public var lockLimit: Duration
    /// How many launchers may run at once where their order allows it; values below 1 mean 1. Default: 16.
    public var jobs: Int
    /// Who or what asked for the action; scripts read it as `reason`.
    public var reason: Reason
    /// Whether the run is scheduled (`--cron`): what is not due is then logged at debug level only.
    public var isCron = false

    /// Who or what asked for an action. The raw value is what scripts read.
    public enum Reason: String, Sendable {
        /// A person or a program that named no other reason.
        case user
        /// The cluster software (`--cluster`).
        case cluster
        /// The boot of the node.
        case autostart
        /// The rollback of a failed start.
        case rollback
        /// `resource_monitor`, for a resource that was lost.
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
