/// What an action will do, in order, computed before anything is done. A dry run prints it.
public struct Plan: Sendable, Equatable {
    /// The name of the service.
    public var service: String
    /// The node for which the plan is made.
    public var node: String
    /// The action that is planned; a restart has one plan for each direction.
    public var action: Action
    /// Checked before anything is changed; a check that fails ends the action (classic-actions.md section 5).
    public var conflictChecks: [ConflictCheck]
    /// Stages follow each other; the items of one stage may overlap.
    public var stages: [[PlanItem]]

    public init(
        service: String,
        node: String,
        action: Action,
        conflictChecks: [ConflictCheck] = [],
        stages: [[PlanItem]] = []
    ) {
        self.service = service
        self.node = node
        self.action = action
        self.conflictChecks = conflictChecks
        self.stages = stages
    }

    /// The items of all stages, in order.
    public var items: [PlanItem] { stages.flatMap(\.self) }
}

/// The check of one resource that no other machine uses what it needs.
public struct ConflictCheck: Sendable, Equatable {
    /// The resource in whose name the check is made.
    public var resource: ResourceID
    /// Notes and requirements only: a check changes nothing.
    public var steps: [Step]

    public init(resource: ResourceID, steps: [Step]) {
        self.resource = resource
        self.steps = steps
    }
}

/// What is done with one resource, and why.
public struct PlanItem: Sendable, Equatable {
    /// Why a resource does not take part in an action.
    public enum Skip: Sendable, Equatable {
        /// It is disabled on this node (`disable`, `disable_on`).
        case disabled
        /// `--rid` or `--tags` select other resources.
        case filtered
        /// Tagged `noaction`.
        case noAction
        /// Tagged `zone`, on a classic service: the classic release drove addresses and file systems of zones apart.
        case zone
        /// It stays up on this node (`always_on`); only `--force` or a shutdown stops it.
        case standby
        /// The action is `startstandby`, and nothing of the resource stays up on this node.
        case notStandby
    }

    /// The resource that the item is about.
    public var resource: ResourceID
    /// The resource for people, as its driver describes it (`Driver.label`).
    public var label: String
    /// Where the resource is written.
    public var position: SourcePosition
    /// Why the resource does not take part; nil: it does.
    public var skip: Skip?
    /// The status of the resource when the plan was made.
    public var status: Status
    /// The steps that follow from that look. The runner looks again just before and may find less to do.
    public var steps: [Step]

    public init(
        resource: ResourceID,
        label: String,
        position: SourcePosition,
        skip: Skip? = nil,
        status: Status,
        steps: [Step]
    ) {
        self.resource = resource
        self.label = label
        self.position = position
        self.skip = skip
        self.status = status
        self.steps = steps
    }
}
