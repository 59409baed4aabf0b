import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// Launchers in Lua that lie in a launcher directory, of a classic service on this machine.
@EngineActor
@Suite struct LauncherFileTests {
    private let directory: ScriptDirectory
    private let scripts: LazyScripts
    private let host: LinuxHost
    private let log = RecordingLog()

    init() throws {
        directory = try ScriptDirectory()
        try directory.write("web.env", "[DEFAULT]\nservice_type = TST\nnodes = n1\n")
        let loaded = try ClassicLoader.load(
            path: "\(directory.path)/web.env",
            root: directory.path,
            registry: .builtIn,
            node: "n1"
        )
        scripts = LazyScripts(loaded, registry: .builtIn)
        host = try LinuxHost()
        scripts.host = host
    }

    private func application(_ own: [Launcher] = []) throws -> Application {
        var facts = Fixture.facts
        facts.isClassic = true
        let settings = Fixture.settings(
            "app",
            ["dir": .string("\(directory.path)/web.d"), "on_error": .string("continue")],
            launchers: own,
            service: facts
        )
        return try Application(settings)
    }

    private func write(_ name: String, _ fields: String) throws {
        try directory.write(
            "web.d/\(name)",
            "local osvc = require \"osvc.v1\"\nreturn osvc.launcher \"\(name.dropFirst(3).dropLast(4))\" {\n"
                + fields + "\n}\n"
        )
    }

    private static let all = """
          start = { "/bin/true" }, stop = { "/bin/true" },
          status = function(ctx) return "up" end,
        """

    private func steps(_ application: Application, _ action: LauncherAction) async -> [String] {
        let seen = await application.observe(host, for: .planning, scripts: scripts)
        let steps = action == .start ? application.startSteps(seen) : application.stopSteps(seen)
        return steps.map { step in
            if case .fail(let text) = step { return directory.shortened(text) }
            return step.summary
        }
    }

    private func report(_ application: Application) async -> StatusReport {
        let seen = await application.observe(host, for: .status, scripts: scripts)
        var report = application.status(seen)
        report.notes = report.notes.map(directory.shortened)
        return report
    }

    @Test func `a file gives all three actions, at the places that its name says`() async throws {
        try write("S10web.lua", Self.all)
        let launcher = try scripts.launcher(
            in: "\(directory.path)/web.d/S10web.lua",
            number: 10,
            of: "web"
        )
        #expect([launcher.startOrder, launcher.stopOrder, launcher.statusOrder] == [10, 90, 10])
        #expect(await report(try application()) == StatusReport(.up))
        #expect(await steps(try application(), .start) == ["start web"])
        #expect(await steps(try application(), .stop) == ["stop web"])
    }

    @Test func `fields of the file win over its name`() async throws {
        try write("S10web.lua", "S = 70, K = 5, C = false," + Self.all)
        let launcher = try scripts.launcher(
            in: "\(directory.path)/web.d/S10web.lua",
            number: 10,
            of: "web"
        )
        #expect([launcher.startOrder, launcher.stopOrder, launcher.statusOrder] == [70, 5, nil])
    }

    @Test func `scripts, programs and the service's own make one sequence`() async throws {
        try write("S20web.lua", Self.all)
        for name in ["S10db", "S30mail", "K70mail", "K90db"] {
            try directory.write("web.d/\(name)", "#!/bin/sh\n", mode: 0o755)
        }
        let own = Fixture.launcher(
            "own",
            order: 25,
            [.start: .program(["/bin/true"]), .stop: .program(["/bin/true"])]
        )
        let application = try application([own])
        #expect(
            await steps(application, .start)
                == ["start S10db", "start web", "start own", "start S30mail"]
        )
        #expect(
            await steps(application, .stop) == [
                "stop K70mail", "stop own", "stop web", "stop K90db",
            ]
        )
    }

    @Test func `a broken file refuses the start with its line, and is warn in the status`()
        async throws
    {
        try write("S10web.lua", "  strat = { \"/bin/true\" },")
        try directory.write("web.d/C20db", "#!/bin/sh\nexit 0\n", mode: 0o755)
        let problem = "web.d/S10web.lua:3:3: web: unknown field 'strat' (did you mean 'start'?)"
        let application = try application()
        #expect(await steps(application, .start) == [problem])
        #expect(await steps(application, .stop) == [problem])
        let report = await report(application)
        #expect(report.status == .warn)
        #expect(report.notes == [problem])
    }

    @Test func `a file is read again when it was mended`() async throws {
        try write("S10web.lua", "  strat = 1,")
        #expect(await report(try application()).status == .warn)
        try write("S10web.lua", Self.all)
        #expect(await report(try application()) == StatusReport(.up))
    }

    @Test(arguments: ["K90web.lua", "C10web.lua"])
    func `a script for one action alone is refused by name`(name: String) async throws {
        try write(name, Self.all)
        let report = await report(try application())
        #expect(report.status == .warn)
        #expect(report.notes.count == 1)
        let text =
            "is not run: a launcher in Lua is one file, S\(name.dropFirst()), whose fields K and C"
        #expect(report.notes.first?.contains(text) == true)
        #expect(scripts.session == nil)
    }

    @Test func `two launchers of one name are refused`() async throws {
        try write("S10web.lua", Self.all)
        try write("S20web.lua", Self.all)
        let problem =
            "web.d/S20web.lua:2: launcher 'web' occurs twice, first at web.d/S10web.lua:2"
        #expect(await steps(try application(), .start) == [problem])
    }

    @Test func `a file that others may write is not read`() async throws {
        try directory.write("web.d/S10web.lua", "error()", mode: 0o666)
        let report = await report(try application())
        #expect(report.status == .warn)
        #expect(report.notes.first?.contains("may be written by others") == true)
        #expect(scripts.session == nil)
    }

    @Test func `without a script no interpreter is begun`() async throws {
        try directory.write("web.d/C20db", "#!/bin/sh\nexit 0\n", mode: 0o755)
        #expect(await report(try application()) == StatusReport(.up))
        #expect(scripts.session == nil)
    }
}
