/// What an action will do, in order, before anything is done. A dry run prints this.
public struct Plan: Sendable, Equatable {
    public var service: String
    public var node: String
    public var action: Action
    /// Asked before anything is touched; a bad answer ends the action (classic-actions.md section 5).
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

    public var items: [PlanItem] { stages.flatMap(\.self) }
}

/// One resource's question about conflicts: the steps hold notes and requirements only.
public struct ConflictCheck: Sendable, Equatable {
    public var resource: ResourceID
    public var steps: [Step]

    public init(resource: ResourceID, steps: [Step]) {
        self.resource = resource
        self.steps = steps
    }
}

/// What is done with one resource, and why.
public struct PlanItem: Sendable, Equatable {
    /// Why a resource has no part in an action.
    public enum Skip: Sendable, Equatable {
        case disabled
        /// Neither `--rid` nor `--tags` names it.
        case filtered
        /// Tagged `noaction`.
        case noAction
        /// Tagged `zone`, and of a type whose zones have passes of their own.
        case zone
        /// It stays up on this node; only `--force` stops it.
        case standby
        /// It is not kept up on this node, and only what is was asked for.
        case notStandby
    }

    public var resource: ResourceID
    public var label: String
    public var position: SourcePosition
    /// Nil: it takes part.
    public var skip: Skip?
    /// What the resource was when the plan was made.
    public var status: Status
    /// As planned from that; the runner looks again just before and may find less to do.
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
