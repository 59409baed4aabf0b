/// For which nodes a value holds: the part after `@` in `ipdev@sles2`, a key of `per_node`.
public enum Scope: Sendable, Hashable {
    case node(String)
    case nodes
    case drpnodes
    case encapnodes
    case everywhere

    public init(word: String) {
        switch word {
        case "nodes": self = .nodes
        case "drpnodes": self = .drpnodes
        case "encapnodes": self = .encapnodes
        default: self = .node(word)
        }
    }

    public var word: String? {
        switch self {
        case .node(let name): name
        case .nodes: "nodes"
        case .drpnodes: "drpnodes"
        case .encapnodes: "encapnodes"
        case .everywhere: nil
        }
    }
}

/// One keyword's values, by scope, before a node is chosen.
public struct ScopedSetting: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        public var value: SettingValue
        public var position: SourcePosition

        public init(_ value: SettingValue, at position: SourcePosition) {
            self.value = value
            self.position = position
        }
    }

    public var entries: ScopedEntries

    public init(_ entries: ScopedEntries) {
        self.entries = entries
    }

    public init(_ value: SettingValue, at position: SourcePosition) {
        entries = [.everywhere: Entry(value, at: position)]
    }

    /// The value a node sees: that of the most particular scope.
    public func entry(on node: String, of groups: NodeGroups) -> Entry? {
        // As most settings are.
        if entries.isEverywhereOnly { return entries[.everywhere] }
        return groups.scopes(of: node).lazy.compactMap { entries[$0] }.first
    }
}

/// The nodes a service names, by class, each once, in the order in which the file names them.
public struct NodeGroups: Sendable, Equatable {
    public var nodes: [String]
    public var drpnodes: [String]
    public var encapnodes: [String]

    public init(nodes: [String], drpnodes: [String] = [], encapnodes: [String] = []) {
        self.nodes = Self.eachOnce(nodes)
        self.drpnodes = Self.eachOnce(drpnodes)
        self.encapnodes = Self.eachOnce(encapnodes)
    }

    private static func eachOnce(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// The scopes that a node is in, the most particular first: its own name, `nodes`, `drpnodes`,
    /// `encapnodes`, everywhere (classic-env.md section 4).
    func scopes(of node: String) -> [Scope] {
        let classes: [(Scope, [String])] = [
            (.nodes, nodes), (.drpnodes, drpnodes), (.encapnodes, encapnodes),
        ]
        return [.node(node)] + classes.filter { $0.1.contains(node) }.map(\.0) + [.everywhere]
    }

    /// Whether `name` is one of the words `nodes` and `drpnodes` when these hold `node`, or `node` itself.
    public func word(_ name: String, covers node: String) -> Bool {
        switch name {
        case "nodes": nodes.contains(node)
        case "drpnodes": drpnodes.contains(node)
        default: name == node
        }
    }
}
