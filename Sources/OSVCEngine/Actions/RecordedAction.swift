import Glibc

/// An action on a service, from the remains of an interrupted one to the end of its own journal.
///
/// Everything that runs a launcher or changes a resource happens in here: after a crash only what the journal
/// contains is known.
@EngineActor
struct RecordedAction: SiteWork {
    let site: Site
    let action: Action
    /// The name in messages, in the journal and for scripts.
    let name: String
    let options: ActionOptions

    /// Waits for what still runs, then does `body` and returns its code, or 1 when the action cannot begin.
    func perform(_ trust: ActionTrust, _ body: (ActionContext) async -> Int32) async -> Int32 {
        guard await isAlone() else { return 1 }
        let interruption = Interruption.find(of: service.name, in: layout)
        var tools: [JournalCalls.Call] = []
        if let interruption {
            log.write(.warning, interruption.text, about: nil)
            guard let late = await late(after: interruption) else { return 1 }
            tools = late
        }
        guard trust.trustsPrograms() else { return 1 }
        let context = await prepared()
        guard begin(context, tools) else { return 1 }
        host.callKeeper = context.journal
        let code = await body(context)
        await context.awaitBesides()
        host.callKeeper = nil
        return end(context, code, tools)
    }

    private func prepared() async -> ActionContext {
        let lastNode = Files.text(layout.lastNode(of: service.name), limit: 256)
        let context = ActionContext(
            site,
            action: action,
            actionName: name,
            options: options,
            lastNode: lastNode.map { $0.filter { !$0.isNewline } }
        )
        await ServiceEnvironment(service).give(to: host, action: name)
        return context
    }

    // MARK: Programs of earlier actions

    /// Waits for another osvc that acts on the service although the lock is free: its file was removed, as by `rm -r`
    /// in `var`. Returns false when it still acts after the wait and this is not a stop, or when a signal came.
    private func isAlone() async -> Bool {
        let end = host.uptime() + options.lockLimit
        var isTold = false
        while let other = Interruption.find(of: service.name, in: layout), other.pid != getpid(),
            other.isRunning(on: host)
        {
            let holder = "\(other.action) (pid \(other.pid))"
            if !isTold {
                let limit = options.lockLimit.text
                let text = "\(holder) runs, but its lock is gone: waiting up to \(limit) for it"
                log.write(.warning, text, about: nil)
                isTold = true
            }
            guard host.uptime() < end else {
                log.write(.error, "\(name): \(holder) still runs", about: nil)
                return action.direction == .down
            }
            do {
                try await host.sleep(.milliseconds(100))
            } catch {
                log.write(.error, "interrupted by signal", about: nil)
                return false
            }
        }
        return true
    }

    /// Waits for what a killed osvc left running, and returns the tools that still run: a stop begins in spite
    /// of them. Nil: a signal came, or the action cannot begin.
    private func late(after interruption: Interruption) async -> [JournalCalls.Call]? {
        let leftovers = Leftovers(
            interruption: interruption,
            service: service.facts,
            host: host,
            log: log
        )
        do {
            let tools = try await leftovers.awaitEnd(within: options.lockLimit)
            guard action.directions.contains(.up), !tools.isEmpty else { return tools }
            let names = Leftovers.running(tools, on: host).joined(separator: ", ")
            let text =
                "\(name): nothing was done: the interrupted \(interruption.action) still runs"
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

    // MARK: The journal

    /// Opens the journal. Without it a start is refused, because a crash would leave what it started
    /// unrecorded. A stop goes on: it must always be possible.
    private func begin(_ context: ActionContext, _ tools: [JournalCalls.Call]) -> Bool {
        do {
            context.journal = try Journal.begin(
                name,
                of: service.name,
                in: layout,
                at: host.now(),
                carrying: tools
            ) { [log] error in
                log.write(.warning, "the journal cannot be written any more: \(error)", about: nil)
            }
        } catch {
            guard action.direction == .down else {
                let text = "the journal cannot be written: \(error); nothing was done"
                log.write(.error, text, about: nil)
                return false
            }
            log.write(.warning, "the journal cannot be written: \(error)", about: nil)
        }
        do {
            try host.makeDirectory(layout.launcherLogs)
        } catch {
            log.write(.warning, "launchers cannot keep logs: \(error)", about: nil)
        }
        return true
    }

    private func end(_ context: ActionContext, _ code: Int32, _ tools: [JournalCalls.Call]) -> Int32
    {
        let late = Leftovers.running(tools, on: host)
        guard late.isEmpty else {
            context.journal?.leave()
            let text =
                "\(name): an interrupted action still runs \(late.joined(separator: ", ")),"
                + " which may undo this; try again when it has ended"
            log.write(.error, text, about: nil)
            return 1
        }
        context.journal?.end(code: code, at: host.now())
        return code
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
