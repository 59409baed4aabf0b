internal import HeapModule

/// The order in which resources are started. A stop uses its reverse, which is computed and never written twice.
///
/// The default order: the places of the drivers (ip, loop, vg, fs, app, hb), within a section the driver's sort
/// key (file systems by mount point), then the order of the file (classic-resources.md section 1, decisions.md
/// 12). What a resource needs mounted (`Driver.usedPaths`) is started before it. `after` takes precedence: of
/// the resources that wait for no other, the first by default comes next.
public enum StartOrder {
    /// The resources in start order. Throws `.cycle` when `after` makes one.
    public static func sorted(_ resources: [Resource]) throws(ConfigurationError) -> [Resource] {
        let byDefault = resources.enumerated().sorted { one, other in
            key(one.element, one.offset) < key(other.element, other.offset)
        }.map(\.element)
        let written = written(byDefault)
        let mounts = mounts(byDefault)
        let wanted = refined(byDefault, written.merging(mounts) { $0.union($1) })
        if wanted.waiting.isEmpty { return wanted.order }
        // Mounts that need each other work in no order; where `after` is against one, it takes precedence.
        let (order, waiting) = refined(byDefault, written)
        guard waiting.isEmpty else { throw .cycle(chain(in: waiting), at: waiting[0].position) }
        return order
    }

    private static func key(_ resource: Resource, _ index: Int) -> (Int, String, Int) {
        (type(of: resource.driver).startOrder, resource.driver.sortKey ?? "", index)
    }

    /// The places of the resources that each waits for because of its `after`.
    private static func written(_ resources: [Resource]) -> [Int: Set<Int>] {
        guard resources.contains(where: { !$0.after.isEmpty }) else { return [:] }
        let places = Dictionary(uniqueKeysWithValues: zip(resources.map(\.id), resources.indices))
        return waits(of: resources.indices) { Set(resources[$0].after.compactMap { places[$0] }) }
    }

    /// The places of the resources that mount what each needs.
    private static func mounts(_ resources: [Resource]) -> [Int: Set<Int>] {
        let users = resources.indices.filter { !resources[$0].driver.usedPaths.isEmpty }
        guard users.count > 1 else { return [:] }
        var mountPoints: [PathKey: Int] = [:]
        for place in users where !resources[place].isDisabled {
            for claim in resources[place].driver.claims where claim.isMountPoint {
                mountPoints[PathKey(claim.name)] = place
            }
        }
        return waits(of: users) { place in
            let needed = resources[place].driver.usedPaths.flatMap { path in
                path.andDirectoriesAbove.compactMap { mountPoints[PathKey($0)] }
            }
            return Set(needed).subtracting([place])
        }
    }

    private static func waits(
        of places: some Sequence<Int>,
        _ others: (Int) -> Set<Int>
    ) -> [Int: Set<Int>] {
        var waits: [Int: Set<Int>] = [:]
        for place in places {
            let found = others(place)
            if !found.isEmpty { waits[place] = found }
        }
        return waits
    }

    /// Always takes the first by default of the resources that wait for no other. `waiting` are those that wait for
    /// each other.
    private static func refined(
        _ resources: [Resource],
        _ waits: [Int: Set<Int>]
    ) -> (order: [Resource], waiting: [Resource]) {
        if waits.allSatisfy({ place, others in others.allSatisfy { $0 < place } }) {
            return (resources, [])
        }
        var left = waits
        var dependents: [Int: [Int]] = [:]
        for (place, others) in waits {
            for other in others { dependents[other, default: []].append(place) }
        }
        var ready = Heap(resources.indices.filter { left[$0] == nil })
        var order: [Resource] = []
        while let next = ready.popMin() {
            order.append(resources[next])
            for dependent in dependents[next] ?? [] {
                left[dependent]?.remove(next)
                if left[dependent]?.isEmpty == true {
                    left[dependent] = nil
                    ready.insert(dependent)
                }
            }
        }
        return (order, left.keys.sorted().map { resources[$0] })
    }

    /// One cycle among resources that all wait for each other. Its first and last id are the same.
    private static func chain(in waiting: [Resource]) -> [ResourceID] {
        let places = Dictionary(uniqueKeysWithValues: zip(waiting.map(\.id), waiting.indices))
        var path: [ResourceID] = []
        var seen: Set<ResourceID> = []
        var current = waiting[0]
        while seen.insert(current.id).inserted {
            path.append(current.id)
            guard let next = current.after.compactMap({ places[$0] }).min() else { break }
            current = waiting[next]
        }
        return Array(path.drop { $0 != current.id }) + [current.id]
    }
}
