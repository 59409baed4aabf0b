import OSVCEngine

/// Carries out what is requested of one service. A file of this folder for each kind of request.
@EngineActor
struct RequestRunner: SiteWork {
    let site: Site
    let source: ServiceSource
    /// What programs of the service find in their environment before the service adds to it.
    let environment: [String: String]
    let interruptions: any Interruptible
    let console: Console

    /// Writes to standard output.
    func show(_ text: String) { console.show(text) }

    /// Returns the exit code. `destination` is the node of a switch.
    ///
    /// A look runs programs, too: whatever the request, those that others may change are reported.
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
        if let refusal = refusal(of: request, options) {
            for text in refusal.lines { log.write(refusal.level, text, about: nil) }
            return Exit.failure
        }
        if !dryRun { source.correct(log) }
        switch request {
        case .act(let action) where dryRun: return await showPlan(action, options, .text)
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

    /// Programs of the service get this environment. Another service that shares the host may show its programs
    /// less of the caller's.
    func giveEnvironment() {
        host.childEnvironment = environment
    }

    private func refusal(of request: Request, _ options: ActionOptions) -> (
        level: LogLevel, lines: [String]
    )? {
        guard service.isManagedHere else {
            let groups = service.facts.groups
            let nodes = (groups.nodes + groups.drpnodes).joined(separator: ", ")
            let file = service.definition.files.first ?? "its file"
            let text =
                "service \(service.name) not managed here: \(service.facts.node) is not one of \(nodes);"
                + " run this there, or add it to nodes in \(file)"
            return (.error, [text])
        }
        let guardian = ActionGuard(service, host: host)
        if request.isGuarded,
            let text = guardian.refusal(options, isClusterAllowed: request.isClusterAllowed)
        {
            return (.info, [text] + [guardian.thawHint].compactMap(\.self))
        }
        guard request.isGuarded || request == .freeze || request == .thaw else { return nil }
        return guardian.mistake(in: options).map { (.error, [$0]) }
    }
}
