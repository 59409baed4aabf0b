/// Drivers by the word users write. A value built in one place; nothing registers itself.
public struct DriverRegistry: Sendable {
    /// What osvc knows without help. A new kind of resource is one line here.
    public static let builtIn = DriverRegistry([
        ServiceAddress.self,
        LoopFile.self,
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

    public init(_ drivers: [any Driver.Type]) {
        self.drivers = drivers.sorted { $0.startOrder < $1.startOrder }
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
