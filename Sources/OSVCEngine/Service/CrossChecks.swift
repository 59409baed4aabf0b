internal import OrderedCollections

/// Finds what is wrong between the parts of a service although each part alone is correct.
///
/// Such a service is loaded and run; `osvc check` reports the findings. Each node is examined, because values
/// may differ between nodes. A finding that does not hold on all nodes names those on which it does. Pure.
public enum CrossChecks {
    /// One inconsistency of a service, as `osvc check` reports it.
    public struct Finding: Sendable, Hashable, CustomStringConvertible {
        /// Where the later of the parts is written.
        public var position: SourcePosition
        /// What is wrong, with the resource first: `fs#1: mount point /srv is already that of fs#0 (web.lua:1)`.
        public var message: String

        public init(_ message: String, at position: SourcePosition) {
            self.position = position
            self.message = message
        }

        public var description: String { "\(position): warning: \(message)" }
    }

    /// How many resources are examined, each counted once for every kind of node; that takes some seconds.
    public static let resourceLimit = 200_000

    /// The findings in the order of the file. Nodes that the file treats alike are examined once.
    ///
    /// Throws the error that makes the service unusable on one of its nodes. When the service names no node,
    /// `node` stands for all.
    public static func findings(
        in definition: ServiceDefinition,
        on node: String,
        registry: DriverRegistry,
        root: String = "/opt/opensvc",
        resourceLimit: Int = resourceLimit
    ) throws(ConfigurationError) -> [Finding] {
        let groups = definition.groups
        var nodes = OrderedSet(groups.nodes + groups.drpnodes)
        if nodes.isEmpty { nodes = [node] }
        var found: [Finding] = []
        var holders: [Finding: [String]] = [:]
        var broken: [(nodes: [String], error: ConfigurationError)] = []
        let views = definition.alike(Array(nodes))
        let limit = max(2, resourceLimit / max(1, definition.resources.count))
        for alike in views.prefix(limit) {
            guard let node = alike.first else { continue }
            let facts = ServiceFacts(name: definition.name, node: node, groups: groups, root: root)
            let service: Service
            do {
                service = try Service(definition, facts: facts, registry: registry)
            } catch {
                broken.append((alike, error))
                continue
            }
            for finding in NodeCheck(service: service).findings {
                if holders[finding] == nil { found.append(finding) }
                holders[finding, default: []] += alike
            }
        }
        if let error = broken.first?.error {
            let on = Set(broken.flatMap(\.nodes))
            throw on.count == nodes.count ? error : .only(on: nodes.filter(on.contains), error)
        }
        let perNode = found.map { finding in
            let on = Set(holders[finding] ?? [])
            guard on.count < nodes.count else { return finding }
            let names = nodes.filter(on.contains).joined(separator: ", ")
            return Finding(
                "\(finding.message), on \(names)",
                at: finding.position
            )
        }
        var all = DefinitionCheck(definition: definition).findings + perNode
        if views.count > limit {
            let text =
                "\(definition.name): of \(views.count) kinds of nodes that see different values"
                + " only the first \(limit) were checked"
            all.append(Finding(text, at: definition.position))
        }
        return all.enumerated().sorted {
            ($0.element.position.line, $0.offset) < ($1.element.position.line, $1.offset)
        }.map(\.element)
    }
}

/// What can be found from the file alone.
private struct DefinitionCheck {
    let definition: ServiceDefinition
    /// Every node that the service names.
    private let nodes: Set<String>
    private let hints = Hints()

    init(definition: ServiceDefinition) {
        self.definition = definition
        let groups = definition.groups
        nodes = Set(groups.nodes + groups.drpnodes + groups.encapnodes)
    }

    /// Limits the hints for wrong names to the first 100, because each compares a name with all known ones.
    private final class Hints {
        private var left = 100

        func isLeft() -> Bool {
            left -= 1
            return left >= 0
        }
    }

    private static let nodeLists = ["always_on", "disable_on", "optional_on", "monitor_on"]
    private static let nodeWords: Set<String> = ["nodes", "drpnodes"]

    var findings: [CrossChecks.Finding] {
        mixedIDs + strangers + scopesOfStrangers + deafHooks + formerNames
    }

    /// Former names of keywords. For a classic file the load reports them.
    private var formerNames: [CrossChecks.Finding] {
        guard !definition.position.file.ends(EnvFile.suffix) else { return [] }
        let all = [definition.settings] + definition.resources.map(\.settings)
        return all.flatMap { $0["sync_min_delay"]?.entries.values.map(\.position) ?? [] }
            .map { CrossChecks.Finding(CommonKeywords.minDelayNote, at: $0) }
    }

