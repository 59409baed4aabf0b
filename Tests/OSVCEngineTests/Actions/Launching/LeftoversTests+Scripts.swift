import Glibc
@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// What a script started to stay, and tools that no wait may end.
extension LeftoversTests {
    /// Leaves the journal of a start that was cut off in a script that had started `/srv/webd`.
    private func cutOffScript(isOver: Bool) throws {
        let journal = try Journal.begin("start", of: "web", in: layout, at: 0) { _ in }
        journal.doing(.makeDirectory("/a"), on: ResourceID("app"), at: 0)
        var command = Command(["/srv/webd"])
        command.scriptCall = "app:web start"
        _ = try journal.calling("9-a-3", command)
        journal.append(["pid", "9-a-3", "40", "7"])
        if isOver { journal.ended("app:web start") }
    }

    @Test(arguments: [Action.start, .stop])
    func `what a script that was cut off had started is ended`(action: Action) async throws {
        try cutOffScript(isOver: false)
        // It has gone to the background.
        host.processTable = [script(41, ["/srv/webd"], mark: "9-a-3", start: 8)]
        host.whileSignalling = { host, _, _ in host.processTable = [] }
        #expect(try await perform(action, []) == 0)
        #expect(host.processTable.isEmpty)
        #expect(log.text().contains("WARNING - ending /srv/webd (pid 41)"))
    }

    @Test func `what a script left that came to its end is not ended`() async throws {
        try cutOffScript(isOver: true)
        host.processTable = [script(40, ["/srv/webd"], mark: "9-a-3")]
        #expect(try await perform(.start, []) == 0)
        #expect(host.processTable.map(\.pid) == [40])
    }

    @Test func `nor where the journal is too long to tell`() throws {
        let begin = "begin\t1\t9\tstart\nstay\t9-a-3\tapp:web start\t/srv/webd\npid\t9-a-3\t40\t7\n"
        #expect(Interruption(journal: begin)?.calls.unfinished.count == 1)
        #expect(Interruption(journal: begin + "\n\tcut\n")?.calls.unfinished.count == 0)
    }

    /// Leaves the journal of a start that was cut off while `e2fsck` ran, and still does.
    private func cutOffTool() throws {
        let journal = try Journal.begin("start", of: "web", in: layout, at: 0) { _ in }
        journal.doing(.makeDirectory("/a"), on: ResourceID("fs#0"), at: 0)
        var check = Command(["e2fsck", "-p", "/dev/sdb"])
        check.isNeverEnded = true
        _ = try journal.calling("9-a-4", check)
        journal.append(["pid", "9-a-4", "40", "7"])
        host.processTable = [script(40, ["e2fsck", "-p", "/dev/sdb"], mark: "9-a-4")]
    }

    @Test(arguments: [Action.start, .restart, .stop])
    func `a tool is never ended, and a start does not begin beside it`(action: Action) async throws
    {
        try cutOffTool()
        #expect(try await perform(action, []) == 1)
        #expect(host.processTable.map(\.pid) == [40])
        #expect(!host.orders.contains { if case .signal = $0 { true } else { false } })
        let refusal =
            "ERROR - \(action.rawValue): nothing was done: the interrupted start still runs"
            + " e2fsck -p /dev/sdb (pid 40); try again when it has ended"
        #expect(log.text().contains(refusal) == (action != .stop))
    }

    @Test func `a stop beside a tool is no success, and what follows waits for the tool, too`()
        async throws
    {
        try cutOffTool()
        #expect(try await perform(.stop, []) == 1)
        let text =
            "ERROR - stop: an interrupted action still runs e2fsck -p /dev/sdb (pid 40),"
            + " which may undo this; try again when it has ended"
        #expect(log.text().contains(text))
        #expect(try await perform(.start, []) == 1)
        host.processTable = []
        #expect(try await perform(.stop, []) == 0)
        #expect(Interruption.find(of: "web", in: layout) == nil)
    }

    private func write(_ journal: String) throws {
        try Files.makeParent(of: layout.journal(of: "web"))
        directory.write(journal, to: "var/web/journal")
    }

    @Test(arguments: [(UInt64(7), true), (8, false)])
    func `what the action under way left in the background is no leftover`(
        startTime: UInt64,
        isRunning: Bool
    ) throws {
        let osvc = ProcessEntry(pid: getpid(), arguments: ["osvc"], startTime: startTime)
        host.processTable = [osvc, script(40, ["arping", "10.0.0.1"], mark: "9-a-2")]
        try write(
            "begin\t1\t\(getpid())\tstart\t7\ndo\t2\tip#0\tx\n"
                + "call\t9-a-2\t-\tarping 10.0.0.1\npid\t9-a-2\t40\t7\n"
        )
        var facts = Fixture.facts
        facts.root = directory.path
        let note = Leftovers.note(on: ResourceID("ip#0"), of: facts, host)
        #expect((note == nil) == isRunning)
    }

    /// A journal may be of any length.
    @Test(arguments: [0, 1 << 18])
    func `the status says what is under way without osvc, and is not down`(steps: Int) async throws
    {
        try cutOffStart()
        let journal = directory.text("var/web/journal")
            .replacing("\t\(getpid())\t", with: "\t999999\t")
        var facts = Fixture.facts
        facts.root = directory.path
        let steps = String(repeating: "did\tapp\n", count: steps)
        try write(journal.replacing("\n", with: "\n\(steps)", maxReplacements: 1))
        host.processTable = [script(40, ["/srv/web", "start"], mark: "9-a-2")]
        host.expect("/srv/status", code: 1)
        let launcher = Fixture.launcher("w", [.status: .program(["/srv/status"])])
        let app = Fixture.resource("app", driver: "app", launchers: [launcher])
        let service = try Service(
            Fixture.service(resources: [app]),
            facts: facts,
            registry: .builtIn
        )
        let resource = try #require(service.resource(ResourceID("app")))
        let note = "interrupted start still runs: /srv/web start (pid 40)"
        #expect(await resource.look(host, for: .status).report.notes.contains(note))
        #expect(await resource.look(host, for: .status).report.status == .warn)
        host.processTable = []
        #expect(await resource.look(host, for: .status).report.status == .down)
    }
}
