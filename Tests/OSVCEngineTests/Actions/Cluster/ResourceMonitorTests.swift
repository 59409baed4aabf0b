import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// What happens when a monitored resource is lost (classic-actions.md section 9).
@EngineActor
struct ResourceMonitorTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private let base = "/usr/local/cluster"
    private let lost = "INFO - monitored resource fs#0 is in state down ()"

    /// OpenHA says that the service is up.
    init() {
        host.files["\(base)/bin/service"] = FakeFile()
        host.files["\(base)/conf/monitor"] = FakeFile("")
        host.files["\(base)/services/web/STATE.n1"] = FakeFile("2")
        host.processTable = [ProcessEntry(pid: 10, arguments: ["\(base)/bin/nmond"])]
        host.files["/dev/x"] = .block(8, 1)
        host.files["/srv/a"] = .directory
    }

    private func perform(
        _ values: KeyValuePairs<String, SettingValue> = [:],
        action: String? = nil
    ) async throws -> Int32 {
        var fs = Fixture.resource("fs#0", driver: "fs", values)
        let own = Fixture.resource(
            "fs#0",
            driver: "fs",
            [
                "type": .string("xfs"), "dev": .string("/dev/x"), "mnt": .string("/srv/a"),
                "monitor": .boolean(true),
            ]
        )
        fs.settings.merge(own.settings) { written, _ in written }
        let heartbeat = Fixture.resource("hb#0", driver: "hb.openha", ["type": .string("OpenHA")])
        var definition = Fixture.service(resources: [fs, heartbeat])
        if let action {
            definition.settings["monitor_action"] = ScopedSetting(
                .string(action),
                at: Fixture.position
            )
        }
        var facts = Fixture.facts
        facts.root = directory.path
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return await ResourceMonitor(Site(service, host: host, log: log)).perform(ActionOptions())
    }

    private static func mountIt(_ host: FakeHost) {
        host.mountTable = [MountEntry(source: "/dev/x", mountPoint: "/srv/a", type: "xfs")]
    }

    @Test func `a resource that is up is left alone`() async throws {
        Self.mountIt(host)
        #expect(try await perform(action: "reboot") == 0)
        #expect(log.text() == [] && host.commands == [])
    }

    @Test func `while nothing is lost nothing is recorded`() async throws {
        Self.mountIt(host)
        #expect(try await perform() == 0)
        #expect(Files.text(Layout(root: directory.path).journal(of: "web"), limit: 99) == nil)
    }

    @Test func `what a killed start left running is awaited before the resource is restarted`()
        async throws
    {
        let layout = Layout(root: directory.path)
        let journal = try Journal.begin("start", of: "web", in: layout, at: 0) { _ in }
        _ = try journal.calling("9-a-1", Command(["mount", "/srv/a"]))
        journal.append(["pid", "9-a-1", "40", "7"])
        let running = ProcessEntry(pid: 40, arguments: ["mount", "/srv/a"], startTime: 7)
        host.processTable.append(running)
        host.whileSleeping = { host in
            host.processTable.removeAll { $0.pid == 40 }
            Self.mountIt(host)
        }
        #expect(try await perform(["restart": .integer(1)]) == 0)
        #expect(host.commands == [])
        #expect(log.text().contains { $0.contains("what the start left running: mount /srv/a") })
        #expect(Interruption.find(of: "web", in: layout) == nil)
    }

    @Test(arguments: ["0", "7", "x"])
    func `while the heartbeat is not up nothing is done`(digit: String) async throws {
        host.files["\(base)/services/web/STATE.n1"] = FakeFile(digit)
        #expect(try await perform(action: "reboot") == 0)
        #expect(log.text() == [] && host.commands == [])
    }

    @Test func `what is not monitored, or disabled, is not looked after`() async throws {
        #expect(try await perform(["monitor": .boolean(false)], action: "reboot") == 0)
        #expect(try await perform(["disable": .boolean(true)], action: "reboot") == 0)
        #expect(log.text() == [] && host.commands == [])
    }

    @Test func `n/a is no loss, warn is one`() {
        #expect(!StatusReport(.notApplicable).hasFailed)
        #expect(!StatusReport(.standbyUp).hasFailed)
        #expect(StatusReport(.warn).hasFailed)
        #expect(StatusReport(.standbyDown).hasFailed)
    }

    @Test func `without an action it is only said`() async throws {
        #expect(try await perform() == 0)
        let would = "INFO - Would TOC but no (or unknown) resource monitor action set."
        #expect(log.text() == [lost, would])
        #expect(host.commands == [])
    }

    /// What is run, on whose behalf.
    @Test(arguments: [
        ("reboot", "reboot", "-"), ("crash", "tee /proc/sysrq-trigger", "-"),
        ("freezestop", "/usr/local/cluster/bin/service -A web freeze-stop", "hb#0"),
    ])
    func `the action of the service is done`(action: String, line: String, subject: String)
        async throws
    {
        host.expect(line)
        #expect(try await perform(action: action) == 0)
        let start = "INFO - start monitor action '\(action)'"
        #expect(log.text() == [lost, start, "INFO \(subject) \(line)"])
        #expect(host.commands == [line])
    }

    @Test func `a crash is one letter`() async throws {
        host.expect("tee /proc/sysrq-trigger")
        #expect(try await perform(action: "crash") == 0)
        guard case .run(let command)? = host.orders.last else {
            Issue.record("\(host.orders)")
            return
        }
        #expect(command.input == Array("c".utf8))
    }

    @Test func `an action that fails is told`() async throws {
        host.expect("reboot", code: 1, error: "no\n")
        #expect(try await perform(action: "reboot") == 1)
        #expect(
            log.text().last == "ERROR - 'resource_monitor' action stopped on execution error"
        )
    }

    @Test func `a resource that starts again is no loss`() async throws {
        host.expect("mount -t xfs /dev/x /srv/a", effect: Self.mountIt)
        #expect(try await perform(["restart": .integer(2)], action: "reboot") == 0)
        #expect(log.text().first == "INFO - restart resource fs#0. try number 1/2")
        #expect(
            log.text().last == "INFO - monitored resource fs#0 restarted. abording TOC."
        )
        #expect(host.commands == ["mount -t xfs /dev/x /srv/a"])
    }

    @Test func `it is tried as often as it says, then given up`() async throws {
        host.expect("mount -t xfs /dev/x /srv/a", code: 32, error: "no\n")
        host.expect("reboot")
        #expect(try await perform(["restart": .integer(3)], action: "reboot") == 0)
        let tries = log.text().filter { $0.contains("try number") }
        #expect(tries.last == "INFO - restart resource fs#0. try number 3/3" && tries.count == 3)
        #expect(host.commands.last == "reboot" && host.commands.count == 4)
        #expect(log.text().contains(lost))
    }
}
