/// Ends the other node when a heartbeat reports that the state of the service there is unknown
/// (classic-resources.md section 7).
///
/// A doubt never triggers it: a heartbeat that cannot judge is an error and ends the action.
@EngineActor
public struct Stonith: SiteWork {
    /// The service whose heartbeats decide and whose stonith resources act.
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// Asks every heartbeat and, when one asks for it, runs all stonith methods in order. Returns the exit
    /// code, 0 or 1; the log says why.
    public func perform(_ options: ActionOptions) async -> Int32 {
        await ActionTrust(
            site,
            for: "stonith",
            isIndispensable: true,
            refusingPrograms: true
        ).locked(within: options.lockLimit) { await locked(options) }
    }

    private func locked(_ options: ActionOptions) async -> Int32 {
        do throws(ActionFailure) {
            guard try isAsked() else {
                log.write(.info, "stonith bypassed", about: nil)
                return 0
            }
            log.write(.info, "sanity checks passed. trigger stonith method", about: nil)
            try await trigger(options)
            return 0
        } catch {
            let reason = error.reason(of: "stonith").map { ": \($0)" } ?? ""
            log.write(.error, "'stonith' action stopped on execution error\(reason)", about: nil)
            return 1
        }
    }

    private func isAsked() throws(ActionFailure) -> Bool {
        for resource in service.resources where !resource.isDisabled {
            guard let heartbeat = resource.driver as? HeartbeatOpenHA else { continue }
            let nodes = service.facts.groups.nodes
            guard nodes.count == 2, nodes.contains(service.facts.node),
                let peer = nodes.first(where: { $0 != service.facts.node })
            else {
                log.write(.error, "HA cluster must have 2 nodes", about: resource.id)
                throw .step(resource.id)
            }
            guard heartbeat.isStateUnknown(on: peer, host) else { continue }
            log.write(.info, "heartbeat \(resource.id) asks for stonith", about: nil)
            return true
        }
        return false
    }

    private func trigger(_ options: ActionOptions) async throws(ActionFailure) {
        let methods = service.resources.filter { resource in
            resource.driver is StonithCallout && !resource.isDisabled
                && !resource.tags.contains("noaction")
        }
        guard !methods.isEmpty else {
            throw .untold(nil, "the service has no stonith resource; the other node was not ended")
        }
        let context = ActionContext(
            site,
            action: .status,
            actionName: "stonith",
            options: options,
            lastNode: nil
        )
        await ServiceEnvironment(service).give(to: host, action: "stonith")
        for method in methods {
            guard let callout = method.driver as? StonithCallout else { continue }
            try await StepPerformer(context: context)
                .perform(.run(Command(callout.arguments)), on: method.id)
        }
    }
}
