internal import OrderedCollections

/// Whether two services are the same on every node, in whatever language they are written, and if not, where
/// they differ.
///
/// Compared is what a node makes of each service: name, settings with defaults, resources and their order,
/// triggers, launchers, hooks; then the plans of start and stop on a machine that has nothing. The decisions of
/// a driver follow from its settings and from what it sees, so equal settings lead to equal decisions on any
/// other machine too. A value for a node that neither service has is not compared.
///
/// Functions of scripts are equal only when both services come from the same files, because what a function
/// does cannot be compared. Two other functions are reported as a difference of that kind.
@EngineActor
public struct Equivalence {
    /// One of the two services.
    public struct Side {
        /// The service as its file writes it.
        public var definition: ServiceDefinition
        /// Whether its loader drops resources that lack a keyword on a node, as that of classic files does.
        public var dropsIncomplete: Bool
        /// Finds where a keyword is written, when only the line of its resource is known.
        public var locate:
            @EngineActor (_ keyword: String, _ near: SourcePosition) -> SourcePosition

        public init(
            _ definition: ServiceDefinition,
            dropsIncomplete: Bool = false,
            locate: @escaping @EngineActor (String, SourcePosition) -> SourcePosition = { $1 }
        ) {
            self.definition = definition
            self.dropsIncomplete = dropsIncomplete
            self.locate = locate
        }

        /// The service as one node loads it. Throws when the node cannot use it.
        public func service(
            on node: String,
            _ registry: DriverRegistry
        ) throws(ConfigurationError) -> Service {
            let groups = definition.groups
            let facts = ServiceFacts(name: definition.name, node: node, groups: groups)
            var seen = definition
            if dropsIncomplete {
                seen.resources.removeAll { $0.lackedKeyword(on: node, of: groups, registry) != nil }
            }
            return try Service(seen, facts: facts, registry: registry)
        }
    }

    /// One difference, with its position on both sides and the nodes on which it exists.
    public struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// The difference in one line: `fs#0: mnt: /a (a.env:7) and /b (b.lua:12)`.
        public var text: String
        /// The nodes on which the services differ; empty: on all.
        public var nodes: [String] = []

        public var description: String {
            nodes.isEmpty ? text : "\(text), on \(nodes.joined(separator: ", "))"
        }
    }

    /// Stands for all nodes on which a service without `nodes` may run.
    static let anyNode = "any other node"

    let one: Side
    let other: Side
    let registry: DriverRegistry

    public init(_ one: Side, _ other: Side, registry: DriverRegistry) {
        self.one = one
        self.other = other
        self.registry = registry
    }

    /// The differences in the order of the first service; empty: the services are equivalent. Throws when a
    /// node cannot use one of them.
    public func differences() async throws(ConfigurationError) -> [Difference] {
        var holders: OrderedDictionary<String, [String]> = [:]
        let nodes = nodes
        for node in nodes {
            let comparison = ServiceComparison(
                one: try one.service(on: node, registry),
                other: try other.service(on: node, registry),
                sides: (one, other),
                registry: registry
            )
            for text in try await comparison.differences() {
                holders[text, default: []].append(node)
            }
        }
        return holders.map { text, on in
            Difference(text: text, nodes: on.count == nodes.count ? [] : on)
        }
    }

    /// Every node that one of them names and, when one of them names none, every node that a value is written for.
    private var nodes: [String] {
        var all: OrderedSet<String> = []
        for side in [one, other] {
            let groups = side.definition.groups
            all.formUnion(groups.nodes + groups.drpnodes)
            guard groups.nodes.isEmpty, groups.drpnodes.isEmpty else { continue }
            all.formUnion(side.definition.scopedNodes)
            all.append(Self.anyNode)
        }
        return Array(all)
    }
}

extension ServiceDefinition {
    /// The nodes for which some value is written.
    fileprivate var scopedNodes: [String] {
        let all = [settings] + resources.map(\.settings)
        return all.flatMap { $0.values.flatMap(\.entries.keys) }.compactMap { scope in
            guard case .node(let name) = scope else { return nil }
            return name
        }.sorted()
    }
}
