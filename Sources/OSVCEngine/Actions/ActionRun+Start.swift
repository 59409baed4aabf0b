extension ActionRun {
    /// Starts on a node of `autostart_node`, unless cluster software starts the service (decisions.md 21). What
    /// stays up on this node comes up in any case.
    func boot(_ seen: [ResourceID: Observation]) async -> Int32 {
        if service.startsAtBoot {
            guard await start(seen) != 0 else { return 0 }
            log.write(.info, "start failed. try to start standby", about: nil)
        }
        context.action = .startstandby
        return await start(seen)
    }

    func start(_ seen: [ResourceID: Observation]) async -> Int32 {
        var activated: [Resource] = []
        var started: [Resource] = []
        context.host.programTrust?.isGoingDown = false
        context.journal?.mustRecord = true
        do {
            try await hooks(.startPre)
            if isTakeover { try await hooks(.clusterTakeover) }
            try beginRecord()
            let plan = try plan(seen, .up)
            for check in plan.conflictChecks {
                try await ask(check)
                context.checkedForConflict.insert(check.resource)
            }
            try await triggers(.preStart)
            for item in plan.items { try await up(item, &activated, &started) }
            try await daemonsLive()
            try await triggers(.postStart)
            try await daemonsLive()
            try await lookAgain(at: started)
        } catch {
            return await startFailed(error, activated)
        }
        let code = await after(.startPost, code: 0)
        do {
            // Hooks may take long: a daemon may have ended since.
            try await daemonsLive()
        } catch {
            return await startFailed(error, activated)
        }
        return code
    }

    private func beginRecord() throws(ActionFailure) {
        do {
            try context.holdings.begin()
        } catch {
            throw performer.fail("cannot record what is about to be started: \(error)", nil)
        }
    }

    /// Whether the cluster software moves the service here from another node.
    private var isTakeover: Bool {
        guard context.options.reason == .cluster, let last = context.lastNode else { return false }
        return last != service.facts.node
    }

    private func ask(_ check: ConflictCheck) async throws(ActionFailure) {
        for step in check.steps {
            if case .require(let probe, _) = step {
                log.waiting(for: probe.description)
                defer { log.waiting(for: nil) }
                guard try await performer.holds(probe, check.resource) else {
                    throw .conflict(check.resource)
                }
            } else {
                try await performer.perform(step, on: check.resource)
            }
        }
    }

    /// Appends the resource to `activated` when a rollback has something to undo, and to `started` unless it failed or
    /// was skipped.
    private func up(
        _ item: PlanItem,
        _ activated: inout [Resource],
        _ started: inout [Resource]
    ) async throws(ActionFailure) {
        guard item.skip == nil, let resource = service.resource(item.resource) else { return }
        try goOn()
        var changed = false
        do throws(ActionFailure) {
            let run = ResourceRun(context: context, resource: resource)
            let isStarted = try await run.up(changed: &changed)
            if isStarted, !run.isPart { started.append(resource) }
            // A rollback stops only those launchers that were started.
            let isLeft = !(resource.driver is Application) || context.launched[resource.id] != nil
            if changed, isLeft { activated.append(resource) }
        } catch {
            if changed, await leavesSomething(resource) { activated.append(resource) }
            try tolerate(error, of: resource)
        }
    }

    /// Looks once more at addresses and storage: what was up before may not do its work, and a later resource or a
    /// trigger may have hidden or ended an earlier one. Launchers were asked after their own start (decisions.md 47).
    private func lookAgain(at started: [Resource]) async throws(ActionFailure) {
        context.host.forget()
        for resource in started where resource.type.group?.isStorage == true {
            let report = await resource.look(context.host, for: .status, scripts: context.scripts)
                .report
            guard report.hasFailed else { continue }
            let failure = performer.fail(report.failure(after: "the start"), resource.id)
            try tolerate(failure, of: resource)
        }
    }

    /// Waits until each daemon that was started has lived for its minimum time; these times overlap.
    private func daemonsLive() async throws(ActionFailure) {
        for daemon in context.watchedDaemons {
            do throws(ActionFailure) {
                try await Launching(
                    context: context,
                    resource: daemon.resource,
                    launcher: daemon.launcher
                ).outlive(daemon)
            } catch {
                guard let resource = daemon.resource.flatMap({ service.resource($0) }) else {
                    throw error
                }
                try tolerate(error, of: resource)
            }
        }
    }

    /// Whether a resource whose start failed half way has anything that its stop would undo.
    private func leavesSomething(_ resource: Resource) async -> Bool {
        if context.launched[resource.id] != nil { return true }
        // A rollback stops only those launchers that were started.
        if resource.driver is Application { return false }
        context.host.forget()
        return await resource.look(context.host, for: .action, scripts: context.scripts).stopSteps
            .contains(
                where: \.changesMachine
            )
    }

    /// Logs the failure of an optional resource; rethrows that of any other, and an interruption.
    func tolerate(_ failure: ActionFailure, of resource: Resource) throws(ActionFailure) {
        guard resource.isOptional, failure != .interrupted else { throw failure }
        if let reason = failure.reason(of: context.action.rawValue) {
            log.write(.error, reason, about: resource.id)
        }
    }

    private func startFailed(_ failure: ActionFailure, _ activated: [Resource]) async -> Int32 {
        tell(failure)
        context.host.programTrust?.isGoingDown = true
        context.journal?.mustRecord = false
        // The rest must also happen after a signal: it runs in a task of its own, which the signal does not cancel.
        await Task { @EngineActor in
            if failure == .interrupted, !service.rollsBackOnSignal {
                let names = activated.map(\.id.text).joined(separator: ", ")
                if !names.isEmpty {
                    log.write(
                        .info,
                        "left up: \(names); start or stop goes on from here",
                        about: nil
                    )
                }
            } else {
                await rollBack(activated)
            }
            await failed(.startFailed)
        }.value
        return 1
    }

    private func rollBack(_ activated: [Resource]) async {
        guard context.action.rollsBack else { return }
        let action = context.action == .restart ? "start" : context.action.rawValue
        if context.options.disableRollback {
            tellNoRollback(of: action)
            return
        }
        guard !activated.isEmpty else {
            log.write(.info, "skip rollback \(action): no resource activated", about: nil)
            return
        }
        let names = activated.map(\.id.text).joined(separator: ", ")
        log.write(.info, "trying to rollback \(action) on \(names)", about: nil)
        let reason = context.options.reason
        context.options.reason = .rollback
        defer { context.options.reason = reason }
        await failed(.rollbackPre)
        for resource in activated.reversed() {
            await ResourceRun(context: context, resource: resource).rollBack()
        }
        await failed(.rollbackPost)
    }

    func tellNoRollback(of action: String) {
        let text = "skip rollback \(action): as instructed by --disable-rollback"
        log.write(.info, text, about: nil)
    }
}
