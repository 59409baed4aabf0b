/// One running action, once the service is locked and the journal is open.
@EngineActor
struct ActionRun {
    let context: ActionContext

    var log: any Log { context.log }
    var service: Service { context.service }
    var performer: StepPerformer { StepPerformer(context: context) }

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
        if code == 0 { context.scripts.forgetUndo() }
        await tellStatusChange(from: before)
        return code
    }

    /// Looks at all resources, but asks no launcher: each is asked right before its start or stop.
    func observe() async -> [ResourceID: Observation] {
        context.host.forget()
        log.waiting(for: "status of \(service.name)")
        defer { log.waiting(for: nil) }
        return await Observer(context.site).look(for: .action, asking: { _ in false })
    }

    // MARK: Common

    /// After a signal nothing new is begun or announced: throws `.interrupted`.
    func goOn() throws(ActionFailure) {
        if Task.isCancelled { throw .interrupted }
    }

    func plan(
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

    func tell(_ failure: ActionFailure) {
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

    func hooks(_ event: HookEvent) async throws(ActionFailure) {
        try await HookCalls(context: context).run(event)
    }

    func triggers(_ moment: Trigger.Moment) async throws(ActionFailure) {
        guard context.action.isWhole else { return }
        try await TriggerRuns(performer: performer)
            .run(moment, of: service.triggers, on: nil)
    }

    /// Runs hooks after the fact. One that aborts makes the exit code 1; nothing is undone.
    func after(_ event: HookEvent, code: Int32) async -> Int32 {
        do {
            try await hooks(event)
            return code
        } catch {
            tell(error)
            return 1
        }
    }

    /// Runs hooks of a failure. Their own failures are only logged.
    func failed(_ event: HookEvent) async {
        do {
            try await hooks(event)
        } catch {
            if let reason = error.reason(of: context.action.rawValue) {
                log.write(.error, reason, about: nil)
            }
        }
    }

    private func tellStatusChange(from before: [ResourceID: Observation]) async {
        guard context.tellsStatusChange else { return }
        let observer = Observer(context.site)
        context.host.forget()
        // Launchers that were neither started nor stopped have not been asked, and are not now.
        let asked = context.firstLooks.filter { service.resource($0.key)?.driver is Application }
        let now = await observer.look(
            for: .status,
            { context.questions(after: $0.id) },
            asking: { asked[$0.id] != nil }
        )
        let then = observer.isBelowUp(in: before) ? before.merging(asked) { $1 } : before
        guard observer.status(of: now).overall != observer.status(of: then).overall else { return }
        await failed(.statusChanged)
    }
}
