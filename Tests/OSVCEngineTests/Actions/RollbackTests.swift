import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// What a failed start brings down again (docs/design.md, Rollback).
@EngineActor
struct RollbackTests {
    private let it = ActionFixture()

    /// A flag after the launchers, whose start fails.
    private var failing: ResourceDefinition {
        it.refuse("flag#9")
        return it.flag("flag#9", ["after": .list(["app"])])
    }

    @Test func `the newest goes down first`() async throws {
        let resources = [it.flag("flag#0"), it.flag("flag#1"), failing]
        #expect(try await it.perform(.start, resources) == 1)
        #expect(
            it.log.text().suffix(3) == [
                "INFO - trying to rollback start on flag#0, flag#1",
                "INFO flag#1 rm -f /run/flag#1", "INFO flag#0 rm -f /run/flag#0",
            ]
        )
    }

    // MARK: Launchers

    @Test func `a launcher that was not started is not stopped`() async throws {
        it.host.expect("/bin/a start", code: 3)
        it.host.expect("/bin/a stop")
        let launchers = [it.program("a"), it.program("b", order: 20)]
        #expect(try await it.perform(.start, [it.app(launchers)]) == 1)
        #expect(it.host.commands == ["/bin/a start", "/bin/a stop"])
    }

    @Test func `nor one that was up, in whatever bundle it is`() async throws {
        let launchers = ["a", "b"].map { it.program($0, [.start, .stop, .status]) }
        it.host.expect("/bin/a status", code: 1)
        for _ in 1...2 { it.host.expect("/bin/a status") }
        it.host.expect("/bin/a status", code: 1)
        it.host.expect("/bin/b status")
        it.host.expect("/bin/a start")
        it.host.expect("/bin/a stop")
        let app = it.app(launchers, ["parallel": .boolean(true)])
        #expect(try await it.perform(.start, [app, failing]) == 1)
        #expect(
            it.host.commands.filter { !$0.hasSuffix("status") } == ["/bin/a start", "/bin/a stop"]
        )
    }

    @Test func `launchers that were all up have no part`() async throws {
        it.host.files["\(it.directory.path)/var/web/httpd.pid"] = FakeFile("40 7\n")
        it.host.processTable = [ProcessEntry(pid: 40, executable: "/srv/httpd", startTime: 7)]
        it.host.expect("/bin/check", code: 1)
        it.host.expect("/bin/check")
        let daemon = Launcher.Daemon(command: ["/srv/httpd"])
        let launcher = Fixture.launcher(
            "httpd",
            [.start: .daemon, .stop: .daemon, .status: .program(["/bin/check"])],
            daemon: daemon
        )
        #expect(try await it.perform(.start, [it.app([launcher]), failing]) == 1)
        #expect(it.log.text().contains("INFO app httpd is already up (pid 40)"))
        #expect(it.log.text().last == "INFO - skip rollback start: no resource activated")
    }

    // MARK: Launcher directories

    private func lay(_ names: String...) {
        let path = "\(it.directory.path)/etc/web.d"
        it.host.links[path] = "/srv/init.d"
        it.host.files["/srv/init.d"] = .directory
        for name in names {
            it.host.files["/srv/init.d/\(name)"] = FakeFile("")
            it.host.files["\(path)/\(name)"] = FakeFile(contents: [], mode: 0o755)
        }
    }

    private func entry(_ name: String, _ action: String) -> String {
        "\(it.directory.path)/etc/web.d/\(name) \(action)"
    }

    @Test func `entries of a directory of which none was started are left`() async throws {
        lay("S30x", "K10x")
        it.host.expect("/bin/a start")
        it.host.expect("/bin/a stop")
        it.host.expect("/bin/b start", code: 3)
        it.host.expect("/bin/b stop")
        let launchers = [it.program("a", order: 10), it.program("b", order: 20)]
        #expect(try await it.perform(.start, [it.app(launchers)]) == 1)
        #expect(
            it.host.commands == ["a start", "b start", "b stop", "a stop"].map { "/bin/\($0)" }
        )
    }

    @Test func `entries that were up are left, and nothing is said of it`() async throws {
        lay("S30x", "K10x", "C10x")
        it.host.expect("/bin/a start")
        it.host.expect("/bin/a stop")
        it.host.expect(entry("C10x", "status"))
        it.host.expect(entry("S30x", "start"))
        #expect(try await it.perform(.start, [it.app([it.program("a")]), failing]) == 1)
        #expect(it.host.commands.contains("/bin/a stop"))
        #expect(!it.host.commands.contains(entry("K10x", "stop")))
        #expect(!it.log.text().contains { $0.contains("is left as it is") })
    }
}
