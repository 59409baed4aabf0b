public import OSVCEngine
internal import OrderedCollections

/// Small values for tests, as a loaded file would give them.
public enum Fixture {
    public static let position = SourcePosition(file: "web.lua", line: 1)

    /// What a service named `web` on nodes n1 and n2 tells its drivers on n1.
    public static let facts = ServiceFacts(
        name: "web",
        node: "n1",
        groups: NodeGroups(nodes: ["n1", "n2"]),
        root: "/opt/opensvc"
    )

    /// The settings of one resource as a driver reads them on one node.
    public static func settings(
        _ owner: String,
        _ values: [String: SettingValue] = [:],
        launchers: [Launcher] = [],
        service: ServiceFacts = facts
    ) -> Settings {
        Settings(
            owner: owner,
            position: position,
            entries: values.mapValues { ScopedSetting.Entry($0, at: position) },
            launchers: launchers,
            service: service
        )
    }

    /// A resource as it was written, with unscoped values.
    public static func resource(
        _ id: String,
        driver: String,
        _ values: KeyValuePairs<String, SettingValue> = [:],
        triggers: [Trigger] = [],
        launchers: [Launcher] = []
    ) -> ResourceDefinition {
        ResourceDefinition(
            id: ResourceID(id),
            driver: DriverID(driver),
            position: position,
            settings: scoped(values),
            triggers: triggers,
            launchers: launchers
        )
    }

    public static func service(
        _ name: String = "web",
        _ values: KeyValuePairs<String, SettingValue> = ["nodes": .list(["n1", "n2"])],
        resources: [ResourceDefinition] = [],
        triggers: [Trigger] = [],
        hooks: [Hook] = []
    ) -> ServiceDefinition {
        ServiceDefinition(
            name: name,
            position: position,
            settings: scoped(values),
            resources: resources,
            triggers: triggers,
            hooks: hooks,
            files: [position.file]
        )
    }

    private static func scoped(_ values: KeyValuePairs<String, SettingValue>)
        -> OrderedDictionary<String, ScopedSetting>
    {
        OrderedDictionary(
            uniqueKeysWithValues: values.map { ($0.key, ScopedSetting($0.value, at: position)) }
        )
    }

    /// A launcher in the usual order: `K` is 100 - S, `C` is S.
    public static func launcher(
        _ name: String,
        order: Int = 10,
        _ methods: [LauncherAction: Launcher.Method],
        daemon: Launcher.Daemon? = nil
    ) -> Launcher {
        Launcher(
            name: name,
            startOrder: order,
            stopOrder: 100 - order,
            statusOrder: order,
            methods: methods,
            daemon: daemon,
            position: position
        )
    }

    public static func script(_ id: Int) -> ScriptReference {
        ScriptReference(id: id, position: SourcePosition(file: "web.lua", line: id))
    }
}
