internal import OrderedCollections

extension ServiceDefinition {
    /// The nodes in groups that see the same service, except for their own name. Nodes that no keyword names
    /// differ only by the lists that contain them.
    func alike(_ nodes: [String]) -> [[String]] {
        let groups = groups
        let (first, second) = (Set(groups.nodes), Set(groups.drpnodes))
        let named = namedNodes
        var places: [String: Int] = [:]
        var alike: [[String]] = []
        for node in nodes {
            let key =
                named.contains(node)
                ? "@\(node)" : "\(first.contains(node)) \(second.contains(node))"
            if let place = places[key] {
                alike[place].append(node)
            } else {
                places[key] = alike.count
                alike.append([node])
            }
        }
        return alike
    }

    private static let nodeLists: Set<String> = ["nodes", "drpnodes", "drpnode"]

    /// Every word that may single out a node: scopes, and the words of lists, except those of `nodeLists`.
    private var namedNodes: Set<String> {
        var names: Set<String> = []
        for settings in [settings] + resources.map(\.settings) {
            for (keyword, setting) in settings where !Self.nodeLists.contains(keyword) {
                for (scope, entry) in setting.entries {
                    if case .node(let name) = scope { names.insert(name) }
                    if case .list(let words) = entry.value { names.formUnion(words) }
                }
            }
        }
        for trigger in triggers + resources.flatMap(\.triggers) {
            if case .node(let name) = trigger.scope { names.insert(name) }
        }
        return names
    }
}
