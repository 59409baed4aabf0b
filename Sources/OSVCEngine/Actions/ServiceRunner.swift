/// Carries out an action on a service, from lock to journal's end.
///
/// Sequence of a start: lock, the service's `start.pre` hooks, conflict checks, `pre_start` triggers,
/// then resource by resource, then `post_start` and `start.post`. When a step fails, what this action
/// brought up is brought down again, newest first. A signal interrupts without rollback, unless
/// the service asks for it; the next command then says what was interrupted.
@EngineActor
public final class ServiceRunner: SiteWork {
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// Does anything but a status. Returns the exit code, 0 or 1; the log has said why.
    public func perform(_ action: Action, _ options: ActionOptions) async -> Int32 {
        precondition(action != .status, "a status is looked at, not performed")
        let guardian = ActionGuard(service, host: host)
        if let refusal = guardian.refusal(of: action, options) {
            log.write(.info, refusal, about: nil)
            return 1
        }
        if let mistake = guardian.mistake(in: options) {
            log.write(.error, mistake, about: nil)
            return 1
        }
        let trust = ActionTrust(
            site,
            for: action.rawValue,
            isIndispensable: action.direction == .down,
            refusingPrograms: action.directions.contains(.up)
        )
        return await trust.locked(within: options.lockLimit) {
            await begun(action, options, trust)
        }
    }

    /// Under the lock: logs what an earlier osvc left half done, and waits for it.
    private func begun(_ action: Action, _ options: ActionOptions, _ trust: ActionTrust) async
        -> Int32
    {
        guard await isAlone(action, within: options.lockLimit) else { return 1 }
        let interruption = Interruption.find(of: service.name, in: layout)
        var tools: [JournalCalls.Call] = []
        if let interruption {
            log.write(.warning, interruption.text, about: nil)
            guard let late = await late(action, after: interruption, within: options.lockLimit)
            else { return 1 }
            tools = late
        }
        guard trust.trustsPrograms() else { return 1 }
        return await locked(action, options, followsInterruption: interruption != nil, tools)
    }

    /// Waits for another osvc that acts on the service though the lock is free. False: it acts still, and this is
    /// no stop; or a signal came.
    private func isAlone(_ action: Action, within limit: Duration) async -> Bool {
        let end = host.uptime() + limit
        var isTold = false
        while let other = Interruption.find(of: service.name, in: layout), other.isRunning(on: host)
        {
            let name = "\(other.action) (pid \(other.pid))"
            if !isTold {
                let text = "\(name) runs, but its lock is gone: waiting up to \(limit.text) for it"
                log.write(.warning, text, about: nil)
                isTold = true
            }
            guard host.uptime() < end else {
                log.write(.error, "\(action.rawValue): \(name) still runs", about: nil)
                return action.direction == .down
            }
            do {
                try await host.sleep(.milliseconds(100))
            } catch {
                log.write(.error, "interrupted by signal", about: nil)
                return false
            }
            host.forget()
        }
        return true
    }

    /// Waits for what a killed osvc left running, and returns the tools that run on: a stop begins beside
    /// them. Nil: a signal came, or the action cannot begin.
    private func late(
        _ action: Action,
        after interruption: Interruption,
        within limit: Duration
    ) async -> [JournalCalls.Call]? {
        let leftovers = Leftovers(
            interruption: interruption,
            service: service.facts,
            host: host,
            log: log
        )
        do {
            let tools = try await leftovers.awaitEnd(within: limit)
            guard action.directions.contains(.up), !tools.isEmpty else { return tools }
            let names = Leftovers.running(tools, on: host).joined(separator: ", ")
            let text =
                "\(action.rawValue): nothing was done: the interrupted \(interruption.action) still runs"
                + " \(names); try again when it has ended"
            log.write(.error, text, about: nil)
            return nil
        } catch .cancelled {
            log.write(.error, "interrupted by signal", about: nil)
            return nil
        } catch {
            log.write(.warning, "cannot tell what was left running: \(error)", about: nil)
        }
        return []
    }

    private func locked(
        _ action: Action,
        _ options: ActionOptions,
        followsInterruption: Bool,
        _ tools: [JournalCalls.Call]
    ) async -> Int32 {
        let lastNode = Files.text(layout.lastNode(of: service.name), limit: 256)
        let context = ActionContext(
            site,
            action: action,
            options: options,
            lastNode: lastNode.map { $0.filter { !$0.isNewline } }
        )
        context.followsInterruption = followsInterruption
        await ServiceEnvironment(service).give(to: host, action: action.rawValue)
        do {
            context.journal = try Journal.begin(
                action.rawValue,
                of: service.name,
                in: layout,
                at: host.now()
            ) { [log] error in
                log.write(.warning, "the journal cannot be written any more: \(error)", about: nil)
            }
        } catch {
            // Nothing may be started that a crash would leave unrecorded; a stop must always be possible.
            guard action.direction == .down else {
                let text = "the journal cannot be written: \(error); nothing was done"
                log.write(.error, text, about: nil)
                return 1
            }
            log.write(.warning, "the journal cannot be written: \(error)", about: nil)
        }
        do {
            try host.makeDirectory(layout.launcherLogs)
        } catch {
            log.write(.warning, "launchers cannot keep logs: \(error)", about: nil)
        }
        context.journal?.carry(tools)
        host.callKeeper = context.journal
        let code = await ActionRun(context: context).perform()
        await context.awaitBesides()
        host.callKeeper = nil
        let late = Leftovers.running(tools, on: host)
        guard late.isEmpty else {
            context.journal?.leave()
            let text =
                "\(action.rawValue): an interrupted action still runs \(late.joined(separator: ", ")),"
                + " which may undo this; try again when it has ended"
            log.write(.error, text, about: nil)
            return 1
        }
        context.journal?.end(code: code, at: host.now())
        // A boot that starts only what is standby has become another action.
        if code == 0, ranService(context.action, options) { rememberNode() }
        return code
    }

    /// Whether success means that the service runs here: not of what stays up everywhere, nor of a part.
    private func ranService(_ action: Action, _ options: ActionOptions) -> Bool {
        action.bringsUpWhole && options.rids.isEmpty && options.tags.isEmpty
    }

    private func rememberNode() {
        do {
            try host.writeFile(
                layout.lastNode(of: service.name),
                Array("\(service.facts.node)\n".utf8),
                mode: 0o644
            )
        } catch {
            log.write(.warning, "cannot remember where the service runs: \(error)", about: nil)
        }
    }
}

extension Interruption {
    /// `interrupted start at fs#1 (mount …), 14:40:11`
    public var text: String {
        let place = resource.map { " at \($0)" } ?? ""
        let step = self.step.map { " (\($0))" } ?? ""
        return "interrupted \(action)\(place)\(step), \(LocalTime(time).clock)"
    }
}
