import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct JournalTests {
    private let directory = TemporaryDirectory()
    private var layout: Layout { Layout(root: directory.path) }

    private func begin(_ action: String) throws -> Journal {
        try Journal.begin(action, of: "web", in: layout, at: 1000.5) { Issue.record("\($0)") }
    }

    @Test func `an action that ended is not reported`() throws {
        let journal = try begin("start")
        journal.doing(.makeDirectory("/a"), on: ResourceID("fs#0"), at: 1001)
        journal.did(ResourceID("fs#0"), failed: false)
        journal.end(code: 0, at: 1002)
        #expect(Interruption.find(of: "web", in: layout) == nil)
    }

    @Test func `an action that was cut off is reported with the step it was at`() throws {
        let journal = try begin("start")
        journal.doing(.makeDirectory("/a"), on: ResourceID("fs#0"), at: 1001)
        journal.did(ResourceID("fs#0"), failed: false)
        journal.doing(.unmount("/b"), on: ResourceID("fs#1"), at: 1002.25)
        let found = try #require(Interruption.find(of: "web", in: layout))
        #expect(found.action == "start")
        #expect(found.resource == ResourceID("fs#1"))
        #expect(found.step == "umount /b")
        #expect(found.time == 1002.25)
        #expect(found.pid == getpid())
    }

    @Test func `a line torn by the crash does not count`() {
        let text = "begin\t1.000\t7\tstop\ndo\t2.000\tfs#1\tumount /a\ndo\t3.0"
        #expect(Interruption(journal: text)?.resource == ResourceID("fs#1"))
        #expect(Interruption(journal: "begin\t1.000\t7\tst") == nil)
        #expect(Interruption(journal: "") == nil)
    }

    @Test func `tabs and newlines in a step do not break the records`() throws {
        let journal = try begin("start")
        journal.doing(.makeDirectory("/a\tb\nend\t1\t0"), on: nil, at: 1)
        #expect(Interruption.find(of: "web", in: layout)?.step == "mkdir -p /a b end 1 0")
    }

    @Test func `a new action replaces the journal of the last`() throws {
        _ = try begin("start")
        try begin("stop").end(code: 0, at: 2)
        #expect(Interruption.find(of: "web", in: layout) == nil)
    }

    @Test func `a journal that cannot be made is an error before anything is done`() {
        #expect(throws: StateError.self) {
            try Journal.begin("start", of: "web", in: Layout(root: "/proc/nowhere"), at: 1) { _ in }
        }
    }
}

@EngineActor
struct ServiceLockTests {
    private let directory = TemporaryDirectory()
    private var layout: Layout { Layout(root: directory.path) }
    private let host = FakeHost()

    private func take(_ limit: Duration = .zero) async throws(StateError) -> ServiceLock {
        try await ServiceLock.take(
            "web",
            for: "start",
            in: layout,
            within: limit,
            host: host
        ) { _ in }
    }

    @Test func `whoever comes second is told who holds the service and for what`() async throws {
        let lock = try await take()
        let holder = try #require(ServiceLock.holder(of: "web", in: layout))
        #expect(holder.pid == getpid())
        #expect(holder.action == "start")
        await #expect(throws: StateError.locked(service: "web", holder: holder)) {
            try await take()
        }
        lock.release()
    }

    @Test func `a lock given back can be taken again, and nobody holds it in between`() async throws
    {
        try await take().release()
        #expect(ServiceLock.holder(of: "web", in: layout) == nil)
        try await take().release()
    }

    @Test func `a holder that has not signed yet is given the time to`() async throws {
        let path = layout.lock(of: "web")
        try await take().release()
        let other = open(path, O_WRONLY)
        defer { close(other) }
        try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
        let text = "\(getppid()) stop\n"
        host.whileSleeping = { _ in _ = pwrite(other, text, text.utf8.count, 0) }
        let error = await #expect(throws: StateError.self) { try await take() }
        #expect(error?.description == "web is locked by pid \(getppid()) (stop)")
    }

    @Test func `a holder that never signs is another process, and does not hold up for long`()
        async throws
    {
        try await take().release()
        let other = open(layout.lock(of: "web"), O_WRONLY)
        defer { close(other) }
        try #require(flock(other, LOCK_EX | LOCK_NB) == 0)
        await #expect(throws: StateError.locked(service: "web", holder: nil)) { try await take() }
        #expect(host.orders.count <= 20)
    }

    @Test func `services do not lock each other`() async throws {
        let lock = try await take()
        defer { lock.release() }
        let other = try await ServiceLock.take(
            "db",
            for: "stop",
            in: layout,
            within: .zero,
            host: host
        ) { _ in }
        other.release()
    }
}
