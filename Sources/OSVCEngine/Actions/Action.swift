/// What can be asked of a service.
public enum Action: String, Sendable, CaseIterable {
    case start
    case stop
    case restart
    case startstandby
    case status

    /// The direction in which resources are driven; nil when nothing is driven.
    public var direction: Direction? {
        switch self {
        case .start, .startstandby: .up
        case .stop: .down
        case .restart, .status: nil
        }
    }

    public enum Direction: Sendable, Equatable {
        case up
        case down
    }
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
