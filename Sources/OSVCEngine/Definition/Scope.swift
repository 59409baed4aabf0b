/// The nodes for which a value holds: the part after `@` in `ipdev@sles2`, a key of `per_node`.
public enum Scope: Sendable, Hashable {
    /// The node with this name.
    case node(String)
    /// The nodes of the keyword `nodes`.
    case nodes
    /// The nodes of the recovery site: the keywords `drpnodes` and `drpnode`.
    case drpnodes
    /// The nodes of the keyword `encapnodes`, which this release refuses: no node is in this scope.
    case encapnodes
    /// Every node: a value that is written without a scope.
    case everywhere

    /// The scope that a word after `@` means: a class of nodes, else the node with that name.
    public init(word: String) {
        switch word {
        case "nodes": self = .nodes
        case "drpnodes": self = .drpnodes
        case "encapnodes": self = .encapnodes
        default: self = .node(word)
        }
    }

    /// The word after `@`; nil for values that hold everywhere.
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

/// The values of one keyword by scope, before a node is chosen.
public struct ScopedSetting: Sendable, Equatable {
    /// One value of a keyword.
    public struct Entry: Sendable, Equatable {
        /// The value, already checked against its keyword.
        public var value: SettingValue
        /// Where this value is written.
        public var position: SourcePosition

        public init(_ value: SettingValue, at position: SourcePosition) {
            self.value = value
            self.position = position
        }
    }

    /// The value of each scope that the file writes.
    public var entries: ScopedEntries

    public init(_ entries: ScopedEntries) {
        self.entries = entries
    }

    public init(_ value: SettingValue, at position: SourcePosition) {
        entries = [.everywhere: Entry(value, at: position)]
    }

    /// The value that holds on a node: of the scopes that the node is in, that of the most particular; nil: none.
    public func entry(on node: String, of groups: NodeGroups) -> Entry? {
        // Most settings have one value for all nodes.
        if entries.isEverywhereOnly { return entries[.everywhere] }
        return groups.scopes(of: node).lazy.compactMap { entries[$0] }.first
    }
}

/// The nodes that a service names, by class, each once, in the order of the file.
public struct NodeGroups: Sendable, Equatable {
    /// The nodes of the cluster that may run the service.
    public var nodes: [String]
    /// The nodes of the recovery site, from the keywords `drpnodes` and `drpnode`.
    public var drpnodes: [String]
    /// The nodes of the keyword `encapnodes`; empty, because this release refuses it.
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

    /// Whether a word of a list such as `always_on` covers a node: it is the node's name, or `nodes` or
    /// `drpnodes` and that class contains the node.
    public func word(_ name: String, covers node: String) -> Bool {
        switch name {
        case "nodes": nodes.contains(node)
        case "drpnodes": drpnodes.contains(node)
        default: name == node
        }
    }
}
