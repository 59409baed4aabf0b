import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// What a signal ends, and what it leaves (docs/design.md, Rollback).
@EngineActor
struct SignalTests {
    private let it = ActionFixture()

    /// Without the times, which differ.
    private var log: [String] {
        it.log.text(from: .info).map { line in
            guard let start = line.firstRange(of: " after 0:"),
                let end = line.firstRange(of: " - ret")
            else { return line }
            return String(line[..<start.lowerBound] + line[end.lowerBound...])
        }
    }

    private func signal(during command: String) {
        it.host.expect(command) { [it] _ in it.interrupt() }
    }

    /// A signal that ends the program.
    private func signal(ending command: String) {
        it.host.expect(command, failing: .cancelled) { [it] _ in it.interrupt() }
    }

    /// Two flags, and a program that gets a signal while the second one starts or stops.
    private var flags: [ResourceDefinition] {
        let triggers = [it.trigger(.preStart, "/bin/notify"), it.trigger(.preStop, "/bin/notify")]
        return [it.flag("flag#0"), it.flag("flag#1", [:], triggers), it.flag("flag#2")]
    }

    // MARK: A start

    @Test func `a signal to a start leaves up what is up, and says so`() async throws {
        signal(during: "/bin/notify")
        #expect(try await it.perform(.start, flags) == 1)
        #expect(it.flags == ["flag#0", "flag#1"])
        #expect(
            log.suffix(2) == [
                "ERROR - interrupted by signal",
                "INFO - left up: flag#0, flag#1; start or stop goes on from here",
            ]
        )
    }

    @Test func `a start that has brought nothing up leaves nothing`() async throws {
        it.triggers = [it.trigger(.preStart, "/bin/notify")]
        signal(during: "/bin/notify")
        #expect(try await it.perform(.start, flags) == 1)
        #expect(it.flags == [])
        #expect(log == ["INFO - /bin/notify", "ERROR - interrupted by signal"])
    }

    @Test func `with rollback_on_signal a start brings it down, which no signal ends`()
        async throws
    {
        it.settings["rollback_on_signal"] = .boolean(true)
        it.hook(.startFailed, 1)
        signal(during: "/bin/a start")
        it.host.expect("/bin/a stop")
        let resources = [
            it.flag("flag#0"), it.app([it.program("a")]),
            it.flag("flag#9", ["after": .list(["app"])]),
        ]
        #expect(try await it.perform(.start, resources) == 1)
        #expect(it.flags == [])
        #expect(it.host.commands == ["/bin/a start", "/bin/a stop"])
        #expect(log.contains("INFO - trying to rollback start on flag#0, app"))
        #expect(it.called == [1])
    }

    @Test func `that a resource is optional does not excuse the signal`() async throws {
        signal(ending: "/bin/a start")
        let resources = [
            it.app([it.program("a")], ["optional": .boolean(true)]),
            it.flag("flag#9", ["after": .list(["app"])]),
        ]
        #expect(try await it.perform(.start, resources) == 1)
        #expect(it.flags == [])
        let logFile = it.layout.launcherLog(of: "web", "a")
        #expect(
            log.dropFirst() == [
                "ERROR app start interrupted - ret 1 - logs in \(logFile)",
                "ERROR - interrupted by signal",
                "INFO - left up: app; start or stop goes on from here",
            ]
        )
    }

    @Test func `a script that a signal ends says so, too`() async throws {
        it.host.fakeScripts.outcomes[1] = .cancelled
        let script = Fixture.launcher("s", [.start: .script(Fixture.script(1))])
        #expect(try await it.perform(.start, [it.app([script])]) == 1)
        #expect(log.contains("ERROR app start interrupted - ret 1"))
        #expect(log.contains("ERROR - interrupted by signal"))
    }

    @Test func `a wait for a launcher to be up ends`() async throws {
        it.host.expect("/bin/a start")
        it.host.expect("/bin/a status", code: 1)
        it.host.whileSleeping = { [it] _ in it.interrupt() }
        let launcher = it.program("a", [.start, .status])
        #expect(try await it.perform(.start, [it.app([launcher])]) == 1)
        #expect(it.log.text(from: .error) == ["ERROR - interrupted by signal"])
    }

    @Test func `a daemon that is not spawned for a signal is no failure of its own`() async throws {
        it.host.expect("/srv/httpd", failing: .cancelled)
        let daemon = Launcher.Daemon(command: ["/srv/httpd"])
        let launcher = Fixture.launcher("httpd", [.start: .daemon, .stop: .daemon], daemon: daemon)
        #expect(try await it.perform(.start, [it.app([launcher])]) == 1)
        #expect(it.log.text(from: .error) == ["ERROR - interrupted by signal"])
    }

    @Test func `a wait for the lock of addresses ends`() async throws {
        let lock = try await ServiceLock.take(
            .startip,
            for: "test",
            in: it.layout,
            within: .zero,
            host: it.host,
            waiting: { _ in }
        )
        defer { lock.release() }
        it.host.whileSleeping = { [it] _ in it.interrupt() }
        #expect(try await it.perform(.start, [it.address()]) == 1)
        #expect(it.log.text(from: .error) == ["ERROR - interrupted by signal"])
        #expect(it.host.commands == [])
    }

    // MARK: A stop

    @Test func `a signal to a stop leaves the rest as it is`() async throws {
        it.raise("flag#0", "flag#1", "flag#2")
        it.hook(.stopFailed, 1)
        let isCancelled = Seen()
        it.host.fakeScripts.effects[1] = { _ in isCancelled.value = Task.isCancelled }
        signal(during: "/bin/notify")
        #expect(try await it.perform(.stop, flags) == 1)
        #expect(it.flags == ["flag#0"])
        #expect(log.last == "ERROR - interrupted by signal")
        #expect(it.called == [1] && isCancelled.value == false)
    }

    @Test func `a launcher that a signal ends is no failed one: nothing below it is stopped`()
        async throws
    {
        it.raise("flag#0")
        signal(ending: "/bin/b stop")
        let launchers = [it.program("a", order: 10), it.program("b", order: 20)]
        #expect(try await it.perform(.stop, [it.flag("flag#0"), it.app(launchers)]) == 1)
        #expect(it.flags == ["flag#0"])
        #expect(it.host.commands == ["/bin/b stop"])
        #expect(log.last == "ERROR - interrupted by signal")
    }

    @Test func `a wait for a launcher to be down ends`() async throws {
        it.host.expect("/bin/a stop")
        it.host.expect("/bin/a status")
        it.host.whileSleeping = { [it] _ in it.interrupt() }
        let launcher = it.program("a", [.stop, .status])
        #expect(try await it.perform(.stop, [it.app([launcher])]) == 1)
        #expect(it.log.text(from: .error) == ["ERROR - interrupted by signal"])
    }

    @Test func `a wait for the end of a daemon ends`() async throws {
        it.host.files["\(it.directory.path)/var/web/httpd.pid"] = FakeFile("40 7\n")
        it.host.processTable = [ProcessEntry(pid: 40, executable: "/srv/httpd", startTime: 7)]
        it.host.whileSleeping = { [it] _ in it.interrupt() }
        let daemon = Launcher.Daemon(command: ["/srv/httpd"])
        let launcher = Fixture.launcher(
            "httpd",
            [.stop: .daemon, .status: .daemon],
            daemon: daemon
        )
        #expect(try await it.perform(.stop, [it.app([launcher])]) == 1)
        #expect(it.log.text(from: .error) == ["ERROR - interrupted by signal"])
    }

    @Test func `a command that a signal ends is no failed step`() async throws {
        it.host.mountTable = [ActionFixture.mounted]
        signal(ending: "umount /srv/a")
        #expect(try await it.perform(.stop, [it.mount]) == 1)
        #expect(it.log.text(from: .error) == ["ERROR - interrupted by signal"])
    }

    /// What a hook saw.
    @EngineActor
    private final class Seen {
        var value: Bool?
    }
}
