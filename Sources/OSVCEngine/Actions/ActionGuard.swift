/// What prevents an action from being started (classic-actions.md section 4): a frozen service or node, and
/// cluster software, which alone decides where its services run.
@EngineActor
public struct ActionGuard {
    private let service: Service
    private let host: any Host
    private let layout: Layout

    public init(_ service: Service, host: any Host) {
        self.service = service
        self.host = host
        layout = Layout(root: service.facts.root)
    }

    /// Why this node does not take the service at all; nil: it does.
    public var stranger: String? {
        guard !service.isManagedHere else { return nil }
        let groups = service.facts.groups
        let nodes = (groups.nodes + groups.drpnodes).joined(separator: ", ")
        let file = service.definition.files.first ?? "its file"
        return
            "service \(service.name) not managed here: \(service.facts.node) is not one of \(nodes);"
            + " run this there, or add it to nodes in \(file)"
    }

    /// Why the action is refused, in the wording of the log; nil: it may start.
    public func refusal(of action: Action, _ options: ActionOptions) -> String? {
        refusal(options, isClusterAllowed: action == .boot || action == .startstandby)
    }

    /// The same for an action that drives no resource. `isClusterAllowed`: cluster software does not prevent it.
    public func refusal(_ options: ActionOptions, isClusterAllowed: Bool) -> String? {
        if isFrozen { return "Abort action for frozen service" }
        guard service.isClustered, !isClusterAllowed, options.reason != .cluster else { return nil }
        return "this service is managed by a clusterware, thus direct service manipulation is"
            + " disabled. the --cluster option circumvent this safety net."
    }

    /// The command that thaws a frozen service; nil when it is not frozen, and for classic services, which
    /// print the classic line alone.
    public var thawHint: String? {
        guard isFrozen, !service.facts.isClassic else { return nil }
        let file = service.definition.files.first ?? service.name
        let own = isFrozenAlone ? "osvc run \(ShellWord.quoted(file)) thaw" : nil
        let node = isThere(layout.frozenNodeFlag) ? "osvc node thaw" : nil
        return "thaw it: \([own, node].compactMap(\.self).joined(separator: "; "))"
    }

    /// What is wrong when `--rid` or `--tags` select nothing that exists, so that a typing error does not look
    /// like success (decisions.md 31); nil: nothing is wrong.
    public func mistake(in options: ActionOptions) -> String? {
        do throws(PlanError) {
            try Planner.check(options, against: service)
            return nil
        } catch {
            return error.description
        }
    }

    /// Whether the service is frozen, alone or with its node.
    public var isFrozen: Bool {
        isFrozenAlone || isThere(layout.frozenNodeFlag)
    }

    /// Whether the service's own flag exists.
    public var isFrozenAlone: Bool { isThere(layout.frozenFlag(of: service.name)) }

    /// Whether the flag exists. One that cannot be looked at does not freeze: the lock below it cannot be taken
    /// either.
    private func isThere(_ flag: String) -> Bool { (try? host.fileInfo(flag)) ?? nil != nil }
}
