/// The actions that send files to other nodes.
public enum SyncAction: String, Sendable, CaseIterable {
    case syncnodes, syncdrp, syncall

    /// The classes of nodes it sends to, in order.
    var targets: [SyncRsync.Target] {
        switch self {
        case .syncnodes: [.nodes]
        case .syncdrp: [.drpnodes]
        case .syncall: [.nodes, .drpnodes]
        }
    }
}

/// Sends the files of a service to its other nodes (classic-actions.md section 4.4, classic-resources.md
/// section 6): which nodes are due. The sending itself is refused by name.
///
/// Whether the service is frozen or is the cluster's, and who the filter names, is judged before.
@EngineActor
public struct Syncing: SiteWork {
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// Returns the exit code; the log has said why.
    ///
    /// Another osvc that holds the lock is not a failure: cron runs again.
    public func perform(_ action: SyncAction, _ options: ActionOptions) async -> Int32 {
        let trust = ActionTrust(site, for: action.rawValue)
        guard trust.believesState() else { return 1 }
        let lock: ServiceLock
        do {
            lock = try await takeLock(action)
        } catch .locked {
            tell("\(action.rawValue) action is already running", about: nil, options)
            return 0
        } catch {
            log.write(.error, "\(action.rawValue): \(error)", about: nil)
            return 1
        }
        defer { lock.release() }
        return await trust.judging { await locked(action, options) }
    }

    private func takeLock(_ action: SyncAction) async throws(StateError) -> ServiceLock {
        try await ServiceLock.take(
            service.name,
            for: action.rawValue,
            in: layout,
            within: .zero,
            host: host
        ) { _ in }
    }

    private func locked(_ action: SyncAction, _ options: ActionOptions) async -> Int32 {
        var code: Int32 = 0
        for target in action.targets {
            for resource in service.resources where isAsked(resource, options) {
                guard let driver = resource.driver as? SyncRsync else { continue }
                let due = await due(driver, resource.id, target, options)
                guard !due.isEmpty else { continue }
                let names = due.joined(separator: ", ")
                let text = "sending files to \(names) is not supported by this release"
                log.write(.error, text, about: resource.id)
                code = 1
            }
        }
        return code
    }

    private func isAsked(_ resource: Resource, _ options: ActionOptions) -> Bool {
        !resource.isDisabled && !resource.tags.contains("noaction") && options.selects(resource)
            && (resource.driver.asAppearing?.isThere(on: host) ?? true)
    }

    /// The nodes of a class that are to get the files of one sync now.
    private func due(
        _ driver: SyncRsync,
        _ id: ResourceID,
        _ target: SyncRsync.Target,
        _ options: ActionOptions
    ) async -> [String] {
        let seen = await driver.observe(host, for: .status)
        let decision = driver.decision(target, seen, isForced: options.force)
        for line in decision.lines { tell(line, about: id, options) }
        guard !decision.nodes.isEmpty else { return [] }
        if let refusal = await refusal(id) {
            tell(refusal, about: id, options)
            return []
        }
        return decision.nodes
    }

    /// Why nothing is sent from here now; nil: nothing is in the way.
    private func refusal(_ id: ResourceID) async -> String? {
        do throws(HostError) {
            if service.fields["service_type"] == "PRD",
                try host.nodeSettings(in: layout).hostMode != "PRD"
            {
                return "won't sync a PRD service running on a !PRD node"
            }
        } catch {
            return "won't sync a PRD service, for what this node is cannot be told: \(error)"
        }
        host.forget()
        let storage = await Observer(site).storage()
        return SyncRsync.refusal(of: id, storage: storage)
    }

    private func tell(
        _ text: String,
        about resource: ResourceID?,
        _ options: ActionOptions
    ) {
        log.write(options.isCron ? .debug : .info, text, about: resource)
    }
}

extension SyncRsync {
    /// Who of a class is to get files, and what is said of the others.
    struct Decision: Equatable {
        var nodes: [String] = []
        var lines: [String] = []
    }

    /// By the schedule alone. Pure.
    func decision(_ target: Target, _ seen: Seen, isForced: Bool) -> Decision {
        var decision = Decision()
        guard !isRecovery, targets.contains(target) else { return decision }
        let names = peers.filter { nodes(target).contains($0) }
        guard !isForced else { return Decision(nodes: names) }
        for node in names {
            let verdict = schedule.verdict(at: seen.now, last: seen.stamps[node])
            if let line = verdict.line { decision.lines.append(line) }
            if case .skip = verdict { continue }
            decision.nodes.append(node)
        }
        return decision
    }

    /// Why nothing is sent while the storage of the service is in this state: it may be that of another
    /// node. What `sync#i1` sends is the system's own. Pure.
    static func refusal(of id: ResourceID, storage: Status) -> String? {
        if id == GeneratedSyncs.system[0] { return nil }
        switch storage {
        case .up, .notApplicable: return nil
        case .warn: return "won't sync this resource service in warn status"
        default: return "won't sync this resource for a service not up"
        }
    }
}
