extension ResourceRun {
    /// Throws when another service of this node holds what the resource would take over.
    func checkHolders(_ seen: Observation) throws(ActionFailure) {
        let problem: String
        do {
            let things = seen.holdings + seen.claimedHoldings
            guard let holder = try context.holdings.holder(of: things) else { return }
            problem = "\(holder.thing.text) is held by service \(holder.service)"
        } catch {
            problem = error.description
        }
        throw performer.fail(problem, resource.id)
    }

    /// Whether what is up belongs to another service of this node, which a stop leaves. Says so.
    func isHeldByOther(_ seen: Observation) -> Bool {
        // A stop must be possible even when the records of others cannot be read.
        guard let holder = try? context.holdings.holder(of: seen.holdings) else { return false }
        let text = "\(holder.thing.text) is left as it is: service \(holder.service) holds it"
        context.log.write(.warning, text, about: resource.id)
        return true
    }

    /// Records what the start steps are about to bring up. Throws when that is not possible.
    func claim(_ seen: Observation) throws(ActionFailure) {
        do {
            try context.holdings.claim(seen.claimedHoldings, for: resource.id)
        } catch {
            throw performer.fail("cannot record what is about to be started: \(error)", resource.id)
        }
    }
}
