import OSVCEngine
import OSVCTestSupport
import Testing

/// `<root>/etc/web.d`, a link to a directory with launchers, as one look finds it and as steps.
@EngineActor
struct LauncherDirectoryTests {
    let host = FakeHost()
    let path = "/opt/opensvc/etc/web.d"

    /// Puts launchers behind the link, executable and root's.
    func lay(_ names: String..., mode: UInt32 = 0o755) {
        host.links[path] = "/srv/init.d"
        host.files["/srv/init.d"] = .directory
        for name in names {
            host.files["/srv/init.d/\(name)"] = FakeFile("#!/bin/sh")
            host.files["\(path)/\(name)"] = FakeFile(contents: [], mode: mode)
        }
    }

    func app(
        _ values: [String: SettingValue] = [:],
        classic: Bool = true,
        launchers: [Launcher] = []
    ) throws -> Application {
        var facts = Fixture.facts
        facts.isClassic = classic
        var values = values
        if classic { values["on_error"] = values["on_error"] ?? .string("continue") }
        return try Application(
            Fixture.settings("app", values, launchers: launchers, service: facts)
        )
    }

    func look(_ app: Application, for purpose: Purpose = .action) async -> Observation {
        await app.look(host, for: purpose)
    }

    /// The steps as a plan shows them: command lines, notes and refusals.
    func lines(_ steps: [Step]) -> [String] {
        steps.map { step in
            switch step {
            case .launch(let launcher, let action):
                launcher.arguments(for: action)?.joined(separator: " ") ?? launcher.name
            case .note(let level, let text): "\(level.rawValue) \(text)"
            case .fail(let text): "refused \(text)"
            default: step.summary
            }
        }
    }

    // MARK: Which and in what order

    @Test func `entries run by first letter, in the order of their bytes`() async throws {
        lay("S20b", "S10z", "S9", "Sa", "SB", "K20b", "K10z", "s10no", "X10no", ".S10no", "web")
        let seen = await look(try app())
        let starts = ["S10z", "S20b", "S9", "SB", "Sa"].map { "\(path)/\($0) start" }
        #expect(lines(seen.startSteps) == starts)
        #expect(lines(seen.stopSteps) == ["\(path)/K10z stop", "\(path)/K20b stop"])
    }

