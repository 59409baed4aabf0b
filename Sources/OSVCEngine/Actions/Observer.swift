/// Looks at every resource of a service and sums the statuses.
@EngineActor
public struct Observer: SiteWork {
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// Looks at each resource. On a service with more than one node, launchers are not asked unless addresses
    /// and storage are up: their programs may be on the storage. A resource that does not exist on this machine
    /// has no entry.
    public func look(for purpose: Purpose) async -> [ResourceID: Observation] {
        await look(for: purpose, asking: { _ in true })
    }

    /// The same, asking launchers only where `asking` says so and `questions` include them.
    func look(
        for purpose: Purpose,
        _ questions: (Resource) -> LauncherQuestions? = { _ in nil },
        asking: (Resource) -> Bool
    ) async -> [ResourceID: Observation] {
        var seen: [ResourceID: Observation] = [:]
        let resources = service.described.filter { isThere($0) }
        for resource in resources where !resource.followsStorage {
            seen[resource.id] = await resource.look(host, for: purpose, scripts: scripts)
        }
        let storage = ServiceStatus.storage(lines(seen))
        let isBelowUp = isBelowUp(storage)
        for resource in resources where resource.followsStorage {
            let needsStorage = type(of: resource.driver).needsStorage
            if needsStorage, !asking(resource) {
                seen[resource.id] = await resource.look(host, for: .planning, scripts: scripts)
            } else if isBelowUp || resource.isDisabled || !needsStorage {
                seen[resource.id] = await resource.look(
                    host,
                    for: purpose,
                    scripts: scripts,
                    storage: storage,
                    questions: questions(resource)
                )
            } else if purpose == .status {
                let note = "ip+fs status is \(storage), skip check"
                let report = StatusReport(.notApplicable, verboseNotes: [note])
                seen[resource.id] = Observation(report: report)
            } else {
                seen[resource.id] = await resource.look(host, for: .planning, scripts: scripts)
            }
        }
        for (id, former) in await formers(seen, for: purpose) { seen[id] = former }
        return seen
    }

    /// What an earlier start left up and none of the resources is now.
    private func formers(
        _ seen: [ResourceID: Observation],
        for purpose: Purpose
    ) async -> [ResourceID: Observation] {
        guard service.resources.count > service.described.count else { return [:] }
        var formers: [ResourceID: Observation] = [:]
        let held = seen.values.flatMap(\.holdings)
        for resource in service.resources {
            guard let thing = resource.former, !held.contains(where: { $0.isSame(as: thing) }),
                isThere(resource)
            else { continue }
            formers[resource.id] = await resource.look(host, for: purpose, scripts: scripts)
        }
        return formers
    }

    /// Whether a status asks launchers when addresses and storage are like this. In the classic release `stdby up`
    /// was not enough.
    private func isBelowUp(_ storage: Status) -> Bool {
        service.facts.groups.nodes.count < 2
            || (service.facts.isClassic ? storage == .up : storage.isUp)
    }

    /// The same for what was seen.
    func isBelowUp(in seen: [ResourceID: Observation]) -> Bool {
        isBelowUp(ServiceStatus.storage(lines(seen)))
    }

    private func isThere(_ resource: Resource) -> Bool {
        resource.driver.asAppearing?.isThere(on: host) ?? true
    }

    /// The sum of addresses and storage; nothing else is looked at.
    public func storage() async -> Status {
        var seen: [ResourceID: Observation] = [:]
        for resource in service.resources where resource.type.group?.isStorage == true {
            seen[resource.id] = await resource.look(host, for: .status, scripts: scripts)
        }
        return ServiceStatus.storage(lines(seen))
    }

    /// Looks at the service for a status.
    public func status() async -> ServiceStatus {
        status(of: await look(for: .status))
    }

    /// The status that follows from a look.
    public func status(of seen: [ResourceID: Observation]) -> ServiceStatus {
        ServiceStatus(service: service.name, lines: lines(seen))
    }

    private func lines(_ seen: [ResourceID: Observation]) -> [ServiceStatus.Line] {
        service.resources.compactMap { resource in
            seen[resource.id].map { observation in
                ServiceStatus.Line(
                    id: resource.id,
                    type: resource.type,
                    place: type(of: resource.driver).startOrder,
                    label: resource.label,
                    flags: resource.flags,
                    isDisabled: resource.isDisabled,
                    report: observation.report
                )
            }
        }
    }
}

extension Resource {
    /// Whether the resource is looked at after addresses and storage, whose status it depends on.
    fileprivate var followsStorage: Bool {
        Swift.type(of: driver).needsStorage || driver.asStorageJudging != nil
    }
}
