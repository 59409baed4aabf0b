import OSVCEngine

/// Selects the services of a node that an action concerns (classic-actions.md section 2).
struct ServiceFilter: Equatable {
    enum Place {
        /// This node is in `autostart_node`.
        case primary
        case secondary
    }

    /// The wanted values of `ServiceStatus.selection`; nil: any. `allupservices` accepts `warn` too (decisions.md 22).
    var statuses: Set<Status>?
    var place: Place?

    /// Whether the filter selects every service.
    var isOpen: Bool { statuses == nil && place == nil }

    /// The status is looked at only if it decides.
    @EngineActor
    func admits(_ session: ServiceSession) async -> Bool {
        switch place {
        case .primary where !session.service.isPrimary: return false
        case .secondary where session.service.isPrimary: return false
        default: break
        }
        guard let statuses else { return true }
        return statuses.contains(await session.requests.observe().selection)
    }
}

extension Status {
    /// A status as `--status` names it (classic-status.md section 1).
    init?(classic word: String) {
        switch word {
        case "na": self = .notApplicable
        case "todo": self = .todo
        default: self.init(word: word)
        }
    }
}
