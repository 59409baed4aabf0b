/// Carries out steps: the only place where the engine changes the machine.
@EngineActor
struct StepPerformer {
    let context: ActionContext

    private var host: any Host { context.host }

    /// Carries out one step for a resource. Throws when the step failed; the log then says why.
    ///
    /// Each kind of step has its case here. Steps that change the machine are recorded in the journal; steps
    /// that overlap are recorded one by one.
    func perform(_ step: Step, on resource: ResourceID?) async throws(ActionFailure) {
        switch step {
        case .note(let level, let text): context.log.write(level, text, about: resource)
        case .tellLoop(let file): try tellLoop(file, resource)
        case .require(let probe, let text):
            guard try await holds(probe, resource) else { throw fail(text, resource) }
        case .fail(let text): throw fail(text, resource)
        case .waitUntil(let probe, let pause, let limit, let text):
            try await wait(until: probe, pause, limit, text, resource)
        case .together(let steps): try await together(steps, resource)
        case .run(let command):
            try await recorded(step, resource) { () async throws(ActionFailure) in
                try await run(command, resource)
            }
        case .retry(let command, let times, let pause, let probe, let text):
            try await recorded(step, resource) { () async throws(ActionFailure) in
                try await retry(command, times, pause, probe, text, resource)
            }
        case .runBeside(let command):
            try await recorded(step, resource) { () async throws(ActionFailure) in
                runBeside(command, resource)
            }
        case .makeDirectory(let path):
            try await ordered(step, resource, isLogged: false) { () throws(HostError) in
                try host.makeDirectory(path)
            }
        case .makeMountPoint(let path):
            try await recorded(step, resource) { () async throws(ActionFailure) in
                makeMountPoint(path, resource)
            }
        case .writeFile(let path, let contents):
            try await ordered(step, resource) { () throws(HostError) in
                try host.writeFile(path, Array(contents.utf8), mode: 0o644)
            }
        case .removeFile(let path):
            try await ordered(step, resource) { () throws(HostError) in try host.removeFile(path) }
        case .announce(let address, let device):
            try await recorded(step, resource) { () async throws(ActionFailure) in
                context.log.write(.info, step.summary, about: resource)
                try told(resource) { () throws(HostError) in
                    try host.announce(address, on: device)
                }
            }
        case .unmount(let mountPoint, let policy, let freesDevice):
            try await recorded(step, resource) { () async throws(ActionFailure) in
                try await Unmounting(
                    performer: self,
                    resource: resource,
                    mountPoint: mountPoint,
                    policy: policy
                ).unmount(freesDevice: freesDevice)
            }
        case .launch(let launcher, let action):
            try await recorded(step, resource) { () async throws(ActionFailure) in
                try await Launching(context: context, resource: resource, launcher: launcher)
                    .perform(action)
            }
        }
    }

    /// Changes the machine between two records of the journal.
    private func recorded(
        _ step: Step,
        _ resource: ResourceID?,
        _ change: () async throws(ActionFailure) -> Void
    ) async throws(ActionFailure) {
        context.journal?.doing(step, on: resource, at: host.now())
        do throws(ActionFailure) {
            try await change()
        } catch {
            context.journal?.did(resource, failed: true)
            throw error
        }
        context.journal?.did(resource, failed: false)
    }

    /// Makes a change that the host carries out itself.
    private func ordered(
        _ step: Step,
        _ resource: ResourceID?,
        isLogged: Bool = true,
        _ order: () throws(HostError) -> Void
    ) async throws(ActionFailure) {
        try await recorded(step, resource) { () async throws(ActionFailure) in
            if isLogged { context.log.write(context.stepLevel, step.summary, about: resource) }
            try told(resource, order)
        }
    }

    private func wait(
        until probe: Probe,
        _ pause: Duration,
        _ limit: Duration,
        _ text: String,
        _ resource: ResourceID?
    ) async throws(ActionFailure) {
        let start = host.uptime()
        context.log.waiting(for: probe.description)
        defer { context.log.waiting(for: nil) }
        while try await !holds(probe, resource) {
            guard host.uptime() - start < limit else { throw fail(text, resource) }
            try await sleep(pause)
        }
    }

    private func tellLoop(_ file: String, _ resource: ResourceID?) throws(ActionFailure) {
        try told(resource) { () throws(HostError) in
            let devices = try host.loopDevices(of: file).map(\.path).joined(separator: ", ")
            context.log.write(.info, "\(devices) now loops to \(file)", about: resource)
        }
    }

