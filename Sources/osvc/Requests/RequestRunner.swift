import OSVCEngine

/// Carries out a request for one service. Each kind of request has a file in this folder.
@EngineActor
struct RequestRunner: SiteWork {
    let site: Site
    let source: ServiceSource
    /// The environment of the service's programs, before the service adds its variables.
    let environment: [String: String]
    let interruptions: any Interruptible
    let console: Console
    /// Whether nothing may be written: an ordinary user looks.
    var isReadOnly = false
    /// Whether the site is that of another node, of which nothing is known.
    var isElsewhere = false

    /// Writes to standard output.
    func show(_ text: String) { console.show(text) }

    /// Carries out the request and returns the exit code. `destination` is the node of a switch.
    ///
    /// Whatever the request, programs that others may change are reported, because a look runs programs too.
    func carryOut(
        _ request: Request,
        _ options: ActionOptions,
        dryRun: Bool = false,
        destination: String? = nil
    ) async -> Int32 {
        await ActionTrust(site, for: "look").judging {
            await answer(request, options, dryRun: dryRun, destination: destination)
        }
    }

    private func answer(
        _ request: Request,
        _ options: ActionOptions,
        dryRun: Bool,
        destination: String?
    ) async -> Int32 {
        // What would refuse the action is part of its plan.
        if dryRun, case .act(let action) = request { return await showPlan(action, options, .text) }
        if let refusal = refusal(of: request, options) {
            for text in refusal.lines { log.write(refusal.level, text, about: nil) }
            return request.failureCode
        }
        if !dryRun { source.correct(log) }
        switch request {
        case .act, .sync, .stonith, .monitorResources:
            return await act(request, options, dryRun: dryRun)
        case .statusCode, .printStatus, .jsonStatus: return await showStatus(request)
        case .freeze: return await set(frozen: true, options, dryRun: dryRun)
        case .thaw: return await set(frozen: false, options, dryRun: dryRun)
        case .frozen:
            return ActionGuard(service, host: host).isFrozen ? Exit.failure : Exit.success
        case .push: return push()
        case .printModified: return showModified()
        case .printService:
            show(ServiceDump(service).text)
            return Exit.success
        case .switchOver: return switchOver(to: destination)
        case .list(let what, let asJSON): return list(what, asJSON: asJSON)
        }
    }

    /// Gives programs of the service this environment. Another service that shares the host may pass less of
    /// the caller's environment to its programs.
    func giveEnvironment() {
        host.childEnvironment = environment
    }

    private func refusal(of request: Request, _ options: ActionOptions) -> (
        level: LogLevel, lines: [String]
    )? {
        let guardian = ActionGuard(service, host: host)
        if let stranger = guardian.stranger { return (.error, [stranger]) }
        if request.isGuarded,
            let text = guardian.refusal(options, isClusterAllowed: request.isClusterAllowed)
        {
            return (.info, [text] + [guardian.thawHint].compactMap(\.self))
        }
        guard request.isGuarded || request == .freeze || request == .thaw else { return nil }
        return guardian.mistake(in: options).map { (.error, [$0]) }
    }
}
