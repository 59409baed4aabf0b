internal import OrderedCollections

/// The moments at which a site's or a service's hooks run (docs/lua.md, Hooks).
public enum HookEvent: String, Sendable, CaseIterable {
    case startPre = "start.pre"
    case startPost = "start.post"
    case startFailed = "start.failed"
    case stopPre = "stop.pre"
    case stopPost = "stop.post"
    case stopFailed = "stop.failed"
    case rollbackPre = "rollback.pre"
    case rollbackPost = "rollback.post"
    case resourceStartPre = "resource.start.pre"
    case resourceStartPost = "resource.start.post"
    case resourceStopPre = "resource.stop.pre"
    case resourceStopPost = "resource.stop.post"
    case statusChanged = "status.changed"
    case syncPre = "sync.pre"
    case syncPost = "sync.post"
    case clusterTakeover = "cluster.takeover"
    case freeze = "freeze"
    case thaw = "thaw"

    /// Only before something happens can a hook still refuse it.
    public var mayRefuse: Bool { rawValue.hasSuffix(".pre") }

    /// Whether what it is about is not there yet: such a hook is refused by name, for it would never run.
    public var isLater: Bool { self == .syncPre || self == .syncPost }
}

/// A function that a site or a service attaches to a moment of an action.
public struct Hook: Sendable, Equatable {
    public enum OnError: String, Sendable {
        case abort
        case warn
    }

    public var id: String
    /// The name of the set it belongs to: `site-policy`; for a hook in the service, the service's name.
    public var set: String
    public var event: HookEvent
    /// A glob over resource ids, for `resource.*` events: `vg#*`; nil: every resource.
    public var resourcePattern: String?
    public var order: Int
    public var limit: Duration
    public var onError: OnError
    public var script: ScriptReference
    /// The services it applies to: each named field must have one of the values. Empty: all.
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

    public var name: String { "\(set)/\(id)" }
}

/// What a service attaches to one action of one resource: `pre_start`, `post_stop`, … (classic-resources.md
/// section 1).
public struct Trigger: Sendable, Equatable {
    public enum Moment: String, Sendable, CaseIterable {
        case preStart = "pre_start"
        case postStart = "post_start"
        case preStop = "pre_stop"
        case postStop = "post_stop"
    }

    public enum Work: Sendable, Equatable {
        case program([String])
        case script(ScriptReference)
    }

    public var moment: Moment
    /// The nodes that it is written for.
    public var scope: Scope
    public var work: Work
    /// A failing blocking trigger ends the action; the result of any other is only logged.
    public var isBlocking: Bool
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

    /// What a keyword begins with whose trigger ends the action when it fails.
    public static let blockingPrefix = "blocking_"

    /// The keyword: `blocking_pre_start`.
    public var name: String { (isBlocking ? Self.blockingPrefix : "") + moment.rawValue }
}

extension [Trigger] {
    /// What a node sees of them: of each name the most particular one. A line without a program is none.
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
