public import OrderedCollections

/// A service as it was written: data, the same from every kind of file, the same on every node.
///
/// Values that differ between nodes stay symbolic here; `Service` is what one node makes of it.
public struct ServiceDefinition: Sendable, Equatable {
    public var name: String
    public var position: SourcePosition
    /// The settings of the service itself, by keyword.
    public var settings: OrderedDictionary<String, ScopedSetting>
    /// In the order of the file.
    public var resources: [ResourceDefinition]
    /// `pre_start` and its like on the service itself.
    public var triggers: [Trigger]
    /// Hooks of the service and of the site that apply to it.
    public var hooks: [Hook]
    /// Every file the definition came from, the service's own first.
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

    /// The nodes the service names. They are read unscoped: the groups decide what scopes mean.
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
    /// Whether a node of the service has no part in the resource: the recovery site is not in the cluster
    /// (classic-env.md section 5).
    func isLeft(out node: String, of groups: NodeGroups) -> Bool {
        ["hb", "stonith"].contains(id.section.lowercased()) && groups.drpnodes.contains(node)
            && !groups.nodes.contains(node)
    }

    /// What a node sees of a keyword, and where that is written; nil: nothing is.
    public func entry(_ keyword: String, on node: String, of groups: NodeGroups)
        -> ScopedSetting.Entry?
    {
        settings[keyword]?.entry(on: node, of: groups)
    }
}

/// A resource as it was written.
public struct ResourceDefinition: Sendable, Equatable {
    public var id: ResourceID
    /// Whether the file says what stands after `#`, or it was counted.
    public var isIDWritten: Bool
    public var driver: DriverID
    public var position: SourcePosition
    public var settings: OrderedDictionary<String, ScopedSetting>
    public var triggers: [Trigger]
    /// The launchers of an `app` section, in file order.
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
