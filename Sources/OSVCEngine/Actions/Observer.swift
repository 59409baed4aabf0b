/// Looks at every resource of a service and adds up what it sees.
@EngineActor
public struct Observer {
    public let service: Service
    public let host: any Host

    public init(_ service: Service, host: any Host) {
        self.service = service
        self.host = host
    }

    /// What each resource is now. Launchers are not asked while address and storage are not up, on a
    /// service that has more than one node: their program may be on the storage.
    public func look(for purpose: Purpose) async -> [ResourceID: Observation] {
        var seen: [ResourceID: Observation] = [:]
        for resource in service.resources where !type(of: resource.driver).needsStorage {
            seen[resource.id] = await resource.look(host, for: purpose)
        }
        let storage = ServiceStatus.storage(lines(seen))
        let isBelowUp = service.facts.groups.nodes.count < 2 || storage.isUp
        for resource in service.resources where type(of: resource.driver).needsStorage {
            if isBelowUp || resource.isDisabled {
                seen[resource.id] = await resource.look(host, for: purpose)
            } else if purpose == .status {
                seen[resource.id] = Observation(report: StatusReport(.notApplicable))
            } else {
                seen[resource.id] = await resource.look(host, for: .planning)
            }
        }
        return seen
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
                    label: resource.label,
                    flags: resource.flags,
                    isDisabled: resource.isDisabled,
                    report: observation.report
                )
            }
        }
    }
}
