import OSVCEngine

extension RequestRunner {
    /// Whether the service has a flag of its own; the flag of the node concerns all services.
    var isFrozenAlone: Bool { ActionGuard(service, host: host).isFrozenAlone }

    func set(frozen: Bool, _ options: ActionOptions, dryRun: Bool) async -> Int32 {
        let freezing = Freezing(site)
        guard dryRun else { return await freezing.set(frozen: frozen, options) }
        do {
            let word = frozen ? "freeze" : "thaw"
            show("plan: \(word) \(service.name) on \(service.facts.node)\n")
            for step in try freezing.steps(to: frozen) { show("        \(step.planLine)\n") }
            return Exit.success
        } catch {
            log.write(.error, error.description, about: nil)
            return Exit.failure
        }
    }
}
