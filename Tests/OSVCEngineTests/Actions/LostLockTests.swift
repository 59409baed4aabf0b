import Glibc
import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// An osvc that acts on a service without its lock, whose file somebody removed meanwhile.
@EngineActor
struct LostLockTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private var layout: Layout { Layout(root: directory.path) }

    private func perform(_ action: Action, lockLimit: Duration = .seconds(60)) async throws -> Int32
    {
        var facts = Fixture.facts
        facts.root = directory.path
        let service = try Service(Fixture.service(), facts: facts, registry: .builtIn)
        let options = ActionOptions(lockLimit: lockLimit)
        return await ServiceRunner(Site(service, host: host, log: log)).perform(action, options)
    }

    /// Leaves the journal of a start whose osvc, pid 70, still runs.
    private func startElsewhere() throws {
        let path = layout.journal(of: "web")
        try Files.makeParent(of: path)
        directory.write("begin\t1.000\t70\tstart\t7\n", to: "var/web/journal")
        host.processTable = [ProcessEntry(pid: 70, executable: "/bin/osvc", startTime: 7)]
    }

    @Test func `another action that lost its lock is awaited`() async throws {
        try startElsewhere()
        host.whileSleeping = { host in
            if host.uptime() >= .seconds(1) { host.processTable.removeFirst() }
        }
        #expect(try await perform(.start) == 0)
        #expect(host.uptime() >= .seconds(1))
        let text = "WARNING - start (pid 70) runs, but its lock is gone: waiting up to 60s for it"
        #expect(log.text().first == text)
        #expect(log.text().filter { $0 == text }.count == 1)
    }

    @Test(arguments: [(Action.start, Int32(1)), (.restart, 1), (.stop, 0)])
    func `beside one that does not end only a stop begins`(action: Action, code: Int32)
        async throws
    {
        try startElsewhere()
        #expect(try await perform(action, lockLimit: .seconds(2)) == code)
        #expect(log.text().contains("ERROR - \(action.rawValue): start (pid 70) still runs"))
    }

    @Test func `an earlier action of this process is not waited for`() async throws {
        try startElsewhere()
        directory.write("begin\t1.000\t\(getpid())\tstart\t7\n", to: "var/web/journal")
        host.processTable[0].pid = getpid()
        #expect(try await perform(.start) == 0)
        #expect(host.uptime() == .zero)
    }

    @Test func `a pid that another process has by now is nobody's`() async throws {
        try startElsewhere()
        host.processTable[0].startTime = 8
        #expect(try await perform(.start) == 0)
        #expect(host.uptime() == .zero)
    }
}
