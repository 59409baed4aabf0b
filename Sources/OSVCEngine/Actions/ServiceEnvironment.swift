/// The variables by which launchers, triggers and the programs of scripts learn about their service:
/// `OPENSVC_…` (classic-actions.md section 8).
@EngineActor
public struct ServiceEnvironment {
    private let service: Service

    public init(_ service: Service) {
        self.service = service
    }

    /// Makes `host` pass the variables to every program that it runs. `action` is the value of `OPENSVC_ACTION`.
    public func give(to host: any Host, action: String) async {
        var all: [String: String] = [:]
        // The standard library's own growing of it makes the runtime search the program for conformances.
        all.reserveCapacity(16)
        all["OPENSVC_SVCNAME"] = service.name
        if !service.facts.isClassic {
            all["OPENSVC_NODE"] = service.facts.node
            all["OPENSVC_ACTION"] = action
        }
        for (resource, index) in numbered where !resource.isDisabled {
            all.merge(await resource.driver.exports(host, index: index)) { _, new in new }
        }
        host.serviceEnvironment = all
    }

    /// Sets the variables that can describe one resource only, such as its address. They stay set for the
    /// resources after it.
    func give(to host: any Host, about id: ResourceID) async {
        for (resource, index) in numbered where resource.id == id {
            let exports = await resource.driver.exports(host, index: index)
            host.serviceEnvironment.merge(exports) { _, new in new }
        }
    }

    /// The resources, each with its index among those of its section.
    private var numbered: [(Resource, Int)] {
        var counts: [String: Int] = [:]
        return service.resources.map { resource in
            defer { counts[resource.id.section, default: 0] += 1 }
            return (resource, counts[resource.id.section, default: 0])
        }
    }
}
