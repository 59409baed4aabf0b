/// The drivers that osvc knows. A value built in one place; nothing registers itself.
public struct DriverRegistry: Sendable {
    /// The drivers of osvc itself. A new kind of resource is one line here.
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

    /// All drivers in start order.
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

    /// The values of a driver's keywords that the file does not write.
    func defaults(of type: any Driver.Type) -> [(name: String, value: SettingValue)] {
        defaults.value(for: type.id) {
            Self.defaults(among: type.keywords + CommonKeywords.resource)
        }
    }

    /// The defaults of the keywords, except those of flags: a default `disable = false` would mask `disable_on`
    /// (classic-env.md section 4.3).
    private static func defaults(
        among keywords: [Keyword]
    ) -> [(name: String, value: SettingValue)] {
        keywords.filter { !["disable", "optional", "monitor"].contains($0.name) }
            .compactMap { keyword in keyword.defaultValue.map { (keyword.name, $0) } }
    }

    /// The first driver of a section word, the general one; others of the section are chosen by `type`. Nil: no
    /// driver has it.
    public func driver(section: String) -> (any Driver.Type)? {
        drivers.first { $0.section == section }
    }

    /// The driver with this id; nil: there is none.
    public func driver(_ id: DriverID) -> (any Driver.Type)? {
        drivers.first { $0.id == id }
    }

    /// The section words that a service file may use, in start order.
    public var sections: [String] { drivers.map { $0.section } }
}

extension ResourceDefinition {
    /// The first required keyword that has no value on the node; nil: none is missing.
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
