internal import OrderedCollections

/// The moments at which a site's or a service's hooks run (docs/lua.md, Hooks).
public enum HookEvent: String, Sendable, CaseIterable {
    /// Before a start, with the service locked and nothing changed yet.
    case startPre = "start.pre"
    /// After a start that succeeded, its `post_start` triggers included.
    case startPost = "start.post"
    /// After a start that failed or was interrupted, and after its rollback.
    case startFailed = "start.failed"
    /// Before a stop, with the service locked and nothing changed yet.
    case stopPre = "stop.pre"
    /// After a stop that succeeded.
    case stopPost = "stop.post"
    /// After a stop that failed, was refused or was interrupted.
    case stopFailed = "stop.failed"
    /// Before a failed start brings down what it brought up; not when there is nothing to bring down, nor with
    /// `--disable-rollback`.
    case rollbackPre = "rollback.pre"
    /// After the rollback, whether it succeeded or not.
    case rollbackPost = "rollback.post"
    /// Before the triggers and steps of each resource that takes part in a start.
    case resourceStartPre = "resource.start.pre"
    /// After the steps and triggers of each resource that takes part in a start. A hook that aborts fails the start.
    case resourceStartPost = "resource.start.post"
    /// Before the triggers and steps of each resource that takes part in a stop.
    case resourceStopPre = "resource.stop.pre"
    /// After the steps and triggers of each resource that takes part in a stop.
    case resourceStopPost = "resource.stop.post"
    /// At the end of an action after which the overall status of the service differs from that before it.
    case statusChanged = "status.changed"
    /// Before a sync; refused by name, because this release sends no files.
    case syncPre = "sync.pre"
    /// After a sync; refused by name, because this release sends no files.
    case syncPost = "sync.post"
    /// After `start.pre` of a start by the cluster software, when the service last ran on another node.
    case clusterTakeover = "cluster.takeover"
    /// After the service was frozen, if it was not frozen before.
    case freeze = "freeze"
    /// After the service was thawed, if it was frozen before.
    case thaw = "thaw"

    /// Whether a hook of this event can refuse the action: only one that runs before anything is done can.
    public var mayRefuse: Bool { rawValue.hasSuffix(".pre") }

    /// Whether this release never runs hooks of this event. Such a hook is refused by name.
    public var isLater: Bool { self == .syncPre || self == .syncPost }
}

/// A function that a site or a service attaches to a moment of an action.
public struct Hook: Sendable, Equatable {
    /// What a hook that fails does to the action.
    public enum OnError: String, Sendable {
        /// The action fails: before the fact nothing more is done, after the fact the exit code is 1.
        case abort
        /// A warning is logged, and the action goes on.
        case warn
    }

    /// The id that the file gives the hook: `change-window`.
    public var id: String
    /// The name of the set it belongs to: `site-policy`; for a hook in the service, the service's name.
    public var set: String
    /// The moment at which the hook runs.
    public var event: HookEvent
    /// A glob over resource ids (`Glob`), for `resource.*` events: `vg#*`; nil: every resource.
    public var resourcePattern: String?
    /// Hooks of one event run in ascending order of this number, then by file, then by id. Default: 500.
    public var order: Int
    /// How long one call may take; a hook that takes longer is ended and has failed. Default: 60 s.
    public var limit: Duration
    /// Unless the file says otherwise: `abort` for events before the fact, `warn` for the others.
    public var onError: OnError
    /// The function `run` of the hook.
    public var script: ScriptReference
    /// The services to which the hook applies: each named field must have one of the values. Empty: all services.
    public var match: [String: [String]]

    public init(
        id: String,
        set: String,
        event: HookEvent,
        resourcePattern: String? = nil,
        order: Int = 500,
        limit: Duration = .seconds(60),
        onError: OnError,
        script: ScriptReference,
        match: [String: [String]] = [:]
    ) {
        self.id = id
        self.set = set
        self.event = event
        self.resourcePattern = resourcePattern
        self.order = order
        self.limit = limit
        self.onError = onError
        self.script = script
        self.match = match
    }

    /// The hook as messages name it: `site-policy/change-window`.
    public var name: String { "\(set)/\(id)" }
}

/// What a service attaches to one action of one resource: `pre_start`, `post_stop`, … (classic-resources.md
/// section 1).
public struct Trigger: Sendable, Equatable {
    /// When a trigger runs; the raw value is the keyword without `blocking_`.
    public enum Moment: String, Sendable, CaseIterable {
        /// Before the service or resource is started.
        case preStart = "pre_start"
        /// After the service or resource was started.
        case postStart = "post_start"
        /// Before the service or resource is stopped.
        case preStop = "pre_stop"
        /// After the service or resource was stopped.
        case postStop = "post_stop"
    }

    /// What a trigger runs.
    public enum Work: Sendable, Equatable {
        /// A program with its arguments, without a shell. An empty list: nothing runs on the nodes of the scope.
        case program([String])
        /// A function of a script.
        case script(ScriptReference)
    }

    /// When the trigger runs, relative to the start or stop.
    public var moment: Moment
    /// The nodes for which the trigger is written. On each node the most particular scope wins.
    public var scope: Scope
    /// The program or function that runs.
    public var work: Work
    /// Whether a failure of the trigger ends the action; the result of any other trigger is only logged.
    public var isBlocking: Bool
    /// Where the trigger is written.
    public var position: SourcePosition

    public init(
        moment: Moment,
        scope: Scope = .everywhere,
        work: Work,
        isBlocking: Bool,
        position: SourcePosition
    ) {
        self.moment = moment
        self.scope = scope
        self.work = work
        self.isBlocking = isBlocking
        self.position = position
    }

    /// The prefix of the keywords of blocking triggers.
    public static let blockingPrefix = "blocking_"

    /// The keyword: `blocking_pre_start`.
    public var name: String { (isBlocking ? Self.blockingPrefix : "") + moment.rawValue }
}

extension [Trigger] {
    /// The triggers of a node: of each name the one with the most particular scope, unless its line is empty.
    func seen(on node: String, of groups: NodeGroups) -> [Trigger] {
        guard contains(where: { $0.scope != .everywhere }) else { return self }
        let scopes = groups.scopes(of: node)
        return OrderedSet(map(\.name)).compactMap { name in
            let written = filter { $0.name == name }
            return scopes.lazy.compactMap { scope in written.first { $0.scope == scope } }.first
        }
        .filter { $0.work != .program([]) }
    }
}
