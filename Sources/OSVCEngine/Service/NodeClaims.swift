/// Finds what two services of one node both use, such as an address or a mount point. Each would take it from the other
/// when it stops.
///
/// Reads the machine to tell whether two names mean one thing: links of paths and names of addresses.
@EngineActor
public struct NodeClaims {
    private let host: (any Host)?

    /// Compares as this machine resolves the names; without a host, as they are written.
    public init(on host: (any Host)?) {
        self.host = host
    }

    /// A thing that is claimed, whatever it is called.
    private struct Thing: Hashable {
        var kind: String
        var key: PathKey
    }

    private struct Holder {
        var service: String
        var resource: Resource
        var claim: Claim
    }

    /// One finding for each resource and thing that a resource of an earlier service claims, at the later resource.
    ///
    /// Services that this node does not run claim nothing, and so do resources that are disabled or never acted on
    /// (`noaction`). Two files with one service are versions of it, and are not compared.
    public func conflicts(among services: [Service]) async -> [CrossChecks.Finding] {
        var holders: [Thing: Holder] = [:]
        var found: [CrossChecks.Finding] = []
        for service in services where service.isManagedHere {
            for resource in service.resources
            where !resource.isDisabled && !resource.tags.contains("noaction") {
                for claim in resource.driver.claims {
                    let thing = await thing(claim)
                    let own = Holder(service: service.name, resource: resource, claim: claim)
                    guard let other = holders[thing] else {
                        holders[thing] = own
                        continue
                    }
                    guard other.service != service.name else { continue }
                    found.append(Self.finding(own, other))
                }
            }
        }
        return found
    }

    private static func finding(_ own: Holder, _ other: Holder) -> CrossChecks.Finding {
        let (id, claim) = (own.resource.id, own.claim)
        let called = other.claim.name.isSame(claim.name) ? "" : ", as \(other.claim.name)"
        return CrossChecks.Finding(
            "\(id): \(claim.kind) \(claim.name) is already that of \(other.resource.id) of service"
                + " \(other.service)\(called) (\(other.resource.position))",
            at: own.resource.position
        )
    }

    private func thing(_ claim: Claim) async -> Thing {
        let kind = claim.isDisk ? "disk" : claim.kind
        if claim.isAddress { return Thing(kind: kind, key: PathKey(await address(claim.name))) }
        guard claim.name.isAbsolutePath else { return Thing(kind: kind, key: PathKey(claim.name)) }
        var path = "/" + claim.name.pathParts.joined(separator: "/")
        path = host?.realPathSoFar(path) ?? path
        if claim.isDisk { path = VolumeGroupName.mapperPath(path) ?? path }
        return Thing(kind: kind, key: PathKey(path))
    }

    /// A name that cannot be resolved stands for itself.
    private func address(_ name: String) async -> String {
        if let address = IPAddress(name) { return address.description }
        guard let found = try? await host?.resolve(name) else { return name.lowercased() }
        return found.first?.description ?? name.lowercased()
    }
}
