/// What launchers, triggers and the programs of scripts learn of their service through their environment:
/// the `OPENSVC_…` variables (classic-actions.md section 8).
@EngineActor
public struct ServiceEnvironment {
    private let service: Service

    public init(_ service: Service) {
        self.service = service
    }

    /// Makes `host` give the variables to every program it runs.
    public func give(to host: any Host, action: String) async {
        var all = ["OPENSVC_SVCNAME": service.name]
        if !service.facts.isClassic {
            all["OPENSVC_NODE"] = service.facts.node
            all["OPENSVC_ACTION"] = action
        }
        var counts: [String: Int] = [:]
        for resource in service.resources {
            let index = counts[resource.id.section, default: 0]
            counts[resource.id.section] = index + 1
            guard !resource.isDisabled else { continue }
            all.merge(await resource.driver.exports(host, index: index)) { _, new in new }
        }
        host.serviceEnvironment = all
    }
}
