internal import OrderedCollections

/// One part of a service on one node: its driver, and what every resource has.
///
/// Nothing of it changes; it is a class because it is handed around much and copied never.
public final class Resource: Sendable {
    public let id: ResourceID
    public let driver: any Driver
    public let position: SourcePosition
    public let isDisabled: Bool
    public let isOptional: Bool
    public let isMonitored: Bool
    /// Whether it stays up on this node (`always_on`).
    public let isStandby: Bool
    /// How often `resource_monitor` tries to start it before it counts as lost.
    public let restarts: Int
    public let tags: [String]
    public let after: [ResourceID]
    public let triggers: [Trigger]

    init(
        _ written: ResourceDefinition,
        facts: ServiceFacts,
        registry: DriverRegistry
    ) throws(ConfigurationError) {
        guard let type = registry.driver(written.driver) else {
            throw .unknownDriver(
                owner: written.id.text,
                word: written.driver.text,
                known: registry.drivers.map { $0.id.text },
                at: written.position
            )
        }
        let settings = Settings(written, defaults: registry.defaults(of: type), facts: facts)
        id = written.id
        position = written.position
        driver = try type.init(settings)
        isDisabled = settings.flag("disable", or: "disable_on")
        isOptional = settings.flag("optional", or: "optional_on")
        isMonitored = settings.flag("monitor", or: "monitor_on")
        isStandby = settings.names(facts.node, in: "always_on")
        restarts = settings.integer("restart") ?? 0
        tags = settings.list("tags")
        after = settings.list("after").map(ResourceID.init)
        triggers = written.triggers.seen(on: facts.node, of: facts.groups)
    }

    public var label: String { driver.label }
    public var type: DriverID { Swift.type(of: driver).id }

    /// `MDO.`: monitored, disabled, optional, encapsulated (classic-status.md section 5).
    public var flags: String {
        String(
            decoding: [
                UInt8(ascii: isMonitored ? "M" : "."), UInt8(ascii: isDisabled ? "D" : "."),
                UInt8(ascii: isOptional ? "O" : "."), UInt8(ascii: "."),
            ],
            as: UTF8.self
        )
    }

    /// Whether `startstandby` brings up the resource, or a part of it.
    var hasStandby: Bool { isStandby || driver.hasStandbyPart }

    /// What `startstandby` does from what was seen: all of a standby resource, of others their part.
    func standbySteps(_ seen: Observation) -> [Step] {
        isStandby ? seen.startSteps : seen.standbySteps
    }

    /// What the resource is now, with standby and disabled taken into account.
    ///
    /// `scripts` calls the functions of its service. `storage` is what address and storage of its service are;
    /// only the driver that judges by it asks.
    @EngineActor
    public func look(
        _ host: any Host,
        for purpose: Purpose,
        scripts: any ScriptRunner,
        storage: Status = .undefined
    ) async -> Observation {
        guard !isDisabled else {
            return Observation(report: StatusReport(.notApplicable, notes: ["disabled"]))
        }
        var seen =
            if let driver = driver.asStorageJudging {
                await driver.look(host, for: purpose, storage: storage)
            } else {
                await driver.look(host, for: purpose, scripts: scripts)
            }
        if isStandby, Swift.type(of: driver).showsStandby {
            seen.report.status = seen.report.status.asStandby
        }
        return seen
    }
}

extension Settings {
    /// The settings of a resource on a node, with the defaults of its keywords filled in.
    init(
        _ written: ResourceDefinition,
        defaults: [(name: String, value: SettingValue)],
        facts: ServiceFacts
    ) {
        var entries: [Named] = []
        entries.reserveCapacity(written.settings.count + defaults.count)
        for (name, setting) in written.settings {
            if let entry = setting.entry(on: facts.node, of: facts.groups) {
                entries.append(Named(name: name, entry: entry))
            }
        }
        // What is written for other nodes only is not there on this one, default or not.
        for (name, value) in defaults where written.settings[name] == nil {
            let entry = ScopedSetting.Entry(value, at: written.position)
            entries.append(Named(name: name, entry: entry))
        }
        self.init(
            owner: written.id.text,
            position: written.position,
            entries: entries,
            launchers: written.launchers,
            service: facts
        )
    }

    /// The flag as written, else whether the list of nodes holds this one.
    fileprivate func flag(_ keyword: String, or list: String) -> Bool {
        has(keyword) ? boolean(keyword) : names(service.node, in: list)
    }

    fileprivate func names(_ node: String, in keyword: String) -> Bool {
        list(keyword).contains { service.groups.word($0, covers: node) }
    }
}
