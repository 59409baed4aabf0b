/// Freezes a service, so that actions are refused, and thaws it again (classic-actions.md section 11).
///
/// The flag is a file, `var/FROZEN.<service>`. No lock is taken, because a service must be frozen even while an
/// action runs. The hooks of `freeze` and `thaw` run after the flag was changed, and only then.
@EngineActor
public struct Freezing: SiteWork {
    /// The service that is frozen or thawed.
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// The steps, as `--dry-run` shows them; a single note when nothing is to be done. Throws when the flag
    /// cannot be looked at.
    ///
    /// Thawing concerns the service's own flag: a frozen node stays frozen (decisions.md 30).
    public func steps(to frozen: Bool) throws(HostError) -> [Step] {
        let flag = layout.frozenFlag(of: service.name)
        let isFrozen = try host.fileInfo(flag) != nil
        guard frozen != isFrozen else {
            return [.note(.info, frozen ? "already frozen" : "not frozen")]
        }
        return frozen
            ? [.makeDirectory(layout.stateRoot), .writeFile(flag, contents: "")]
            : [.removeFile(flag)]
    }

    /// Sets or removes the flag and runs the hooks. Returns the exit code, 0 or 1; the log says why.
    public func set(frozen: Bool, _ options: ActionOptions = ActionOptions()) async -> Int32 {
        let name = frozen ? "freeze" : "thaw"
        // A flag that others may create or remove freezes nothing.
        let trust = ActionTrust(site, for: name)
        guard trust.believesState() else { return 1 }
        return await trust.judging { await setJudged(frozen: frozen, name, options) }
    }

    private func setJudged(frozen: Bool, _ name: String, _ options: ActionOptions) async -> Int32 {
        let context = ActionContext(
            site,
            action: .status,
            actionName: name,
            options: options,
            lastNode: nil
        )
        if service.facts.isClassic { context.stepLevel = .debug }
        do throws(ActionFailure) {
            // The classic tools print nothing, and scripts of a site may rely on that.
            let steps = try planned(frozen).filter { !service.facts.isClassic || $0.changesMachine }
            for step in steps {
                try await StepPerformer(context: context).perform(step, on: nil)
            }
            if steps.contains(where: \.changesMachine) {
                await ServiceEnvironment(service).give(to: host, action: context.actionName)
                try await HookCalls(context: context).run(frozen ? .freeze : .thaw)
            }
        } catch {
            if let reason = error.reason(of: context.actionName) {
                log.write(.error, reason, about: nil)
            }
            return 1
        }
        if !frozen, !service.facts.isClassic { tellFrozenNode() }
        return 0
    }

    private func planned(_ frozen: Bool) throws(ActionFailure) -> [Step] {
        do {
            return try steps(to: frozen)
        } catch {
            throw .untold(nil, error.description)
        }
    }

    private func tellFrozenNode() {
        // A flag that cannot be read is reported by the next action.
        guard (try? host.fileInfo(layout.frozenNodeFlag)) ?? nil != nil else { return }
        let text = "the node is frozen (\(layout.frozenNodeFlag)), and with it every service"
        log.write(.warning, text, about: nil)
    }
}
