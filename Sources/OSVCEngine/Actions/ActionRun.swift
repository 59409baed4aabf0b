/// One action under way, once the service is locked and the journal open.
@EngineActor
struct ActionRun {
    let context: ActionContext

    private var log: any Log { context.log }
    private var service: Service { context.service }
    private var performer: StepPerformer { StepPerformer(context: context) }

    /// Returns the exit code.
    func perform() async -> Int32 {
        let before = await observe()
        let code: Int32
        switch context.action {
        case .restart:
            let stopped = await stop(before)
            code = stopped == 0 ? await start(await observe()) : stopped
        case .boot: code = await boot(before)
        case .status: code = 0
        case let action where action.direction == .up: code = await start(before)
        default: code = await stop(before)
        }
        if code == 0 { context.host.scripts.forgetUndo() }
        await tellStatusChange(from: before)
        return code
    }

    private func observe() async -> [ResourceID: Observation] {
        context.host.forget()
        log.waiting(for: "status of \(service.name)")
        defer { log.waiting(for: nil) }
        return await Observer(service, host: context.host).look(for: .action)
    }

    // MARK: Start

    /// Starts on a node of `autostart_node`, but leaves that to the cluster software where there is
    /// one (decisions.md 21); what stays up on this node comes up in any case.
    private func boot(_ seen: [ResourceID: Observation]) async -> Int32 {
        if service.startsAtBoot {
            guard await start(seen) != 0 else { return 0 }
            log.write(.info, "start failed. try to start standby", about: nil)
        }
        context.action = .startstandby
        return await start(await observe())
    }

    private func start(_ seen: [ResourceID: Observation]) async -> Int32 {
        var activated: [Resource] = []
        context.host.programTrust?.isGoingDown = false
        do {
            try await hooks(.startPre)
            if isTakeover { try await hooks(.clusterTakeover) }
            let plan = try plan(seen, .up)
            for check in plan.conflictChecks {
                try await ask(check)
                context.checkedForConflict.insert(check.resource)
            }
            try await triggers(.preStart)
            for item in plan.items { try await up(item, &activated) }
            try await daemonsLive()
            try await triggers(.postStart)
            try await daemonsLive()
        } catch {
            return await startFailed(error, activated)
        }
        let code = await after(.startPost, code: 0)
        do {
            // Hooks take their time.
            try await daemonsLive()
        } catch {
            return await startFailed(error, activated)
        }
        return code
    }

    /// The cluster brings the service here from another node.
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

    private func up(_ item: PlanItem, _ activated: inout [Resource]) async throws(ActionFailure) {
        guard item.skip == nil, let resource = service.resource(item.resource) else { return }
        try goOn()
        var changed = false
        do throws(ActionFailure) {
            try await ResourceRun(context: context, resource: resource).up(changed: &changed)
            if changed { activated.append(resource) }
        } catch {
            if changed, await leavesSomething(resource) { activated.append(resource) }
            try tolerate(error, of: resource)
        }
    }

    /// Each daemon that was started has lived for its moment; these moments overlap.
    private func daemonsLive() async throws(ActionFailure) {
        for daemon in context.daemons {
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

    /// Whether a resource whose start failed half way has something that its stop would still undo.
    private func leavesSomething(_ resource: Resource) async -> Bool {
        if context.launched[resource.id] != nil { return true }
        // Of launchers a rollback stops only those that were started.
        if resource.driver is Application { return false }
        context.host.forget()
        return await resource.look(context.host, for: .action).stopSteps.contains(
            where: \.changesMachine
        )
    }

    /// The failure of an optional resource is told, and the action goes on.
    private func tolerate(_ failure: ActionFailure, of resource: Resource) throws(ActionFailure) {
        guard resource.isOptional, failure != .interrupted else { throw failure }
        if let reason = failure.reason(of: context.action.rawValue) {
            log.write(.error, reason, about: resource.id)
        }
    }

    private func startFailed(_ failure: ActionFailure, _ activated: [Resource]) async -> Int32 {
        tell(failure)
        context.host.programTrust?.isGoingDown = true
        // What follows must also happen after a signal: it runs in a task of its own, not cancelled.
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
        await failed(.rollbackPre)
        for resource in activated.reversed() {
            await ResourceRun(context: context, resource: resource).rollBack()
        }
        await failed(.rollbackPost)
    }

    private func tellNoRollback(of action: String) {
        let text = "skip rollback \(action): as instructed by --disable-rollback"
        log.write(.info, text, about: nil)
    }

    // MARK: Stop

    private func stop(_ seen: [ResourceID: Observation]) async -> Int32 {
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

    /// What a launcher leaves running must not keep the storage from being freed: the stop goes on.
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

    // MARK: Common

    /// Nothing is begun, nor said to be, once a signal has come.
    private func goOn() throws(ActionFailure) {
        if Task.isCancelled { throw .interrupted }
    }

    private func plan(
        _ seen: [ResourceID: Observation],
        _ direction: Action.Direction
    ) throws(ActionFailure) -> Plan {
        do {
            return try Planner.plan(
                service,
                seen,
                action: context.action,
                direction: direction,
                options: context.options
            )
        } catch {
            throw .untold(nil, error.description)
        }
    }

    private func tell(_ failure: ActionFailure) {
        let action = context.action.rawValue
        if failure == .interrupted {
            log.write(.error, "interrupted by signal", about: nil)
            return
        }
        if context.action == .boot, let reason = failure.reason(of: "start") {
            log.write(.error, reason, about: nil)
            return
        }
        let reason = failure.reason(of: action).map { ": \($0)" } ?? ""
        log.write(.error, "'\(action)' action stopped on execution error\(reason)", about: nil)
    }

    private func hooks(_ event: HookEvent) async throws(ActionFailure) {
        try await HookCalls(context: context).run(event)
    }

    private func triggers(_ moment: Trigger.Moment) async throws(ActionFailure) {
        guard context.action.isWhole else { return }
        try await TriggerRuns(performer: performer)
            .run(moment, of: service.triggers, on: nil)
    }

    /// Hooks after the fact: one that must not fail makes the exit code 1, and nothing is undone.
    private func after(_ event: HookEvent, code: Int32) async -> Int32 {
        do {
            try await hooks(event)
            return code
        } catch {
            tell(error)
            return 1
        }
    }

    /// Hooks of a failure: they only tell.
    private func failed(_ event: HookEvent) async {
        do {
            try await hooks(event)
        } catch {
            if let reason = error.reason(of: context.action.rawValue) {
                log.write(.error, reason, about: nil)
            }
        }
    }

    private func tellStatusChange(from before: [ResourceID: Observation]) async {
        guard service.definition.hooks.contains(where: { $0.event == .statusChanged }) else {
            return
        }
        let observer = Observer(service, host: context.host)
        context.host.forget()
        let now = await observer.status()
        guard now.overall != observer.status(of: before).overall else { return }
        await failed(.statusChanged)
    }
}
