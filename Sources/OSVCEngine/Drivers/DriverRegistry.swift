/// Drivers by the word users write. A value built in one place; nothing registers itself.
public struct DriverRegistry: Sendable {
    /// What osvc knows without help. A new kind of resource is one line here.
    public static let builtIn = DriverRegistry([
        ServiceAddress.self,
        LoopFile.self,
        SoftwareRAID.self,
        VolumeGroup.self,
        FSMount.self,
        FSFlag.self,
        Application.self,
        HeartbeatOpenHA.self,
        StonithCallout.self,
        SyncRsync.self,
    ])

    /// In the order of the start.
    public let drivers: [any Driver.Type]
    private let defaults = Memo<DriverID, [(name: String, value: SettingValue)]>()
    private let required = Memo<DriverID, [String]>()

    public init(_ drivers: [any Driver.Type]) {
        self.drivers = drivers.sorted { $0.startOrder < $1.startOrder }
    }

    /// The keywords that the resource requires.
    func required(by type: DriverID) -> [String] {
        required.value(for: type) {
            driver(type)?.keywords.filter(\.isRequired).map(\.name) ?? []
        }
    }

    /// What the keywords of a driver are when nobody writes them.
    func defaults(of type: any Driver.Type) -> [(name: String, value: SettingValue)] {
        defaults.value(for: type.id) {
            Self.defaults(among: type.keywords + CommonKeywords.resource)
        }
    }

    /// A default must not mask a list of nodes: `disable = false` does that to `disable_on`
    /// (classic-env.md section 4.3).
    private static func defaults(
        among keywords: [Keyword]
    ) -> [(name: String, value: SettingValue)] {
        keywords.filter { !["disable", "optional", "monitor"].contains($0.name) }
            .compactMap { keyword in keyword.defaultValue.map { (keyword.name, $0) } }
    }

    /// The drivers of one section word: `fs` has the general one and may have others, by `type`.
    public func driver(section: String) -> (any Driver.Type)? {
        drivers.first { $0.section == section }
    }

    public func driver(_ id: DriverID) -> (any Driver.Type)? {
        drivers.first { $0.id == id }
    }

    /// The words a service file may use, in start order.
    public var sections: [String] { drivers.map { $0.section } }
}

extension ResourceDefinition {
    /// A required keyword that has no value on the node.
    public func lackedKeyword(
        on node: String,
        of groups: NodeGroups,
        _ registry: DriverRegistry
    ) -> String? {
        registry.required(by: driver).first { keyword in
            switch entry(keyword, on: node, of: groups)?.value {
            case nil, .string(""), .list([]): true
            default: false
            }
        }
    }
}
