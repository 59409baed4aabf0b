internal import OrderedCollections

/// Whether two services are the same on every node, whatever they are written in; if not, where not.
///
/// Compared is what a node makes of the service: name, settings with their defaults, resources and their
/// order, triggers, launchers, hooks; then the plans of start and stop on a machine that has nothing. What
/// a driver decides follows from its settings and from what it sees, so equal settings decide alike on any
/// other machine too. A value that only nodes of neither service would see is none.
///
/// Functions of scripts are the same only when both services come from the very same files: nobody can
/// tell what a function does. Two other functions are a difference, which is said as such.
@EngineActor
public struct Equivalence {
    /// One of the two services.
    public struct Side {
        public var definition: ServiceDefinition
        /// Whether its loader leaves out resources that lack a keyword on a node, as that of classic files.
        public var dropsIncomplete: Bool
        /// Where a keyword is written, when only the line of its resource is known.
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

        /// What one node loads. Throws when the node cannot use it.
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

    /// One thing that is not the same, where it stands on both sides, and on which nodes.
    public struct Difference: Sendable, Hashable, CustomStringConvertible {
        /// `fs#0: mnt: /a (a.env:7) and /b (b.lua:12)`
        public var text: String
        /// Empty: on all.
        public var nodes: [String] = []

        public var description: String {
            nodes.isEmpty ? text : "\(text), on \(nodes.joined(separator: ", "))"
        }
    }

    /// The node that stands for all which a service without nodes may run on.
    static let anyNode = "any other node"

    let one: Side
    let other: Side
    let registry: DriverRegistry

    public init(_ one: Side, _ other: Side, registry: DriverRegistry) {
        self.one = one
        self.other = other
        self.registry = registry
    }

    /// What differs, in the order of the first service; empty: they are equivalent. Throws when a node
    /// cannot use one of them.
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

    /// Every node that either names; where one of them names none, every node that a value is for, too.
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
    /// The nodes that any value is written for.
    fileprivate var scopedNodes: [String] {
        let all = [settings] + resources.map(\.settings)
        return all.flatMap { $0.values.flatMap(\.entries.keys) }.compactMap { scope in
            guard case .node(let name) = scope else { return nil }
            return name
        }.sorted()
    }
}
