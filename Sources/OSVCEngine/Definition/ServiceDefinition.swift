public import OrderedCollections

/// A service as its file writes it: data, the same from every kind of file and on every node.
///
/// Values that differ between nodes keep their scopes here; `Service` is the view of one node.
public struct ServiceDefinition: Sendable, Equatable {
    /// The name of the service, as logs, state files and `OPENSVC_SVCNAME` have it.
    public var name: String
    /// Where the service is written: its file and, in Lua, its constructor.
    public var position: SourcePosition
    /// The settings of the service itself, by keyword.
    public var settings: OrderedDictionary<String, ScopedSetting>
    /// The resources in the order of the file, without those that osvc adds.
    public var resources: [ResourceDefinition]
    /// The triggers of the service as a whole: `pre_start` and so on.
    public var triggers: [Trigger]
    /// The hooks of the service, and those of the site that apply to it.
    public var hooks: [Hook]
    /// Every file that the definition was read from, the service's own first.
    public var files: [String]
    /// Whether the rules of classic files hold (decisions.md 9, 10): the keyword `classic`.
    public var isClassic: Bool {
        get { settings[CommonKeywords.classicName]?.entries[.everywhere]?.value == .boolean(true) }
        set {
            settings[CommonKeywords.classicName] = ScopedSetting(.boolean(newValue), at: position)
        }
    }

    public init(
        name: String,
        position: SourcePosition,
        settings: OrderedDictionary<String, ScopedSetting> = [:],
        resources: [ResourceDefinition] = [],
        triggers: [Trigger] = [],
        hooks: [Hook] = [],
        files: [String] = []
    ) {
        self.name = name
        self.position = position
        self.settings = settings
        self.resources = resources
        self.triggers = triggers
        self.hooks = hooks
        self.files = files
    }

    /// The nodes that the service names. Only unscoped values count: scopes take their meaning from these groups.
    public var groups: NodeGroups {
        func words(_ keyword: String) -> [String] {
            guard case .list(let words)? = settings[keyword]?.entries[.everywhere]?.value else {
                return []
            }
            return words
        }
        let drpnodes = words("drpnodes")
        return NodeGroups(
            nodes: words("nodes"),
            drpnodes: drpnodes + words("drpnode").filter { !drpnodes.contains($0) },
            encapnodes: words("encapnodes")
        )
    }
}

extension ResourceDefinition {
    /// Whether a node has no part in the resource: heartbeats and stonith do not exist on the recovery site,
    /// which is not in the cluster (classic-env.md section 5).
    func isLeft(out node: String, of groups: NodeGroups) -> Bool {
        ["hb", "stonith"].contains(id.section.lowercased()) && groups.drpnodes.contains(node)
            && !groups.nodes.contains(node)
    }

    /// The value of a keyword on a node and where it is written; nil when it has none there.
    public func entry(_ keyword: String, on node: String, of groups: NodeGroups)
        -> ScopedSetting.Entry?
    {
        settings[keyword]?.entry(on: node, of: groups)
    }
}

/// A resource as the file writes it, before a node is chosen.
public struct ResourceDefinition: Sendable, Equatable {
    /// The id: the file's own, or a counted one.
    public var id: ResourceID
    /// Whether the file writes the id; false: osvc counted the part after `#`.
    public var isIDWritten: Bool
    /// The driver by which the resource is made.
    public var driver: DriverID
    /// Where the resource is written.
    public var position: SourcePosition
    /// The values of its keywords, by keyword, without defaults.
    public var settings: OrderedDictionary<String, ScopedSetting>
    /// The triggers of the resource, for all nodes: `pre_start` and so on.
    public var triggers: [Trigger]
    /// The launchers of an `app` section, in file order; empty for other resources.
    public var launchers: [Launcher]

    public init(
        id: ResourceID,
        isIDWritten: Bool = true,
        driver: DriverID,
        position: SourcePosition,
        settings: OrderedDictionary<String, ScopedSetting> = [:],
        triggers: [Trigger] = [],
        launchers: [Launcher] = []
    ) {
        self.id = id
        self.isIDWritten = isIDWritten
        self.driver = driver
        self.position = position
        self.settings = settings
        self.triggers = triggers
        self.launchers = launchers
    }
}
