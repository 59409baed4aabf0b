/// Keeps the record of what a service holds while an action runs, and knows the records of the other services.
@EngineActor
final class HoldingKeeper: SiteWork {
    let site: Site
    private var record: HoldingRecord?
    private var isRead = false
    private var others: [(service: String, items: [HoldingRecord.Item])]?

    init(_ site: Site) {
        self.site = site
    }

    /// Makes sure that there is a record: from then on what it does not contain was not started by the service.
    func begin() throws(HostError) {
        guard try current() == nil else { return }
        try replace([], in: HoldingRecord(boot: host.bootID()))
    }

    /// Records what is about to be brought up.
    func claim(_ things: [Holding], for resource: ResourceID) throws(HostError) {
        guard !things.isEmpty else { return }
        try begin()
        try add(things, resource)
    }

    /// Records what is up, and takes out what has gone. Failures are logged: the thing is up, and its resource
    /// finds it unless the file changes.
    func settle(_ things: [Holding], for resource: ResourceID) {
        do throws(HostError) {
            guard let record = try current() else { return }
            host.forget()
            var left: [HoldingRecord.Item] = []
            for item in record.items where try item.thing.isThere(on: host) { left.append(item) }
            try replace(left, in: record)
            try add(things, resource)
        } catch {
            log.write(.warning, "cannot record what is up: \(error)", about: resource)
        }
    }

    private func add(_ things: [Holding], _ resource: ResourceID) throws(HostError) {
        guard let record = try current() else { return }
        let new = things.filter { thing in !record.items.contains { $0.thing.isSame(as: thing) } }
        try replace(record.items + new.map { HoldingRecord.Item(resource, $0) }, in: record)
    }

    private func replace(_ items: [HoldingRecord.Item], in old: HoldingRecord) throws(HostError) {
        guard record == nil || items != old.items else { return }
        let new = HoldingRecord(boot: old.boot, items: items)
        try new.write(of: service.name, in: layout, on: host)
        record = new
    }

    private func current() throws(HostError) -> HoldingRecord? {
        if !isRead {
            record = try HoldingRecord.read(of: service.name, in: layout, on: host)
            isRead = true
        }
        return record
    }

    /// The first of the things that another service of this node holds, and its name. What this service has
    /// recorded, too, is not among them.
    func holder(of things: [Holding]) throws(HostError) -> (service: String, thing: Holding)? {
        let mine = try current()?.items ?? []
        let foreign = things.filter { thing in !mine.contains { $0.thing.isSame(as: thing) } }
        guard !foreign.isEmpty else { return nil }
        for (name, items) in try recordsOfOthers() {
            for thing in foreign where items.contains(where: { $0.thing.isSame(as: thing) }) {
                return (name, thing)
            }
        }
        return nil
    }

    private func recordsOfOthers() throws(HostError) -> [(
        service: String, items: [HoldingRecord.Item]
    )] {
        if let others { return others }
        var found: [(service: String, items: [HoldingRecord.Item])] = []
        for name in try layout.servicesWithState(on: host) where !name.isSame(service.name) {
            guard let record = try HoldingRecord.read(of: name, in: layout, on: host),
                !record.items.isEmpty
            else { continue }
            found.append((name, record.items))
        }
        others = found
        return found
    }
}

extension Layout {
    /// The names in `var` that may be services with a state; some of them are not.
    @EngineActor
    fileprivate func servicesWithState(on host: any Host) throws(HostError) -> [String] {
        let usual = try host.directory(stateRoot) ?? []
        let apart = try host.directory("\(stateRoot)/\(Self.apart)") ?? []
        return (usual + apart).filter { !$0.hasPrefix(".") }
    }
}