    private func runBeside(_ command: Command, _ resource: ResourceID?) {
        context.log.write(.info, command.line, about: resource)
        var command = command
        command.output = .inherit
        let prepared = command
        // It is an ARP announcement for the neighbours; nothing depends on its result.
        context.log.holding(true)
        context.runBeside { [host, log = context.log] in
            _ = try? await host.run(prepared)
            log.holding(false)
        }
    }

    private func makeMountPoint(_ path: String, _ resource: ResourceID?) {
        do {
            try host.makeDirectory(path)
            context.log.write(.info, "create missing mountpoint \(path)", about: resource)
        } catch {
            context.log.write(.info, "failed to create missing mountpoint \(path)", about: resource)
            context.log.write(.debug, error.description, about: resource)
        }
    }

    /// Runs steps at the same time, at most `jobs` at once. After a signal no more begin, and those that run
    /// are cancelled. Waits for all that began, then throws the first failure.
    private func together(_ steps: [Step], _ resource: ResourceID?) async throws(ActionFailure) {
        let begun = Locked<[Task<ActionFailure?, Never>]>([])
        let failure = await withTaskCancellationHandler {
            await sideBySide(steps, resource, begun)
        } onCancel: {
            for task in begun.withLock({ $0 }) { task.cancel() }
        }
        if let failure { throw failure }
    }

    private func sideBySide(
        _ steps: [Step],
        _ resource: ResourceID?,
        _ begun: Locked<[Task<ActionFailure?, Never>]>
    ) async -> ActionFailure? {
        var failure: ActionFailure?
        var running: ArraySlice<Task<ActionFailure?, Never>> = []
        for step in steps {
            if running.count >= max(1, context.options.jobs) {
                let ended = await running.removeFirst().value
                failure = failure ?? ended
            }
            guard !Task.isCancelled else {
                failure = .interrupted
                break
            }
            let task = Task { @EngineActor in
                do throws(ActionFailure) {
                    try await perform(step, on: resource)
                    return nil as ActionFailure?
                } catch {
                    return error
                }
            }
            begun.withLock { $0.append(task) }
            running.append(task)
        }
        for task in running {
            let ended = await task.value
            failure = failure ?? ended
        }
        return Task.isCancelled ? .interrupted : failure
    }

    private func retry(
        _ command: Command,
        _ times: Int,
        _ pause: Duration,
        _ probe: Probe,
        _ text: String,
        _ resource: ResourceID?
    ) async throws(ActionFailure) {
        for attempt in 1...max(1, times) {
            var command = command
            // The probe decides: a failed attempt is logged and is not fatal.
            command.logging = .failuresInform
            _ = try await result(of: command, resource)
            if try await holds(probe, resource) { return }
            if attempt < times { try await sleep(pause) }
        }
        throw fail(text, resource)
    }

    /// Runs a command and logs it (classic-actions.md section 7). Throws when it does not accept the exit code.
    @discardableResult
    func run(_ command: Command, _ resource: ResourceID?) async throws(ActionFailure)
        -> CommandResult
    {
        let result = try await result(of: command, resource)
        guard command.accepting.contains(result.code) else { throw .step(resource) }
        return result
    }

    /// Runs a command and logs it, whatever its exit code.
    ///
    /// Without `tellsExit` nothing is logged about a program that failed and printed nothing.
    func result(
        of command: Command,
        _ resource: ResourceID?,
        tellsExit: Bool = true
    ) async throws(ActionFailure) -> CommandResult {
        if command.logging != .quiet { context.log.write(.info, command.line, about: resource) }
        var command = command
        command.isNeverEnded = true
        let result: CommandResult
        do {
            context.log.waiting(for: command.line)
            defer { context.log.waiting(for: nil) }
            result = try await host.run(command)
        } catch .cancelled {
            throw .interrupted
        } catch {
            throw fail(error.description, resource)
        }
        CommandReport(command, result, tellsExit: tellsExit)
            .write(to: context.log, about: resource)
        return result
    }

    func holds(_ probe: Probe, _ resource: ResourceID?) async throws(ActionFailure) -> Bool {
        do {
            return try await probe.holds(on: host)
        } catch .cancelled {
            throw .interrupted
        } catch {
            throw fail(error.description, resource)
        }
    }

    func sleep(_ time: Duration) async throws(ActionFailure) {
        do {
            try await host.sleep(time)
        } catch {
            throw .interrupted
        }
    }

    /// Logs why a step failed, and returns the error to throw.
    func fail(_ text: String, _ resource: ResourceID?) -> ActionFailure {
        context.log.write(.error, text, about: resource)
        return .step(resource)
    }

    private func told(
        _ resource: ResourceID?,
        _ body: () throws(HostError) -> Void
    ) throws(ActionFailure) {
        do {
            try body()
        } catch {
            throw fail(error.description, resource)
        }
    }
}
