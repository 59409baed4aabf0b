import Glibc
import OSVCTestSupport
import Testing

@testable import OSVCEngine

@EngineActor
struct JournalTests {
    private let directory = TemporaryDirectory()
    private var layout: Layout { Layout(root: directory.path) }

    private func begin(_ action: String) throws -> Journal {
        try Journal.begin(action, of: "web", in: layout, at: 1000.5) { Issue.record("\($0)") }
    }

    @Test(arguments: ["var/web", "var"])
    func `a file in the place of a directory is named with what moves it away`(path: String) {
        if path != "var" { mkdir("\(directory.path)/var", 0o755) }
        directory.write("", to: path)
        let place = "\(directory.path)/\(path)"
        let text = "\(place) is not a directory; mend it: mv \(place) \(place).old"
        let error = #expect(throws: StateError.self) { _ = try begin("start") }
        #expect(error?.description == text)
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
        journal.doing(.unmount("/b", whenBusy: .fail), on: ResourceID("fs#1"), at: 1002.25)
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

    @Test(arguments: [
        "nan", "-nan", "inf", "-inf", "1e19", "1e300", "-1e300", "0x1p70", "", "soon",
    ])
    func `a journal whose times are none is told nevertheless`(time: String) throws {
        let text = "begin\t\(time)\t1\tstart\ndo\t\(time)\tfs#1\tmount /a\n"
        let found = try #require(Interruption(journal: text))
        #expect(found.time == 0)
        #expect(found.text.hasPrefix("interrupted start at fs#1 (mount /a), "))
    }

    @Test(arguments: ["-7", "0", "99999999999999999999", "x", ""])
    func `a journal of no process names none`(pid: String) {
        #expect(Interruption(journal: "begin\t1.0\t\(pid)\tstart\n")?.pid == 0)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, -0.5, -1e-20, 1e19])
    func `a clock that says anything does not keep a journal from being written`(time: Double)
        throws
    {
        let journal = try Journal.begin("start", of: "web", in: layout, at: time) { _ in }
        journal.doing(.makeDirectory("/a"), on: ResourceID("fs#0"), at: time)
        let found = try #require(Interruption.find(of: "web", in: layout))
        #expect(found.step == "mkdir -p /a")
        #expect(found.time.isFinite)
    }

    @Test func `of a long journal the first line and the last step are read`() throws {
        let journal = try begin("start")
        let path = layout.journal(of: "web")
        // A hole of a terabyte, which nobody reads.
        try #require(truncate(path, 1 << 40) == 0)
        journal.doing(.makeDirectory("/a"), on: ResourceID("fs#0"), at: 1001)
        journal.doing(.unmount("/b", whenBusy: .fail), on: ResourceID("fs#1"), at: 1002)
        #expect(Interruption.find(of: "web", in: layout)?.step == "umount /b")
        journal.end(code: 0, at: 1003)
        #expect(Interruption.find(of: "web", in: layout) == nil)
    }

    /// Beside a script that runs thousands of programs.
    @Test func `what a long journal has under way in its middle is found`() throws {
        let journal = try begin("start")
        for number in 1...40_000 {
            if number == 20_000 { _ = try journal.calling("9-a-x", Command(["/srv/slow"])) }
            journal.append(["ret", "9-a-\(number)"])
        }
        let found = try #require(Interruption.find(of: "web", in: layout))
        #expect(found.calls.unfinished.map(\.line) == ["/srv/slow"])
    }

    @Test(arguments: [true, false])
    func `what cannot be recorded is run only where it must be possible`(mustRecord: Bool) throws {
        let full = open("/dev/full", O_WRONLY)
        var problems = 0
        let journal = Journal(path: "/dev/full", descriptor: full) { _ in problems += 1 }
        journal.mustRecord = mustRecord
        for _ in 1...2 {
            let run = { _ = try journal.calling("9-a-1", Command(["/srv/web", "start"])) }
            if mustRecord { #expect(throws: HostError.self, performing: run) } else { try run() }
        }
        #expect(problems == 1)
        journal.leave()
    }

    @Test func `a journal of newlines after its beginning is one without a step`() throws {
        _ = try begin("stop")
        let file = open(layout.journal(of: "web"), O_WRONLY | O_APPEND)
        defer { close(file) }
        let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 16 << 20)
        try #require(write(file, lines, lines.count) == lines.count)
        let found = try #require(Interruption.find(of: "web", in: layout))
        #expect(found.action == "stop")
        #expect(found.step == nil)
    }

    @Test func `what is no file is no journal`() throws {
        try begin("start").end(code: 0, at: 1)
        let path = layout.journal(of: "web")
        for link in ["/dev/zero", "/proc", "/proc/kmsg"] {
            unlink(path)
            try #require(symlink(link, path) == 0)
            #expect(Interruption.find(of: "web", in: layout) == nil)
        }
        unlink(path)
        try #require(mkfifo(path, 0o600) == 0)
        #expect(Interruption.find(of: "web", in: layout) == nil)
    }

    @Test func `a step of any length leaves records that are read whole`() throws {
        let journal = try begin("start")
        let path = "/" + String(repeating: "é", count: 1 << 20)
        journal.doing(.makeDirectory(path), on: ResourceID("fs#0"), at: 1001)
        let step = try #require(Interruption.find(of: "web", in: layout)?.step)
        #expect(step.hasPrefix("mkdir -p /éé") && step.hasSuffix("..."))
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

    @Test(arguments: ["-1 stop", "0 stop", "99999999999999999999", "", "\u{0} \u{0}", "x"])
    func `a lock file that names no process names nobody`(text: String) async throws {
        let lock = try await take()
        defer { lock.release() }
        let file = open(layout.lock(of: "web"), O_WRONLY | O_TRUNC)
        defer { close(file) }
        _ = write(file, text, text.utf8.count)
        #expect(ServiceLock.holder(of: "web", in: layout)?.action == nil)
    }

    @Test func `a pipe in place of a lock file keeps nobody waiting`() async throws {
        try await take().release()
        let path = layout.lock(of: "web")
        unlink(path)
        try #require(mkfifo(path, 0o600) == 0)
        #expect(ServiceLock.holder(of: "web", in: layout) == nil)
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

extension Interruption {
    /// Reads the bytes of a journal.
    init?(journal bytes: [UInt8]) {
        let directory = TemporaryDirectory()
        let layout = Layout(root: directory.path)
        guard (try? Files.makeParent(of: layout.journal(of: "web"))) != nil,
            let file = try? Files.open(layout.journal(of: "web")),
            (try? Files.write(bytes, to: file, path: "journal")) != nil
        else { preconditionFailure("the journal cannot be written") }
        close(file)
        guard let found = Interruption.find(of: "web", in: layout) else { return nil }
        self = found
    }

    init?(journal text: String) {
        self.init(journal: Array(text.utf8))
    }
}