    /// Counted ids beside written ones. A counted id changes when a resource is added before it, which nobody
    /// expects beside written ones.
    private var mixedIDs: [CrossChecks.Finding] {
        var firstWritten: [String: ResourceID] = [:]
        for resource in definition.resources where resource.isIDWritten {
            let section = resource.id.section
            firstWritten[section] = firstWritten[section] ?? resource.id
        }
        return definition.resources.filter { !$0.isIDWritten }.compactMap { resource in
            guard let written = firstWritten[resource.id.section] else { return nil }
            return CrossChecks.Finding(
                "\(resource.id): has no id of its own beside \(written), which has",
                at: resource.position
            )
        }
    }

    private var strangers: [CrossChecks.Finding] {
        guard !nodes.isEmpty else { return [] }
        let service = strangers(
            among: nodes,
            in: definition.settings["autostart_node"],
            "\(definition.name): field 'autostart_node'"
        )
        let known = nodes.union(Self.nodeWords)
        return service
            + definition.resources.flatMap { resource in
                Self.nodeLists.flatMap { keyword in
                    strangers(
                        among: known,
                        in: resource.settings[keyword],
                        "\(resource.id): field '\(keyword)'"
                    )
                }
            }
    }

    private func strangers(
        among known: Set<String>,
        in setting: ScopedSetting?,
        _ subject: String
    ) -> [CrossChecks.Finding] {
        let entries = setting.map { Array($0.entries.values) } ?? []
        return entries.flatMap { entry -> [CrossChecks.Finding] in
            guard case .list(let words) = entry.value else { return [] }
            return words.filter { !known.contains($0) }
                .map { stranger($0, among: known, subject, at: entry.position) }
        }
    }

    private func stranger(
        _ word: String,
        among known: Set<String>,
        _ subject: String,
        at position: SourcePosition
    ) -> CrossChecks.Finding {
        let near = hints.isLeft() ? nearest(to: word, in: known) : nil
        let hint = near.map { " (did you mean '\($0)'?)" } ?? ""
        let text = "\(subject): '\(word)' is not a node of this service\(hint)"
        return CrossChecks.Finding(text, at: position)
    }

    /// Scopes of nodes that do not exist: no node reads `ipdev@m2` when none is called m2. Lua refuses them. A
    /// key of DEFAULT is reported once.
    private var scopesOfStrangers: [CrossChecks.Finding] {
        guard !nodes.isEmpty else { return [] }
        var told: Set<SourcePosition> = []
        let parts =
            [(definition.name, definition.settings, definition.triggers)]
            + definition.resources.map { ($0.id.text, $0.settings, $0.triggers) }
        return parts.flatMap { owner, settings, triggers -> [CrossChecks.Finding] in
            let values = settings.flatMap { keyword, setting in
                setting.entries.map { (keyword, $0.key, $0.value.position) }
            }
            let triggers = triggers.map { ($0.name, $0.scope, $0.position) }
            return (values + triggers).compactMap { keyword, scope, position in
                guard case .node(let name) = scope, !nodes.contains(name),
                    told.insert(position).inserted
                else { return nil }
                let subject = "\(owner): field '\(keyword)@\(name)'"
                return stranger(name, among: nodes, subject, at: position)
            }
        }
    }

    /// Hooks of the service for resources that it does not have. Hooks of a site are meant for many services.
    private var deafHooks: [CrossChecks.Finding] {
        let ids = definition.completed.resources.map(\.id.text)
        return definition.hooks.filter { $0.set == definition.name }.compactMap { hook in
            guard let pattern = hook.resourcePattern,
                !ids.contains(where: Glob(pattern).matches)
            else { return nil }
            return CrossChecks.Finding(
                "\(hook.name): no resource matches '\(pattern)'",
                at: hook.script.position
            )
        }
    }
}

/// What can be found from the service on one node.
private struct NodeCheck {
    let service: Service

    var findings: [CrossChecks.Finding] { sharedClaims + hiddenFiles }

    /// Two resources that claim the same thing. Disabled ones claim nothing.
    private var sharedClaims: [CrossChecks.Finding] {
        var first: [Claim: Resource] = [:]
        return service.resources.filter { !$0.isDisabled }.flatMap { resource in
            resource.driver.claims.compactMap { claim in
                guard let other = first[claim] else {
                    first[claim] = resource
                    return nil
                }
                return CrossChecks.Finding(
                    "\(resource.id): \(claim.kind) \(claim.name) is already that of \(other.id)"
                        + " (\(other.position))",
                    at: resource.position
                )
            }
        }
    }

    /// Files of the definition that lie under a mount point of the service itself: a node without the mount
    /// lacks them.
    private var hiddenFiles: [CrossChecks.Finding] {
        service.resources.flatMap { resource in
            resource.driver.claims.filter(\.isMountPoint).compactMap { claim in
                let mountPoint = claim.name
                guard
                    let file = service.definition.files.first(where: {
                        !$0.isSame(mountPoint) && $0.isAtOrBelow(mountPoint)
                    })
                else { return nil }
                let text = "\(resource.id): \(file) lies under its mount point \(mountPoint)"
                return CrossChecks.Finding(text, at: resource.position)
            }
        }
    }
}
