internal import HeapModule

/// The order in which resources are started. A stop uses its reverse, which is computed and never written twice.
///
/// The default order: the places of the drivers (ip, loop, vg, fs, app, hb), within a section the driver's sort
/// key (file systems by mount point), then the order of the file (classic-resources.md section 1, decisions.md
/// 12). `after` takes precedence: of the resources whose `after` is done, the first by default comes next.
public enum StartOrder {
    /// The resources in start order. Throws `.cycle` when `after` makes one.
    public static func sorted(_ resources: [Resource]) throws(ConfigurationError) -> [Resource] {
        let byDefault = resources.enumerated().sorted { one, other in
            key(one.element, one.offset) < key(other.element, other.offset)
        }.map(\.element)
        guard byDefault.contains(where: { !$0.after.isEmpty }) else { return byDefault }
        return try refined(byDefault)
    }

    private static func key(_ resource: Resource, _ index: Int) -> (Int, String, Int) {
        (type(of: resource.driver).startOrder, resource.driver.sortKey ?? "", index)
    }

    /// Always takes the first by default of the resources that wait for no other.
    private static func refined(_ resources: [Resource]) throws(ConfigurationError) -> [Resource] {
        let places = Dictionary(uniqueKeysWithValues: zip(resources.map(\.id), resources.indices))
        var waitsFor = resources.map { Set($0.after).count }
        var dependents: [Int: [Int]] = [:]
        for (index, resource) in resources.enumerated() {
            for place in Set(resource.after).compactMap({ places[$0] }) {
                dependents[place, default: []].append(index)
            }
        }
        var ready = Heap(resources.indices.filter { waitsFor[$0] == 0 })
        var order: [Resource] = []
        while let next = ready.popMin() {
            order.append(resources[next])
            for dependent in dependents[next] ?? [] {
                waitsFor[dependent] -= 1
                if waitsFor[dependent] == 0 { ready.insert(dependent) }
            }
        }
        guard order.count == resources.count else {
            let waiting = resources.indices.filter { waitsFor[$0] > 0 }.map { resources[$0] }
            throw .cycle(chain(in: waiting), at: waiting[0].position)
        }
        return order
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
