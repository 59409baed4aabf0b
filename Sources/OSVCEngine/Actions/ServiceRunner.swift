/// Carries out an action on a service, from lock to journal's end.
///
/// Sequence of a start: lock, the service's `start.pre` hooks, conflict checks, `pre_start` triggers, then
/// resource by resource, then `post_start` and `start.post`. When a step fails, what this action brought up is
/// brought down again, newest first. A signal interrupts without rollback, unless `rollback_on_signal` is set;
/// the next command then reports what was interrupted.
@EngineActor
public final class ServiceRunner: SiteWork {
    /// The service that the action works on.
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// Carries out any action except `status`, which traps. Returns the exit code, 0 or 1; the log says why.
    public func perform(_ action: Action, _ options: ActionOptions) async -> Int32 {
        // No command has this action: what asks for a status is another kind of request, with an observer.
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
            await RecordedAction(
                site: site,
                action: action,
                name: action.rawValue,
                options: options
            ).perform(trust) { context in
                let code = await ActionRun(context: context).perform()
                // A boot that starts only what is standby has become another action.
                if code == 0, ranService(context.action, options) { rememberNode() }
                return code
            }
        }
    }

    /// Whether success means that the service runs here: not after a start of standby resources or of a part.
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
