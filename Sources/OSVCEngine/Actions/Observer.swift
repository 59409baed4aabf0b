/// Looks at every resource of a service and adds up what it sees.
@EngineActor
public struct Observer: SiteWork {
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// What each resource is now. Launchers are not asked while address and storage are not up, on a
    /// service that has more than one node: their program may be on the storage.
    public func look(for purpose: Purpose) async -> [ResourceID: Observation] {
        var seen: [ResourceID: Observation] = [:]
        let resources = service.resources.filter { isThere($0) }
        for resource in resources where !resource.followsStorage {
            seen[resource.id] = await resource.look(host, for: purpose, scripts: scripts)
        }
        let storage = ServiceStatus.storage(lines(seen))
        let isBelowUp = service.facts.groups.nodes.count < 2 || suffices(storage)
        for resource in resources where resource.followsStorage {
            let isAsked = isBelowUp || resource.isDisabled
            if isAsked || !type(of: resource.driver).needsStorage {
                seen[resource.id] = await resource.look(
                    host,
                    for: purpose,
                    scripts: scripts,
                    storage: storage
                )
            } else if purpose == .status {
                let note = "ip+fs status is \(storage), skip check"
                let report = StatusReport(.notApplicable, verboseNotes: [note])
                seen[resource.id] = Observation(report: report)
            } else {
                seen[resource.id] = await resource.look(host, for: .planning, scripts: scripts)
            }
        }
        return seen
    }

    /// Whether what is below the launchers is up. In the classic release storage that is up as a standby
    /// alone was not.
    private func suffices(_ storage: Status) -> Bool {
        service.facts.isClassic ? storage == .up : storage.isUp
    }

    private func isThere(_ resource: Resource) -> Bool {
        resource.driver.asAppearing?.isThere(on: host) ?? true
    }

    /// The sum of address and storage; nothing else is looked at.
    public func storage() async -> Status {
        var seen: [ResourceID: Observation] = [:]
        for resource in service.resources where ServiceStatus.isStorage(resource.type) {
            seen[resource.id] = await resource.look(host, for: .status, scripts: scripts)
        }
        return ServiceStatus.storage(lines(seen))
    }

    public func status() async -> ServiceStatus {
        status(of: await look(for: .status))
    }

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
    /// Whether it is looked at after address and storage, whose status decides about it.
    fileprivate var followsStorage: Bool {
        Swift.type(of: driver).needsStorage || driver.asStorageJudging != nil
    }
}
