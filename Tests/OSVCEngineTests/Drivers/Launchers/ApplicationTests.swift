import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct ApplicationTests {
    let host = FakeHost()

    func app(_ launchers: [Launcher], _ values: [String: SettingValue] = [:]) throws -> Application
    {
        try Application(Fixture.settings("app", values, launchers: launchers))
    }

    /// A classic launcher: one program for everything; it exits with `code` when asked for its status.
    func program(_ name: String, order: Int = 10, code: Int32) -> Launcher {
        let path = "/svc1/app/init.d/\(name)"
        host.expect("\(path) status", code: code)
        return Fixture.launcher(
            name,
            order: order,
            [
                .start: .program([path, "start"]), .stop: .program([path, "stop"]),
                .status: .program([path, "status"]),
            ]
        )
    }

    /// A launcher whose status is a script that answers `outcome`.
    func scripted(_ name: String, _ id: Int, order: Int = 10, _ outcome: ScriptOutcome) -> Launcher
    {
        host.fakeScripts.outcomes[id] = outcome
        return Fixture.launcher(
            name,
            order: order,
            [
                .start: .script(Fixture.script(100 + id)), .stop: .script(Fixture.script(200 + id)),
                .status: .script(Fixture.script(id)),
            ]
        )
    }

    func report(_ launchers: [Launcher]) async throws -> StatusReport {
        try await app(launchers).look(host, for: .status).report
    }

    /// The launcher as the driver hands it on: with the section's rules in it.
    func effective(_ launcher: Launcher, limit: Duration? = nil) -> Launcher {
        var launcher = launcher
        launcher.onError = .abort
        launcher.limits[.start] = limit
        launcher.limits[.stop] = limit
        return launcher
    }

    // MARK: Status

    @Test func `without launchers there is nothing to ask`() async throws {
        #expect(try await report([]) == StatusReport(.notApplicable, notes: ["no checkup scripts"]))
    }

    /// How a status program ends, and the status that it means.
    @Test(
        arguments: [
            (CommandResult(code: 0), .up, nil),
            (CommandResult(code: 1), .down, nil),
            (CommandResult(code: 2), .down, nil),
            (CommandResult(code: 3), .down, nil),
            (CommandResult(code: 4), .warn, "exited 4"),
            (CommandResult(code: 126), .warn, "exited 126"),
            (CommandResult(code: 127), .warn, "exited 127"),
            (CommandResult(code: 137, signal: 9), .warn, "ended by signal 9"),
        ] as [(CommandResult, Status, String?)]
    )
    func `a status program is down by codes 1 to 3, in doubt by any other`(
        result: CommandResult,
        status: Status,
        ending: String?
    ) async throws {
        let launcher = Fixture.launcher("web", [.status: .program(["/bin/web"])])
        host.expect("/bin/web", result: result)
        let notes = ending.map { ["web: /bin/web \($0)"] } ?? []
        #expect(try await report([launcher]) == StatusReport(status, notes: notes))
    }

    @Test func `programs add up, each by its own code`() async throws {
        let report = try await report([program("a", code: 2), program("b", order: 20, code: 0)])
        let path = "/svc1/app/init.d/a"
        #expect(report == StatusReport(.warn, notes: ["a is down: \(path) exited 2"]))
    }

    /// What scripts answer, and the status they make together.
    @Test(
        arguments: [
            ([.up], .up),
            ([.down], .down),
            ([.warn], .warn),
            ([.notApplicable], .notApplicable),
            ([.up, .notApplicable], .up),
            ([.down, .notApplicable], .down),
            ([.up, .up], .up),
            ([.down, .down], .down),
            ([.up, .down], .warn),
            ([.up, .warn], .warn),
            ([.down, .warn], .warn),
        ] as [([Status], Status)]
    )
    func `scripts add up`(answers: [Status], total: Status) async throws {
        let launchers = answers.enumerated().map { index, status in
            scripted("s\(index)", index, order: 10 + index, .status(status, note: nil))
        }
        #expect(try await report(launchers).status == total)
    }

    @Test func `programs and scripts add up as two`() async throws {
        let up = scripted("mysqld", 1, .status(.up, note: nil))
        #expect(try await report([program("apache", code: 0), up]).status == .up)
        let mixed = try await report([program("apache2", code: 1), up])
        #expect(mixed.status == .warn)
    }

    @Test func `who is down is said when others are up`() async throws {
        let down = Fixture.launcher(
            "apache",
            [.status: .check(.pidFile("/run/a.pid", executable: nil))]
        )
        let up = scripted("mysqld", 1, .status(.up, note: nil))
        let notes = ["apache is down: /run/a.pid does not exist"]
        #expect(try await report([down, up]) == StatusReport(.warn, notes: notes))
        #expect(try await report([down]) == StatusReport(.down))
    }

    /// How a status script ends, and what is made of it.
    @Test(
        arguments: [
            (
                .status(.warn, note: "port 80 is closed"),
                StatusReport(.warn, notes: ["port 80 is closed"])
            ),
            (.finished(code: 0), StatusReport(.up)),
            (.finished(code: 2), StatusReport(.down)),
            (.finished(code: 127), StatusReport(.warn)),
            (.skipped("not today"), StatusReport(.notApplicable, notes: ["not today"])),
            (.failed("web.lua:4: oops"), StatusReport(.warn, notes: ["web.lua:4: oops"])),
            (.timedOut("web.lua:4: 30s"), StatusReport(.warn, notes: ["s status timed out"])),
        ] as [(ScriptOutcome, StatusReport)]
    )
    func `a broken probe is warn, never down`(
        outcome: ScriptOutcome,
        wanted: StatusReport
    ) async throws {
        #expect(try await report([scripted("s", 1, outcome)]) == wanted)
    }

    @Test func `a status program that hangs is warn`() async throws {
        let slow = Fixture.launcher("slow", [.status: .program(["/bin/slow"])])
        host.expect("/bin/slow", result: CommandResult(code: 124, timedOut: true))
        let wanted = StatusReport(.warn, notes: ["slow status timed out"])
        #expect(try await report([slow]) == wanted)
    }

    @Test func `a status program that cannot run is warn`() async throws {
        let gone = Fixture.launcher("gone", [.status: .program(["/bin/gone"])])
        host.expect("/bin/gone", failing: .programMissing("/bin/gone"))
        let note = "/bin/gone does not exist or not in path or is not executable"
        #expect(try await report([gone]) == StatusReport(.warn, notes: [note]))
    }

    @Test func `a status script is told whose it is`() async throws {
        _ = try await report([scripted("mysqld", 1, .status(.up, note: nil))])
        let call = try #require(host.fakeScripts.calls.first)
        #expect(call.key.description == "app:mysqld")
        #expect(call.purpose == .launcher(.status))
        #expect(call.service == Fixture.facts)
        #expect(call.limit == .seconds(30))
    }

    @Test func `a status has thirty seconds unless its launcher says otherwise`() async throws {
        var own = program("own", order: 20, code: 0)
        own.limits[.status] = .seconds(5)
        own.user = "web"
        _ = try await report([program("plain", code: 0), own])
        let limits = host.orders.compactMap { order -> Duration? in
            guard case .run(let command) = order else { return nil }
            #expect(command.logging == .quiet)
            return command.limit
        }
        #expect(Set(limits) == [.seconds(30), .seconds(5)])
    }

    @Test func `notes come in C order, whoever answers first`() async throws {
        let second = scripted("b", 1, order: 20, .status(.warn, note: "b"))
        let first = scripted("a", 2, order: 10, .status(.warn, note: "a"))
        #expect(try await report([second, first]).notes == ["a", "b"])
    }

    @Test func `at most eight statuses are asked at once`() async throws {
        let launchers = (0..<30).map { scripted("s\($0)", $0, .status(.up, note: nil)) }
        let gauge = Gauge()
        for id in 0..<30 {
            host.fakeScripts.effects[id] = { _ in
                gauge.running += 1
                gauge.most = max(gauge.most, gauge.running)
                for _ in 0..<5 { await Task.yield() }
                gauge.running -= 1
            }
        }
        #expect(try await report(launchers) == StatusReport(.up))
        #expect(gauge.most == 8)
    }
}

/// How many run now, and ran at most.
@EngineActor
final class Gauge {
    var running = 0
    var most = 0
}
