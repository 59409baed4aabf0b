import Glibc
@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// Daemons of starts that failed, those without a record, and what dead ones left.
extension DaemonActionTests {
    // MARK: Rollback

    @Test func `hooks of a rollback are told that it is one`() async throws {
        expectSpawn()
        host.endings[1001] = 3
        host.whileSleeping = { $0.processTable = [] }
        let hooks = [HookEvent.rollbackPre, .startFailed].enumerated().map { number, event in
            Hook(
                id: "h\(number)",
                set: "web",
                event: event,
                onError: .warn,
                script: Fixture.script(number)
            )
        }
        for number in 0...1 { host.fakeScripts.outcomes[number] = .finished(code: 0) }
        #expect(try await perform(.start, hooks: hooks) == 1)
        #expect(host.fakeScripts.calls.map(\.reason) == [.rollback, .user])
    }

    @Test func `a rollback leaves a daemon that was up before`() async throws {
        host.files[record] = FakeFile("40 7\n")
        host.processTable = [process(40)]
        host.expect("/srv/check", code: 1)
        let code = try await perform(.start, [.status: .program(["/srv/check"])])
        #expect(code == 1)
        #expect(log.text().contains("INFO app httpd is already up (pid 40)"))
        #expect(signalled.pids == [])
        #expect(host.processTable.map(\.pid) == [40])
    }

    @Test func `a daemon whose pid cannot be recorded is ended`() async throws {
        host.expect("/srv/httpd") { [record] host in
            host.processTable.append(process(1001, marks: []))
            host.refusals["writeFile \(record)"] =
                .system(call: "write", subject: record, errno: ENOSPC)
        }
        obey()
        #expect(try await perform(.start) == 1)
        #expect(signalled.pids == [1001])
        #expect(host.processTable.isEmpty)
        #expect(log.text(from: .error).contains { $0.contains("its pid cannot be recorded") })
    }

    @Test func `only osvc's user reads the word that a start was begun`() async throws {
        let modes = Modes()
        host.expect("/srv/httpd") { [record] host in
            modes.seen.append(host.files[record]?.info.mode)
            host.processTable.append(process(1001))
        }
        #expect(try await perform(.start) == 0)
        #expect(modes.seen == [0o600])
        #expect(host.files[record]?.info.mode == 0o644)
    }

    @Test func `where a start cannot be announced nothing is started`() async throws {
        host.refusals["writeFile \(record)"] =
            .system(call: "write", subject: record, errno: ENOSPC)
        #expect(try await perform(.start) == 1)
        #expect(host.commands == [])
    }

    // MARK: The record is lost

    @Test func `a start adopts the daemon whose record is lost`() async throws {
        host.processTable = [process(40)]
        #expect(try await perform(.start) == 0)
        #expect(host.commands == [])
        #expect(host.files[record] == FakeFile("40 7\n"))
    }

    @Test func `a stop ends the daemon whose record is lost`() async throws {
        host.processTable = [process(40)]
        obey()
        #expect(try await perform(.stop) == 0)
        #expect(host.processTable.isEmpty)
    }

    @Test func `the stop signal goes to the daemon's group`() async throws {
        host.files[record] = FakeFile("40 7\n")
        host.processTable = [process(40)]
        obey()
        #expect(try await perform(.stop) == 0)
        let signals = host.orders.filter { if case .signal = $0 { true } else { false } }
        #expect(signals == [.signal(15, .group(40))])
    }

    @Test(arguments: [(0, 1), (3, 0)])
    func `a start that succeeded forgets what was left to be undone`(code: Int32, forgotten: Int)
        async throws
    {
        expectSpawn()
        host.expect("/srv/next start", code: code)
        let next = Fixture.launcher("next", order: 20, [.start: .program(["/srv/next", "start"])])
        obey()
        _ = try await perform(.start, then: [next])
        #expect(host.fakeScripts.forgotUndo == forgotten)
    }

    // MARK: What is left

    @Test func `a start ends first what a dead daemon left`() async throws {
        host.files[record] = FakeFile("39 3\n")
        host.processTable = [process(40)]
        expectSpawn()
        obey()
        #expect(try await perform(.start) == 0)
        #expect(signalled.pids == [40])
        #expect(log.text().contains("INFO app signal 15 to what is left of httpd (pid 40)"))
    }

    @Test func `a stop leaves what only looks like the daemon`() async throws {
        host.files[record] = FakeFile("39 3\n")
        host.processTable = [process(40, user: 33), process(41, marks: ["OPENSVC_SVCNAME=web"])]
        #expect(try await perform(.stop) == 0)
        #expect(signalled.pids == [])
        #expect(log.text().contains("INFO app httpd is already down"))
    }

    @Test func `a stop also ends what its daemon left in its session`() async throws {
        host.files[record] = FakeFile("40 7\n")
        var worker = process(41, start: 8, marks: [], user: 33)
        worker.session = 40
        var stranger = process(42, start: 9, marks: ["OPENSVC_LAUNCHER=other"])
        stranger.session = 40
        host.processTable = [process(40), worker, stranger]
        obey()
        #expect(try await perform(.stop) == 0)
        #expect(signalled.pids == [40, 41])
    }

    @Test func `a stop of processes that ignore TERM and fork comes to an end`() async throws {
        host.files[record] = FakeFile("40 7\n")
        host.processTable = [process(40)]
        var next: Int32 = 50
        host.whileSignalling = { host, _, target in
            if target == .group(40) { host.processTable.removeFirst() }
        }
        host.whileSleeping = { host in
            next += 1
            host.processTable.append(process(next, start: UInt64(next)))
        }
        host.processTable.append(process(next, start: 50))
        #expect(try await perform(.stop) == 1)
        #expect(host.uptime() < .seconds(30))
        #expect(log.text(from: .error).contains { $0.contains("still there after KILL") })
    }

    @Test func `those that fork are stopped before they are killed`() async throws {
        host.files[record] = FakeFile("39 3\n")
        host.processTable = [process(40), process(41)]
        obey([9])
        #expect(try await perform(.stop) == 0)
        #expect(signalled.pids == [40, 41, 40, 41, 40, 41])
        let signals = host.orders.compactMap { order -> Int32? in
            if case .signal(let signal, _) = order { signal } else { nil }
        }
        #expect(signals == [15, 15, 19, 19, 9, 9])
    }
}

/// The modes of a file over time.
@EngineActor
private final class Modes {
    var seen: [UInt32?] = []
}
