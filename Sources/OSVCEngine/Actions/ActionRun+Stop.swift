extension ActionRun {
    func stop(_ seen: [ResourceID: Observation]) async -> Int32 {
        var launcherFailed = false
        context.host.programTrust?.isGoingDown = true
        do {
            try await hooks(.stopPre)
            let plan = try plan(seen, .down)
            try await triggers(.preStop)
            for item in plan.items { try await down(item, &launcherFailed) }
            try await triggers(.postStop)
        } catch {
            tell(error)
            if context.options.disableRollback { tellNoRollback(of: context.action.rawValue) }
            await Task { @EngineActor in await failed(.stopFailed) }.value
            return 1
        }
        if launcherFailed {
            await failed(.stopFailed)
            return 1
        }
        return await after(.stopPost, code: 0)
    }

    /// Brings a resource down. When a launcher fails, the stop continues, so that the storage below it is released.
    private func down(_ item: PlanItem, _ launcherFailed: inout Bool) async throws(ActionFailure) {
        if item.skip == .standby {
            let text = "skip 'stop' on standby resource (--force to override)"
            log.write(.info, text, about: item.resource)
        }
        guard item.skip == nil, let resource = service.resource(item.resource) else { return }
        try goOn()
        do throws(ActionFailure) {
            try await ResourceRun(context: context, resource: resource).down()
        } catch {
            if resource.driver is Application, case .step = error, context.action != .stopapp {
                launcherFailed = true
                return
            }
            try tolerate(error, of: resource)
        }
    }
}