    @Test func `the service's own launchers take the places that their names would have`()
        async throws
    {
        lay("S10web", "S20web", "K85x")
        let own = Fixture.launcher(
            "db",
            order: 15,
            [.start: .program(["/bin/db", "start"]), .stop: .program(["/bin/db", "stop"])]
        )
        let seen = await look(try app(launchers: [own]))
        #expect(
            lines(seen.startSteps)
                == ["\(path)/S10web start", "/bin/db start", "\(path)/S20web start"]
        )
        // 100 - 15 is 85, and "db" comes before "x".
        #expect(lines(seen.stopSteps) == ["/bin/db stop", "\(path)/K85x stop"])
    }

    @Test func `an entry whose target is gone is passed over`() async throws {
        lay("S10a")
        host.links["/srv/init.d/S20gone"] = "/srv/nosuch"
        #expect(lines(await look(try app()).startSteps) == ["\(path)/S10a start"])
    }

    @Test func `entries never overlap, whatever is parallel`() async throws {
        lay("S10a", "S10b")
        let steps = await look(try app(["parallel": .boolean(true)])).startSteps
        #expect(lines(steps) == ["\(path)/S10a start", "\(path)/S10b start"])
    }

    // MARK: The directory itself

    @Test func `a classic service says that its directory is away`() async throws {
        let seen = await look(try app())
        let note = "/opt/opensvc/etc/web.d does not exist"
        #expect(seen.report == StatusReport(.notApplicable, verboseNotes: [note]))
        #expect(lines(seen.startSteps) == ["ERROR \(path) is not present"])
        let stop = ["INFO \(path) is not present, perhaps already stopped"]
        #expect(lines(seen.stopSteps) == stop)
    }

    @Test func `a Lua service without a directory says nothing of it`() async throws {
        let seen = await look(try app(classic: false))
        #expect(seen.report == StatusReport(.notApplicable, notes: ["no checkup scripts"]))
        #expect(seen.startSteps == [] && seen.stopSteps == [])
    }

    @Test(arguments: [true, false])
    func `a link that dangles counts as away`(classic: Bool) async throws {
        host.links[path] = "/srv/init.d"
        let steps = await look(try app(classic: classic)).startSteps
        #expect(lines(steps) == ["ERROR \(path) is not present"])
    }

    @Test func `before the storage is up nothing is said of a directory that is away`()
        async throws
    {
        host.links[path] = "/srv/init.d"
        #expect(await look(try app(), for: .planning).startSteps == [])
    }

    @Test func `a directory that is no link is not run, but asked`() async throws {
        host.files[path] = .directory
        for name in ["S10a", "K10a", "C10a"] {
            host.files["\(path)/\(name)"] = FakeFile(contents: [], mode: 0o755)
        }
        host.expect("\(path)/C10a status")
        let seen = await look(try app())
        #expect(lines(seen.startSteps) == ["ERROR \(path) is not a link"])
        #expect(lines(seen.stopSteps) == ["ERROR \(path) is not a link"])
        #expect(seen.report == StatusReport(.up))
    }

    @Test func `a start of a Lua service does not pass over a directory that is no link`()
        async throws
    {
        host.files[path] = .directory
        host.files["\(path)/S10a"] = FakeFile(contents: [], mode: 0o755)
        let seen = await look(try app(classic: false))
        let stem = path.dropLast(2)
        let text =
            "\(path) is not a link, so its launchers are not run: mv \(path) \(stem).dir && ln -s \(stem).dir"
            + " \(path), or name it in the keyword dir of app"
        #expect(seen.startSteps == [.fail(text)])
        #expect(lines(seen.stopSteps) == ["ERROR \(path) is not a link"])
    }

    @Test(arguments: [true, false])
    func `a check tells of a directory that is no link`(isClassic: Bool) throws {
        var definition = Fixture.service()
        definition.isClassic = isClassic
        let service = try Service(definition, facts: Fixture.facts, registry: .builtIn)
        #expect(service.launcherProblems(on: host, scripts: host.fakeScripts) == [])
        host.files[path] = .directory
        let found = service.launcherProblems(on: host, scripts: host.fakeScripts)
        #expect(found.count == 1 && found.first?.hasPrefix("\(path) is not a link") == true)
    }

    @Test func `a directory that the keyword names needs no link`() async throws {
        host.files["/srv/init"] = .directory
        host.files["/srv/init/S10a"] = FakeFile(contents: [], mode: 0o755)
        let seen = await look(try app(["dir": .string("/srv/init")], classic: false))
        #expect(lines(seen.startSteps) == ["/srv/init/S10a start"])
        host.files = [:]
        let gone = await look(try app(["dir": .string("/srv/init")], classic: false))
        #expect(lines(gone.startSteps) == ["ERROR /srv/init is not present"])
    }

    @Test func `a directory that cannot be read fails the start and leaves the status open`()
        async throws
    {
        host.refusals["directory \(path)"] = .system(call: "opendir", subject: path, errno: 5)
        let seen = await look(try app())
        let text = "opendir \(path): Input/output error"
        #expect(seen.report == StatusReport(.warn, notes: [text]))
        #expect(lines(seen.startSteps) == ["refused \(text)"])
    }

    // MARK: Status

    @Test func `status launchers are asked one after the other, and count together`() async throws {
        lay("C10b", "C05a", "C20c")
        host.expect("\(path)/C05a status")
        host.expect("\(path)/C10b status", code: 3)
        host.expect("\(path)/C20c status", code: 1)
        let report = await look(try app(), for: .status).report
        let note = "\(path)/C10b, \(path)/C20c returned errors"
        #expect(report == StatusReport(.warn, notes: [note]))
        #expect(host.commands == ["C05a", "C10b", "C20c"].map { "\(path)/\($0) status" })
    }

    /// Exit codes of the directory's programs, the status they make, and who is named.
    @Test(
        arguments: [
            ([0], .up, []),
            ([1], .down, []),
            ([3], .warn, [0]),  // "not running" by the LSB, but the sum is not the count
            ([0, 0], .up, []),
            ([1, 1], .down, []),
            ([2, 0], .down, []),  // the sum is the count
            ([1, 0], .warn, [0]),
            ([0, 3, 1], .warn, [1, 2]),
            ([127], .warn, [0]),
        ] as [([Int32], Status, [Int])]
    )
    func `programs of the directory count by the sum of their codes`(
        codes: [Int32],
        status: Status,
        named: [Int]
    ) async throws {
        for (index, code) in codes.enumerated() {
            lay("C1\(index)")
            host.expect("\(path)/C1\(index) status", code: code)
        }
        let paths = named.map { "\(path)/C1\($0)" }.joined(separator: ", ")
        let notes = named.isEmpty ? [] : ["\(paths) returned errors"]
        let report = await look(try app(), for: .status).report
        #expect(report == StatusReport(status, notes: notes))
    }

    @Test func `a launcher has 30 seconds for its status`() async throws {
        lay("C10a")
        host.expect("\(path)/C10a status")
        for classic in [true, false] {
            host.clearOrders()
            _ = await look(try app(classic: classic), for: .status)
            guard case .run(let command)? = host.orders.first else {
                Issue.record("no status was asked")
                return
            }
            #expect(command.limit == .seconds(30))
        }
    }
}
