/// Makes plans from the service, what was seen and what is asked. Pure.
public enum Planner {
    /// The plan of an action in one direction; a restart has one for each.
    ///
    /// Throws `.unknownResource` or `.unknownTag` when a filter names what the service does not have, so that a typing
    /// error does not look like success (decisions.md 31), and `.configuration` when `after` makes a cycle.
    public static func plan(
        _ service: Service,
        _ seen: [ResourceID: Observation],
        action: Action,
        direction: Action.Direction,
        options: ActionOptions
    ) throws(PlanError) -> Plan {
        try check(options, against: service)
        var options = options
        // A shutdown of a classic service leaves nothing up, whatever `--rid` names (classic-actions.md section 3).
        if action == .shutdown, service.facts.isClassic { (options.rids, options.tags) = ([], []) }
        let order: [Resource]
        do {
            order = try StartOrder.sorted(service.resources)
        } catch {
            throw .configuration(error)
        }
        let concerned = order.filter {
            action.concerns($0.type) && type(of: $0.driver).isDriven
                && ($0.former == nil || seen[$0.id] != nil)
        }
        let items = (direction == .up ? concerned : concerned.reversed()).map { resource in
            item(resource, of: service, seen[resource.id], action, direction, options)
        }
        return Plan(
            service: service.name,
            node: service.facts.node,
            action: action,
            conflictChecks: action.checksConflicts && direction == .up
                ? conflictChecks(service, seen) : [],
            stages: items.map { [$0] }
        )
    }

    private static func item(
        _ resource: Resource,
        of service: Service,
        _ seen: Observation?,
        _ action: Action,
        _ direction: Action.Direction,
        _ options: ActionOptions
    ) -> PlanItem {
        let skip = skip(resource, of: service, action, direction, options)
        let steps =
            switch direction {
            case .up where action == .startstandby: seen.map { resource.standbySteps($0) }
            case .up: seen?.startSteps
            case .down: seen?.stopSteps
            }
        return PlanItem(
            resource: resource.id,
            label: resource.label,
            position: resource.position,
            skip: skip,
            status: seen?.report.status ?? .undefined,
            steps: skip == nil ? steps ?? [] : []
        )
    }

    private static func skip(
        _ resource: Resource,
        of service: Service,
        _ action: Action,
        _ direction: Action.Direction,
        _ options: ActionOptions
    ) -> PlanItem.Skip? {
        if resource.isDisabled { return .disabled }
        if resource.tags.contains("noaction") { return .noAction }
        if service.facts.isClassic, resource.isZoned { return .zone }
        if !options.selects(resource) { return .filtered }
        if action == .startstandby, !resource.hasStandby { return .notStandby }
        if direction == .down, resource.isStandby, !options.force, action != .shutdown {
            return .standby
        }
        return nil
    }

    /// Every enabled resource is checked, whatever the filter: a conflict concerns the whole service.
    private static func conflictChecks(
        _ service: Service,
        _ seen: [ResourceID: Observation]
    ) -> [ConflictCheck] {
        service.resources.compactMap { resource in
            guard !resource.isDisabled, !resource.tags.contains("noaction"),
                !resource.tags.contains("nonrouted"),
                let steps = seen[resource.id]?.conflictChecks, !steps.isEmpty
            else { return nil }
            return ConflictCheck(resource: resource.id, steps: steps)
        }
    }

    /// Throws when a filter names what the service does not have.
    static func check(
        _ options: ActionOptions,
        against service: Service
    ) throws(PlanError) {
        for id in options.rids where service.resource(id) == nil {
            throw .unknownResource(id, known: service.described.map(\.id))
        }
        // On a classic service, a tag that no resource has selects nothing.
        guard !service.facts.isClassic else { return }
        for tag in options.tags where !service.resources.contains(where: { $0.tags.contains(tag) })
        {
            throw .unknownTag(tag)
        }
    }
}

extension Resource {
    /// Whether the classic release drives the resource apart, with the zone it belongs to.
    fileprivate var isZoned: Bool {
        (driver is FSMount || driver is ServiceAddress) && tags.contains("zone")
    }
}

extension ActionOptions {
    /// Whether the filters, taken together, select the resource.
    func selects(_ resource: Resource) -> Bool {
        if rids.isEmpty && tags.isEmpty { return true }
        return rids.contains(resource.origin) || rids.contains(resource.id)
            || tags.contains(where: resource.tags.contains)
    }
}

/// Why no plan can be made.
public enum PlanError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `--rid` names a resource that the service does not have; `known` are its resources.
    case unknownResource(ResourceID, known: [ResourceID])
    /// `--tags` names a tag that no resource has.
    case unknownTag(String)
    /// The order of the resources is contradictory.
    case configuration(ConfigurationError)

    public var description: String {
        switch self {
        case .unknownResource(let id, let known):
            "there is no resource '\(id)' (\(known.map(\.text).joined(separator: ", ")))"
        case .unknownTag(let tag): "no resource has the tag '\(tag)'"
        case .configuration(let error): error.description
        }
    }
}
