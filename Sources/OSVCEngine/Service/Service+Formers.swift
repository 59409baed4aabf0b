extension Service {
    /// The service with a resource for each thing that its record names (`HoldingRecord`). What no resource of the file
    /// describes any more is shown, and a stop takes it down. A record that cannot be read adds no resource.
    @EngineActor
    public func withFormers(on host: any Host) -> Service {
        let layout = Layout(root: facts.root)
        guard let record = try? HoldingRecord.read(of: name, in: layout, on: host),
            !record.items.isEmpty
        else { return self }
        var numbers: [ResourceID: Int] = [:]
        let formers = record.items.map { item in
            numbers[item.resource, default: 0] += 1
            return Resource(
                item,
                number: numbers[item.resource] ?? 1,
                whenBusy: busy(item.resource),
                position: definition.position
            )
        }
        // An id that the file uses itself stays its own.
        return adding(formers.filter { resource($0.id) == nil })
    }

    /// What the resource does about the users of its mount; for one that is no longer in the file the default.
    private func busy(_ id: ResourceID) -> BusyMount {
        (resource(id)?.driver as? FSMount)?.whenBusy ?? .end(killAfter: .seconds(5))
    }
}
