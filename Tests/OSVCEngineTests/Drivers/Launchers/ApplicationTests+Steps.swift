import OSVCEngine
import OSVCTestSupport
import Testing

/// What a start and a stop do with launchers as a look found them.
extension ApplicationTests {
    @Test func `start goes up by S, stop by K`() async throws {
        let web = program("web", order: 20, code: 1)
        let db = program("db", order: 10, code: 1)
        let cron = Fixture.launcher("cron", order: 20, [.start: .program(["/bin/cron"])])
        let steps = try await app([web, db, cron]).look(host, for: .action).startSteps
        #expect(
            steps == [
                .launch(effective(db), .start), .launch(effective(cron), .start),
                .launch(effective(web), .start),
            ]
        )
    }

    @Test func `stop goes by K, and only what has a stop is stopped`() async throws {
        let web = program("web", order: 20, code: 0)
        let db = program("db", order: 10, code: 0)
        let cron = Fixture.launcher("cron", order: 20, [.start: .program(["/bin/cron"])])
        let stop = try await app([web, db, cron]).look(host, for: .action).stopSteps
        #expect(stop == [.launch(effective(web), .stop), .launch(effective(db), .stop)])
    }

    @Test func `a launcher that is up is not started again`() async throws {
        let steps = try await app([program("db", code: 0), program("web", order: 20, code: 1)])
            .look(host, for: .action).startSteps
        #expect(steps.first == .note(.info, "db is already up"))
        #expect(steps.count == 2)
    }

    @Test(arguments: [1, 2, 3])
    func `a launcher that says it is down is not stopped again`(code: Int32) async throws {
        let steps = try await app([program("db", code: code)]).look(host, for: .action).stopSteps
        #expect(steps == [.note(.info, "db is already down")])
    }

    @Test func `a launcher in doubt is started and stopped`() async throws {
        let db = program("db", code: 4)
        let seen = try await app([db]).look(host, for: .action)
        #expect(seen.startSteps == [.launch(effective(db), .start)])
        #expect(seen.stopSteps == [.launch(effective(db), .stop)])
    }

    @Test func `launchers with the same number go together only when parallel`() async throws {
        let one = Fixture.launcher("one", [.start: .program(["/bin/one"])])
        let two = Fixture.launcher("two", [.start: .program(["/bin/two"])])
        let last = Fixture.launcher("last", order: 20, [.start: .program(["/bin/last"])])
        let steps = [one, two, last].map { Step.launch(effective($0), .start) }
        let parallel = try app([one, two, last], ["parallel": .boolean(true)])
        let together = await parallel.look(host, for: .action).startSteps
        #expect(together == [.together([steps[0], steps[1]]), steps[2]])
        #expect(try await app([one, two, last]).look(host, for: .action).startSteps == steps)
    }

    @Test func `the section's rules fill what a launcher leaves open`() throws {
        var own = program("own", code: 0)
        own.onError = .abort
        own.limits[.start] = .seconds(1)
        let values: [String: SettingValue] = [
            "timeout": .duration(.seconds(300)), "on_error": .string("continue"),
        ]
        let app = try app([own, program("plain", code: 0)], values)
        #expect(app.launchers.map(\.onError) == [.abort, .continue])
        #expect(app.launchers.map { $0.limits[.start] } == [.seconds(1), .seconds(300)])
        #expect(app.launchers.map { $0.limits[.stop] } == [.seconds(300), .seconds(300)])
        #expect(app.launchers.map { $0.limits[.status] } == [nil, nil])
    }

    @Test func `a launcher without a number has no part`() async throws {
        var launcher = program("db", code: 0)
        launcher.startOrder = nil
        launcher.statusOrder = nil
        let seen = try await app([launcher]).look(host, for: .action)
        #expect(seen.report.status == .notApplicable)
        #expect(seen.startSteps == [])
        #expect(seen.stopSteps == [.launch(effective(launcher), .stop)])
    }

    /// Pid 40 is in osvc's record.
    @Test(arguments: [nil, 2500])
    func `a start looks after a daemon that is up and has not lived long enough`(life: Int?)
        async throws
    {
        let life = life.map { Duration.milliseconds($0) }
        let daemon = Launcher.Daemon(command: ["/srv/web"], life: life)
        let launcher = Fixture.launcher("web", [:], daemon: daemon)
        host.files["/opt/opensvc/var/web/web.pid"] = FakeFile("40 7\n")
        host.processTable = [ProcessEntry(pid: 40, arguments: ["/srv/web"], startTime: 7)]
        host.ages[40] = (life ?? .seconds(1)) - .milliseconds(10)
        let young = try await app([launcher]).look(host, for: .action)
        #expect(young.report == StatusReport(.up))
        #expect(young.startSteps == [.launch(effective(launcher), .start)])
        host.ages[40] = life ?? .seconds(1)
        let old = try await app([launcher]).look(host, for: .action)
        #expect(old.startSteps == [.note(.info, "web is already up")])
    }

    @Test func `a daemon has start, stop and status without being told`() async throws {
        let daemon = Fixture.launcher("web", [:], daemon: Launcher.Daemon(command: ["/srv/web"]))
        let seen = try await app([daemon]).look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        #expect(seen.startSteps == [.launch(effective(daemon), .start)])
        #expect(seen.stopSteps == [.note(.info, "web is already down")])
    }
}
