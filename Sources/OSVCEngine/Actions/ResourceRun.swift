/// Brings one resource up or down: hooks, triggers, a fresh look, steps, and after a start a look whether it is up.
@EngineActor
struct ResourceRun {
    let context: ActionContext
    let resource: Resource

    var performer: StepPerformer { StepPerformer(context: context) }

    /// Brings the resource up. `changed` becomes true when a step that changes the machine was begun, also when
    /// it failed. Returns false when a hook skipped the resource.
    func up(changed: inout Bool) async throws(ActionFailure) -> Bool {
        do {
            await giveEnvironment()
            try await hooks(.resourceStartPre)
            try await triggers(.preStart)
        } catch .skipped(let hook, let text) {
            context.log.write(.info, "skipped by \(hook): \(text)", about: resource.id)
            return false
        }
        let seen = await freshLook(before: .start)
        context.before[resource.id] = seen.launchersBefore
        let steps = try await perform(seen, changed: &changed)
        var holdings = seen.holdings
        if !isPart, steps.contains(where: \.changesMachine) {
            let isTolerant = steps.flatMap(\.unbundled).contains(where: \.toleratesFailure)
            holdings = try await confirmUp(tolerant: isTolerant || resource.toleratesFailedStart)
        }
        context.holdings.settle(holdings, for: resource.id)
        try await triggers(.postStart)
        try await hooks(.resourceStartPost)
        return true
    }

    private func freshLook(before action: LauncherAction) async -> Observation {
        context.host.forget()
        context.log.waiting(for: "status of \(resource.id)")
        defer { context.log.waiting(for: nil) }
        let seen = await resource.look(
            context.host,
            for: .action,
            scripts: context.scripts,
            questions: context.questions(before: action)
        )
        context.answers[resource.id] = seen.launchersBefore.answers
        context.firstLooks[resource.id] = context.firstLooks[resource.id] ?? seen
        return seen
    }

    /// Whether only a part of the resource is started.
    var isPart: Bool { context.action == .startstandby && !resource.isStandby }

    private func startSteps(_ seen: Observation) -> [Step] {
        isPart ? seen.standbySteps : seen.startSteps
    }

    /// Performs the steps. When another service of this node may want the same thing (`startLock`), looks again
    /// under that lock and performs the steps that follow from it. Returns what was performed.
    private func perform(
        _ seen: Observation,
        changed: inout Bool
    ) async throws(ActionFailure) -> [Step] {
        try checkHolders(seen)
        let planned = startSteps(seen)
        let opening = planned.prefix { !$0.changesMachine }
        for step in opening { try await performer.perform(step, on: resource.id) }
        guard opening.count < planned.count else { return planned }
        try await askForConflict(seen)
        var rest = planned.dropFirst(opening.count)
        var lock: ServiceLock?
        if let name = type(of: resource.driver).startLock {
            lock = try await take(name)
            let seen = await freshLook(before: .start)
            try checkHolders(seen)
            try claim(seen)
            let steps = startSteps(seen)
            rest = steps.starts(with: opening) ? steps.dropFirst(opening.count) : steps[...]
        }
        defer { lock?.release() }
        for step in rest {
            changed = changed || step.changesMachine
            try await performer.perform(step, on: resource.id)
        }
        return Array(opening + rest)
    }

    private func take(_ lock: NodeLock) async throws(ActionFailure) -> ServiceLock {
        defer { context.log.waiting(for: nil) }
        do throws(StateError) {
            return try await ServiceLock.take(
                lock,
                for: "\(context.service.name) \(context.action.rawValue)",
                in: context.layout,
                within: .seconds(30),
                host: context.host
            ) { context.log.waiting(for: $0.map { "\($0)" } ?? lock.rawValue) }
        } catch .cancelled {
            throw .interrupted
        } catch {
            throw performer.fail("\(error)", resource.id)
        }
    }

    /// Does the resource's conflict checks before it changes anything, unless the action as a whole did them.
    private func askForConflict(_ seen: Observation) async throws(ActionFailure) {
        guard !context.checkedForConflict.contains(resource.id) else { return }
        for step in seen.conflictChecks {
            try await performer.perform(step, on: resource.id)
        }
    }

    /// Throws when the resource is not up after its start, unless its launchers may fail. Returns what is up.
    private func confirmUp(tolerant isTolerant: Bool) async throws(ActionFailure) -> [Holding] {
        // A classic start never checked this; failures of launchers were reported one by one.
        if context.service.facts.isClassic, isTolerant { return [] }
        Launching.followDaemons(of: resource.id, in: context)
        var seen = await settledLook(tolerant: isTolerant)
        if seen.report.hasFailed,
            context.watchedDaemons.contains(where: { $0.resource == resource.id })
        {
            // A daemon may have gone to the background between the two.
            Launching.followDaemons(of: resource.id, in: context)
            seen = await settledLook(tolerant: isTolerant)
        }
        let report = seen.report
        guard report.hasFailed else {
            // The log has the output of launchers already.
            guard resource.type.group?.isStorage == true else { return seen.holdings }
            for note in report.notes { context.log.write(.warning, note, about: resource.id) }
            return seen.holdings
        }
        let text = report.failure(after: "its start")
        guard isTolerant else {
            throw performer.fail(text, resource.id)
        }
        context.log.write(.warning, text, about: resource.id)
        return seen.holdings
    }

