internal import OrderedCollections

/// One part of a service on one node: its driver, and the settings that every resource has.
///
/// Immutable; a class because it is passed around often and never copied.
public final class Resource: Sendable {
    /// The id, unique in the service.
    public let id: ResourceID
    /// The driver, made from the settings that hold on this node.
    public let driver: any Driver
    /// Where the resource is written; for one that osvc adds, where the service is.
    public let position: SourcePosition
    /// Whether actions and status leave the resource out on this node (`disable`, else `disable_on`).
    public let isDisabled: Bool
    /// Whether an action continues when the resource fails on this node (`optional`, else `optional_on`).
    public let isOptional: Bool
    /// Whether `resource_monitor` watches the resource on this node (`monitor`, else `monitor_on`).
    public let isMonitored: Bool
    /// Whether the resource stays up on this node (`always_on`).
    public let isStandby: Bool
    /// How often `resource_monitor` tries to start it before it counts as lost, 0 to 1000.
    public let restarts: Int
    /// The words that `--tags` selects by. `noaction` keeps the resource out of actions.
    public let tags: [String]
    /// The resources that are started before this one; each exists in the service.
    public let after: [ResourceID]
    /// The triggers that hold on this node, those with an empty line left out.
    public let triggers: [Trigger]
    /// What an earlier start brought up, when this is not a resource of the file (`FormerHolding`).
    let former: Holding?
    /// The id by which `--rid` selects it: for what an earlier start brought up that of its resource.
    let origin: ResourceID

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
        former = nil
        origin = id
    }

    /// What an earlier start brought up as the resource `origin`. `number` is above 1 for further things of that
    /// resource.
    init(
        _ item: HoldingRecord.Item,
        number: Int,
        whenBusy busy: BusyMount,
        position: SourcePosition
    ) {
        origin = item.resource
        id = ResourceID("\(item.resource.text).started\(number > 1 ? "\(number)" : "")")
        former = item.thing
        driver = item.thing.former(whenBusy: busy)
        self.position = position
        isDisabled = false
        isOptional = false
        isMonitored = false
        isStandby = false
        restarts = 0
        tags = []
        after = []
        triggers = []
    }

    /// The resource for people, as its driver describes it: `/dev/vg/web on /srv/web`.
    public var label: String { driver.label }
    /// The id of its driver.
    public var type: DriverID { Swift.type(of: driver).id }

    /// Four letters of the status tree, `MDO.`: monitored, disabled, optional, and a dot for encapsulated. A
    /// dot stands for each flag that is not set (classic-status.md section 5).
    public var flags: String {
        String(
            decoding: [
                UInt8(ascii: isMonitored ? "M" : "."), UInt8(ascii: isDisabled ? "D" : "."),
                UInt8(ascii: isOptional ? "O" : "."), UInt8(ascii: "."),
            ],
            as: UTF8.self
        )
    }

    /// Whether `startstandby` brings up the resource or a part of it.
    var hasStandby: Bool { isStandby || driver.hasStandbyPart }

    /// The steps of `startstandby`: all of a standby resource, of other resources their standby part.
    func standbySteps(_ seen: Observation) -> [Step] {
        isStandby ? seen.startSteps : seen.standbySteps
    }

    /// Looks at the resource; standby and disabled are taken into account.
    ///
    /// `scripts` calls the functions of its service. `storage` is what address and storage of its service are;
    /// only the driver that judges by it asks. `questions` says which launchers are asked; nil: all.
    @EngineActor
    public func look(
        _ host: any Host,
        for purpose: Purpose,
        scripts: any ScriptRunner,
        storage: Status = .undefined,
        questions: LauncherQuestions? = nil
    ) async -> Observation {
        guard !isDisabled else {
            return Observation(report: StatusReport(.notApplicable, notes: ["disabled"]))
        }
        var seen =
            if let driver = driver.asStorageJudging {
                await driver.look(host, for: purpose, storage: storage)
            } else if let questions, let application = driver as? Application {
                await application.look(host, for: purpose, scripts: scripts, questions)
            } else {
                await driver.look(host, for: purpose, scripts: scripts)
            }
        if isStandby, Swift.type(of: driver).showsStandby {
            seen.report.status = seen.report.status.asStandby
            seen.report.wholeStatus = seen.report.wholeStatus?.asStandby
        }
        return seen
    }
}

extension Settings {
    /// The settings of a resource on a node, with the defaults of its keywords.
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
        // A keyword written for other nodes only has no value on this one, not even its default.
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

    /// The flag if it is written, else whether the list of nodes covers this node.
    fileprivate func flag(_ keyword: String, or list: String) -> Bool {
        has(keyword) ? boolean(keyword) : names(service.node, in: list)
    }

    fileprivate func names(_ node: String, in keyword: String) -> Bool {
        list(keyword).contains { service.groups.word($0, covers: node) }
    }
}
