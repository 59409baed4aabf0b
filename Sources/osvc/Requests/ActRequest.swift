import OSVCEngine

extension RequestRunner {
    /// Carries out an action. A first signal ends it in an orderly way.
    func act(_ request: Request, _ options: ActionOptions, dryRun: Bool) async -> Int32 {
        guard !dryRun else {
            log.write(.error, "--dry-run is not supported for this action", about: nil)
            return Exit.failure
        }
        giveEnvironment()
        return await interruptions.action(host, log) { [site] in
            switch request {
            case .act(let action):
                await ServiceRunner(site).perform(action, options)
            case .sync(let action):
                await Syncing(site).perform(action, options)
            case .stonith:
                await Stonith(site).perform(options)
            case .monitorResources:
                await ResourceMonitor(site).perform(options)
            default: preconditionFailure("`answer` handles every other request itself")
            }
        }
    }

    /// Refuses before anything is stopped: another node cannot be told to start yet.
    func switchOver(to destination: String?) -> Int32 {
        let words = "'switch' action stopped on execution error"
        guard let destination else {
            let text = "a destination node must be provided for the switch action"
            log.write(.error, "\(words): \(text)", about: nil)
            return Exit.failure
        }
        guard service.facts.groups.nodes.contains(destination) else {
            let text = "destination node \(destination) is not in service node list"
            log.write(.error, text, about: nil)
            log.write(.error, words, about: nil)
            return Exit.failure
        }
        let text = "starting on another node is not supported by this release"
        log.write(.error, "\(words): \(text)", about: nil)
        return Exit.failure
    }
}