    /// What is seen when the resource is up, or after the time that launchers have to come up. Those of a
    /// launcher directory do not say which status belongs to which start, so all are asked together.
    private func settledLook(tolerant isTolerant: Bool) async -> Observation {
        let end = context.host.uptime() + .seconds(10)
        var pause = Duration.milliseconds(20)
        while true {
            context.host.forget()
            let seen = await resource.look(
                context.host,
                for: .status,
                scripts: context.scripts,
                questions: context.questions(after: resource.id)
            )
            guard context.startedEntries.contains(resource.id), !isTolerant,
                seen.report.hasFailed, context.host.uptime() < end
            else { return seen }
            do {
                try await context.host.sleep(pause)
            } catch {
                return seen
            }
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    /// Brings the resource down.
    func down() async throws(ActionFailure) {
        do {
            await giveEnvironment()
            try await hooks(.resourceStopPre)
            try await triggers(.preStop)
        } catch .skipped(let hook, let text) {
            context.log.write(.info, "skipped by \(hook): \(text)", about: resource.id)
            return
        }
        let seen = await freshLook(before: .stop)
        if !isHeldByOther(seen) { try await all(seen.stopSteps) }
        context.holdings.settle([], for: resource.id)
        try await triggers(.postStop)
        try await hooks(.resourceStopPost)
    }

    /// Performs the stop steps. Those of launchers are independent: after a failure the next one is still
    /// performed. A note at error level is no failure of a whole stop, but one of `stopapp`.
    private func all(_ steps: [Step]) async throws(ActionFailure) {
        var failure: ActionFailure?
        for step in steps {
            do throws(ActionFailure) {
                try await performer.perform(step, on: resource.id)
                if case .note(.error, _) = step, context.action == .stopapp {
                    failure = .step(resource.id)
                }
            } catch {
                guard step.isIndependent, error != .interrupted else { throw error }
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Undoes what this action did to the resource. Failures are logged, and the rollback goes on.
    func rollBack() async {
        context.host.forget()
        let launched = context.launched[resource.id]
        let purpose: Purpose = launched == nil ? .action : .planning
        let steps = await resource.look(context.host, for: purpose, scripts: context.scripts)
            .stopSteps.flatMap(\.unbundled)
        for step in steps {
            if case .launch(let launcher, _) = step {
                // The names in a directory do not say which stop belongs to which start.
                let wasStarted =
                    launcher.isEntry
                    ? context.startedEntries.contains(resource.id)
                    : launched?.contains(launcher.name) == true
                guard wasStarted, await !undo(launcher), isSurelyNew(launcher) else { continue }
            }
            do throws(ActionFailure) {
                try await performer.perform(step, on: resource.id)
            } catch {
                context.log.write(
                    .error,
                    "rollback \(context.action.rawValue) failed",
                    about: resource.id
                )
            }
        }
        context.holdings.settle([], for: resource.id)
    }

    /// Whether the launcher did not run before this start. If that is not known, says that it is left running.
    private func isSurelyNew(_ launcher: Launcher) -> Bool {
        guard let before = context.before[resource.id], before.mayHaveRun(launcher) else {
            return true
        }
        guard !(launcher.isEntry && before.entries.isUp) else { return false }
        let name = launcher.isEntry ? "what \(launcher.name) stops" : launcher.name
        let text = "\(name) is left as it is: it may have run before the start"
        context.log.write(.info, text, about: resource.id)
        return false
    }

    /// Runs the undo functions of the launcher's start. Returns false when there are none: then its stop must run.
    private func undo(_ launcher: Launcher) async -> Bool {
        let key = ScriptKey(resource: resource.id, launcher: launcher.name)
        let script = ScriptReference(id: -1, position: launcher.position)
        let call = context.call(script, .launcher(.stop), key: key, limit: .seconds(30))
        return await context.scripts.undo(key, call)
    }

    private func giveEnvironment() async {
        await ServiceEnvironment(context.service).give(to: context.host, about: resource.id)
    }

    private func hooks(_ event: HookEvent) async throws(ActionFailure) {
        try await HookCalls(context: context).run(event, on: resource.id)
    }

    private func triggers(_ moment: Trigger.Moment) async throws(ActionFailure) {
        guard context.action.runsTriggers else { return }
        try await TriggerRuns(performer: performer).run(
            moment,
            of: resource.triggers,
            on: resource.id
        )
    }
}

extension Step {
    /// Whether the next steps do not depend on it: launchers, refusals and notes.
    fileprivate var isIndependent: Bool {
        switch self {
        case .launch, .fail, .note: true
        case .together(let steps): steps.allSatisfy(\.isIndependent)
        default: false
        }
    }

    /// Whether a start goes on when this step fails (decisions.md 9).
    var toleratesFailure: Bool {
        if case .launch(let launcher, .start) = self {
            launcher.onError == .continue
        } else {
            false
        }
    }

    /// The single steps of `together`, or the step itself.
    var unbundled: [Step] {
        guard case .together(let steps) = self else { return [self] }
        return steps.flatMap(\.unbundled)
    }
}
