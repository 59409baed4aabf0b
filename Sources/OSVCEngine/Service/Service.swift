internal import OrderedCollections

/// A service as one node sees it: values of its scope are chosen and drivers are made.
///
/// Immutable; a class because it is passed around often and never copied.
public final class Service: Sendable {
    /// The service as its file writes it, without what osvc adds.
    public let definition: ServiceDefinition
    /// Name, node and nodes of the service, as drivers and scripts get them. `isClassic` is that of the definition.
    public let facts: ServiceFacts
    /// The resources, those that osvc adds included, in creation order: within a section the order of the file
    /// (classic-env.md section 3).
    public let resources: [Resource]
    /// The triggers of the service as a whole that hold on this node.
    public let triggers: [Trigger]
    private let places: [ResourceID: Int]

    /// The resources that the file describes, and those that osvc adds to every service.
    public let described: [Resource]

    /// The name of the service.
    public var name: String { definition.name }

    /// Makes what `definition` is on `facts.node`.
    ///
    /// Throws when a driver rejects its settings, when an id is used twice, when `after` names no resource or
    /// makes a cycle, or when a hook is for an event that this release does not have.
    public init(
        _ definition: ServiceDefinition,
        facts: ServiceFacts,
        registry: DriverRegistry
    ) throws(ConfigurationError) {
        self.definition = definition
        var facts = facts
        facts.isClassic = definition.isClassic
        self.facts = facts
        for hook in definition.hooks where hook.event.isLater {
            let what = "hook event '\(hook.event.rawValue)'"
            throw .notYet(owner: hook.name, what: what, at: hook.script.position)
        }
        var resources: [Resource] = []
        var texts: [String: SourcePosition] = [:]
        var seen: Set<ResourceID> = []
        for written in definition.completed.resources
        where !written.isLeft(out: facts.node, of: facts.groups) {
            // By text: a reader cannot tell two spellings of one letter apart.
            if let first = texts.updateValue(written.position, forKey: written.id.text) {
                throw .duplicateResource(written.id, first: first, at: written.position)
            }
            seen.insert(written.id)
            resources.append(try Resource(written, facts: facts, registry: registry))
        }
        for resource in resources {
            for id in resource.after where !seen.contains(id) {
                throw .unknownResource(
                    owner: resource.id.text,
                    id,
                    known: resources.map(\.id),
                    at: resource.position
                )
            }
        }
        self.resources = resources
        described = resources
        triggers = definition.triggers.seen(on: facts.node, of: facts.groups)
        places = Dictionary(uniqueKeysWithValues: zip(resources.map(\.id), resources.indices))
        if resources.contains(where: { !$0.after.isEmpty }) {
            _ = try StartOrder.sorted(resources)
        }
    }

    /// The same service with more resources.
    private init(_ other: Service, more: [Resource]) {
        definition = other.definition
        facts = other.facts
        described = other.described
        resources = other.resources + more
        triggers = other.triggers
        places = Dictionary(uniqueKeysWithValues: zip(resources.map(\.id), resources.indices))
    }

    func adding(_ more: [Resource]) -> Service { Service(self, more: more) }

    /// The service's own settings as text, by keyword, with defaults and `name`: for scripts and the `match` of hooks.
    public var fields: [String: String] {
        var fields: [String: String] = ["name": definition.name]
        for keyword in CommonKeywords.service {
            if let value = value(of: keyword) { fields[keyword.name] = value.text }
        }
        return fields
    }

    /// The value of one of the service's own settings as text, or its default; nil when it has neither.
    public func field(_ name: String) -> String? {
        CommonKeywords.service.first { $0.name == name }.flatMap(value)?.text
    }

    /// Whether a start that a signal interrupts is rolled back (`rollback_on_signal`).
    public var rollsBackOnSignal: Bool { field("rollback_on_signal") == "true" }

    private func value(of keyword: Keyword) -> SettingValue? {
        let setting = definition.settings[keyword.name]
        return setting?.entry(on: facts.node, of: facts.groups)?.value ?? keyword.defaultValue
    }

    /// The resource with this id on this node; nil: there is none.
    public func resource(_ id: ResourceID) -> Resource? {
        places[id].map { resources[$0] }
    }

    /// Whether this node is one of `autostart_node`, the primary nodes of the service.
    public var isPrimary: Bool {
        let setting = definition.settings["autostart_node"]
        guard case .list(let nodes)? = setting?.entry(on: facts.node, of: facts.groups)?.value
        else { return false }
        return nodes.contains(facts.node)
    }

    /// Whether a boot of this node starts the service; cluster software starts its services itself
    /// (decisions.md 21).
    public var startsAtBoot: Bool { isPrimary && !isClustered }

    /// Whether cluster software decides where the service runs: the service has an enabled heartbeat
    /// (classic-actions.md section 4).
    public var isClustered: Bool {
        resources.contains { $0.type.group == .hb && !$0.isDisabled }
    }

    /// Whether the service may run on this node: one of `nodes` or `drpnodes`, or any node when it names no `nodes`.
    public var isManagedHere: Bool {
        let groups = facts.groups
        return groups.nodes.isEmpty || groups.nodes.contains(facts.node)
            || groups.drpnodes.contains(facts.node)
    }
}

extension ServiceDefinition {
    /// The definition with what osvc adds: the `app` resource and the generated syncs.
    var completed: ServiceDefinition { withApplication.withSyncs }

    /// The definition with an `app` resource: every service has one, written or not (classic-resources.md section 5).
    var withApplication: ServiceDefinition {
        guard !resources.contains(where: { $0.id.section == "app" }) else { return self }
        var whole = self
        whole.resources.append(
            ResourceDefinition(id: ResourceID("app"), driver: DriverID("app"), position: position)
        )
        return whole
    }
}

extension SettingValue {
    /// The value as one writes it in a classic file: a list with blanks between the words.
    public var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .boolean(let flag): flag ? "true" : "false"
        case .duration(let time): time.text
        case .list(let words): words.joined(separator: " ")
        }
    }
}
