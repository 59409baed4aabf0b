import OSVCTestSupport
import OrderedCollections

@testable import OSVCEngine

/// Actions on a service `web` on a machine in memory, from lock to journal's end.
@EngineActor
final class ActionFixture {
    let directory = TemporaryDirectory()
    let host = FakeHost()
    let log = RecordingLog()
    var settings: [String: SettingValue] = ["nodes": .list(["n1", "n2"])]
    var isClassic = false
    var hooks: [Hook] = []
    var triggers: [Trigger] = []
    private var running: Task<Int32, Never>?

    var layout: Layout { Layout(root: directory.path) }

    func service(_ resources: [ResourceDefinition]) throws -> Service {
        var facts = Fixture.facts
        facts.root = directory.path
        var definition = Fixture.service(resources: resources, triggers: triggers, hooks: hooks)
        definition.isClassic = isClassic
        for (name, value) in settings {
            definition.settings[name] = ScopedSetting(value, at: Fixture.position)
        }
        return try Service(definition, facts: facts, registry: .builtIn)
    }

    func perform(
        _ action: Action,
        _ resources: [ResourceDefinition],
        _ options: ActionOptions = ActionOptions()
    ) async throws -> Int32 {
        let site = Site(try service(resources), host: host, log: log)
        let task = Task { @EngineActor in
            // A task of its own, which a signal cancels.
            await ServiceRunner(site).perform(action, options)
        }
        running = task
        return await task.value
    }

    /// A signal to osvc.
    func interrupt() { running?.cancel() }

    // MARK: Resources

    /// A resource that is up while `/run/ID` exists.
    func flag(
        _ id: String,
        _ values: KeyValuePairs<String, SettingValue> = [:],
        _ triggers: [Trigger] = []
    ) -> ResourceDefinition {
        var resource = Fixture.resource(id, driver: "fs.flag", values, triggers: triggers)
        resource.settings["file"] = ScopedSetting(.string("/run/\(id)"), at: Fixture.position)
        return resource
    }

    func app(_ launchers: [Launcher], _ values: KeyValuePairs<String, SettingValue> = [:])
        -> ResourceDefinition
    {
        Fixture.resource("app", driver: "app", values, launchers: launchers)
    }

    /// A file system of its own kind at `/srv/a`, which `mount -t tmpfs none /srv/a` mounts.
    var mount: ResourceDefinition {
        Fixture.resource(
            "fs#0",
            driver: "fs",
            ["type": .string("tmpfs"), "dev": .string("none"), "mnt": .string("/srv/a")]
        )
    }

    static let mounted = MountEntry(source: "none", mountPoint: "/srv/a", type: "tmpfs")

    /// The address 10.0.0.9 of `eth0`, which is up with 10.0.0.1.
    func address(
        _ values: KeyValuePairs<String, SettingValue> = [:],
        _ triggers: [Trigger] = []
    ) -> ResourceDefinition {
        host.names["web"] = Self.addresses("10.0.0.9")
        connect("10.0.0.1")
        var resource = Fixture.resource("ip#0", driver: "ip", values, triggers: triggers)
        for (keyword, value) in ["ipname": "web", "ipdev": "eth0"] {
            resource.settings[keyword] = ScopedSetting(.string(value), at: Fixture.position)
        }
        return resource
    }

    static func addresses(_ text: String) -> [IPAddress] {
        [IPAddress(text)].compactMap(\.self)
    }

    /// Gives `eth0` these addresses; the second one has a label.
    func connect(_ texts: String...) {
        let addresses = texts.enumerated().flatMap { index, text in
            Self.addresses(text).map {
                NetworkInterface.Address($0, prefixLength: 24, label: index == 0 ? nil : "eth0:1")
            }
        }
        host.networkInterfaces = [
            NetworkInterface(name: "eth0", isUp: true, addresses: addresses)
        ]
    }

    /// The flags that are up, sorted.
    var flags: [String] {
        host.files.keys.filter { $0.hasPrefix("/run/") }.map { String($0.dropFirst(5)) }.sorted()
    }

    func raise(_ ids: String...) { for id in ids { host.files["/run/\(id)"] = FakeFile("") } }

    /// The flag cannot be written.
    func refuse(_ id: String) {
        host.refusals["writeFile /run/\(id)"] = .system(call: "write", subject: id, errno: 28)
    }

    /// A launcher whose program is `/bin/NAME start` and so on.
    func program(
        _ name: String,
        order: Int = 10,
        _ actions: [LauncherAction] = [.start, .stop]
    ) -> Launcher {
        let methods = actions.map { ($0, Launcher.Method.program(["/bin/\(name)", $0.rawValue])) }
        return Fixture.launcher(name, order: order, Dictionary(uniqueKeysWithValues: methods))
    }

    // MARK: Hooks and triggers

    /// A hook that succeeds unless told otherwise.
    func hook(_ event: HookEvent, _ script: Int, _ onError: Hook.OnError = .abort) {
        hooks.append(
            Hook(
                id: "h\(script)",
                set: "site",
                event: event,
                onError: onError,
                script: Fixture.script(script)
            )
        )
        host.fakeScripts.outcomes[script] = .finished(code: 0)
    }

    func trigger(_ moment: Trigger.Moment, _ program: String, isBlocking: Bool = false) -> Trigger {
        Trigger(
            moment: moment,
            work: .program([program]),
            isBlocking: isBlocking,
            position: Fixture.position
        )
    }

    /// The scripts that were called, in order.
    var called: [Int] { host.fakeScripts.calls.map(\.script.id) }
}
