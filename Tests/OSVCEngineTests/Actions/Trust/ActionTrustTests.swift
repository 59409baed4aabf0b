import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// Whatever acts on a service, osvc's directories and the programs that it runs are judged the same way
/// (decisions.md 52).
@EngineActor
struct ActionTrustTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private let base = "/usr/local/cluster"
    private let problem =
        "/bin/off may be changed by others than root: /bin/off may be written by others (owner 0,"
        + " mode 777): osvc trust fix /bin/off"

    enum Way: String, CaseIterable {
        case start, stop, restart, stonith, monitor, syncnodes, freeze, thaw

        /// Whether it goes on whatever osvc's directories are.
        var isIndispensable: Bool { self == .stop || self == .stonith }

        var actionName: String { self == .monitor ? "resource_monitor" : rawValue }
    }

    private func service() throws -> Service {
        var facts = Fixture.facts
        facts.root = directory.path
        let heartbeat = Fixture.resource("hb#0", driver: "hb.openha", ["type": .string("OpenHA")])
        let callout = Fixture.resource(
            "stonith#0",
            driver: "stonith.callout",
            ["type": .string("callout"), "cmd": .list(["/bin/off", "n2"])]
        )
        let flag = Fixture.resource(
            "flag#0",
            driver: "fs.flag",
            ["file": .string("/run/f"), "monitor": .boolean(true), "restart": .integer(1)],
            triggers: [
                Trigger(
                    moment: .preStart,
                    scope: .everywhere,
                    work: .program(["/bin/off", "n2"]),
                    isBlocking: false,
                    position: Fixture.position
                )
            ]
        )
        let hooks = [HookEvent.freeze, .thaw].enumerated().map { index, event in
            Hook(
                id: "h\(index)",
                set: "site",
                event: event,
                onError: .abort,
                script: Fixture.script(index)
            )
        }
        let definition = Fixture.service(resources: [flag, heartbeat, callout], hooks: hooks)
        return try Service(definition, facts: facts, registry: .builtIn)
    }

    private func perform(_ way: Way) async throws -> Int32 {
        let service = try service()
        let options = ActionOptions(force: true, reason: .cluster)
        switch way {
        case .start, .stop, .restart:
            let action = try #require(Action(rawValue: way.rawValue))
            return await ServiceRunner(Site(service, host: host, log: log)).perform(action, options)
        case .stonith: return await Stonith(Site(service, host: host, log: log)).perform(options)
        case .monitor:
            return await ResourceMonitor(Site(service, host: host, log: log)).perform(options)
        case .syncnodes:
            return await Syncing(Site(service, host: host, log: log)).perform(.syncnodes, options)
        case .freeze, .thaw:
            return await Freezing(Site(service, host: host, log: log)).set(frozen: way == .freeze)
        }
    }

    private func putInOthersHands(_ folder: String) {
        host.files["\(directory.path)/\(folder)"] = FakeFile(
            info: FileInfo(kind: .directory, owner: 65534, mode: 0o777)
        )
    }

    @Test(arguments: Way.allCases)
    func `osvc's own directories are judged before anything is done`(_ way: Way) async throws {
        putInOthersHands("var")
        host.expect("/bin/off n2")
        let code = try await perform(way)
        let text =
            "- \(directory.path)/var belongs to user 65534 (mode 777), who could change what osvc keeps"
            + " below it: chown root \(directory.path)/var && chmod go-w \(directory.path)/var"
        if way.isIndispensable {
            #expect(log.text(from: .warning).contains("WARNING \(text)"), "\(log.text())")
        } else {
            #expect(code == 1)
            let end = "ERROR - \(way.actionName): nothing was done"
            #expect(log.text(from: .warning) == ["ERROR \(text)", end])
            #expect(host.orders.isEmpty)
        }
    }

    /// Everything that runs `/bin/off`.
    private func prepare() {
        host.files["/bin/off"] = FakeFile(mode: 0o777)
        host.expect("/bin/off n2")
        // OpenHA: the service runs here, and what it does on the other node is not known.
        host.files["\(base)/bin/service"] = FakeFile()
        host.files["\(base)/conf/monitor"] = FakeFile("")
        host.files["\(base)/services/web/STATE.n1"] = FakeFile("2")
        host.processTable = [ProcessEntry(pid: 10, arguments: ["\(base)/bin/nmond"])]
        // What hooks and other scripts run goes the same way.
        for (script, _) in [HookEvent.freeze, .thaw].enumerated() {
            host.fakeScripts.outcomes[script] = .finished(code: 0)
            host.fakeScripts.effects[script] = { [host] _ in
                _ = host.programTrust?.judge(Command(["/bin/off", "n2"]))
            }
        }
    }

    @Test(arguments: [Way.start, .stonith, .monitor, .freeze, .thaw])
    func `a program that others may change is reported once, whatever runs it`(_ way: Way)
        async throws
    {
        prepare()
        if way == .thaw { host.files["\(directory.path)/var/FROZEN.web"] = FakeFile("") }
        _ = try await perform(way)
        let told = log.text(from: .warning).filter { $0 == "WARNING - \(problem)" }
        #expect(told.count == 1, "\(log.text())")
        #expect(host.programTrust == nil)
    }

    @Test(arguments: [Way.start, .restart, .stonith, .monitor])
    func `a strict node does not run it`(_ way: Way) async throws {
        prepare()
        host.files["\(directory.path)/etc/node.conf"] = FakeFile("[node]\nstrict = true\n")
        let code = try await perform(way)
        #expect(code == 1 || way == .monitor)
        #expect(log.text(from: .error).contains { $0.contains("strict = true") }, "\(log.text())")
    }

    @Test func `a check names a stonith program that others may change`() throws {
        prepare()
        #expect(try service().programProblems(on: host) == [problem])
    }

    @Test func `a node is not frozen in a directory of others`() {
        putInOthersHands("var")
        let node = NodeFreezing(Layout(root: directory.path), host: host)
        #expect(throws: HostError.self) { try node.freeze() }
        #expect(throws: HostError.self) { try node.thaw() }
        #expect(host.orders.isEmpty)
    }
}
