import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// Scripts on this machine: what only real programs show.
@EngineActor
@Suite struct RealProgramTests {
    private let directory: ScriptDirectory
    private let log = RecordingLog()

    init() throws {
        directory = try ScriptDirectory()
    }

    private func prepare(_ body: String) throws -> (LoadedService, LinuxHost, ScriptCall) {
        let loaded = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" { osvc.app { osvc.launcher "x" { S = 1,
                  start = function(ctx)
                \(body)
                end } } }
                """
        )
        let host = try LinuxHost()
        loaded.session.host = host
        let launcher = try #require(loaded.definition.resources.first?.launchers.first)
        guard case .script(let script)? = launcher.methods[.start] else {
            throw LuaError(.lua, "the launcher starts by a function")
        }
        let call = ScriptCall(
            script: script,
            key: ScriptKey(resource: ResourceID("app"), launcher: "x"),
            purpose: .launcher(.start),
            action: "start",
            service: ServiceFacts(name: "web", node: "n1", root: directory.path),
            log: log
        )
        return (loaded, host, call)
    }

    @Test func `a program gets its input, its environment and its directory`() async throws {
        let (loaded, host, call) = try prepare(
            """
            local r = ctx:probe { "sh", "-c", "cat; echo $A $OPENSVC_SVCNAME; pwd; exit 3",
              input = "in\\n", env = { A = "a b" }, cwd = "/usr" }
            ctx:info("%d %s", r.rc, r.stdout)
            """
        )
        let outcome = await loaded.session.call(call)
        #expect(outcome == .finished(code: 0))
        #expect(log.lines.first?.message.hasSuffix("3 in\na b web\n/usr\n") == true, "\(log.lines)")
        _ = host
    }

    @Test func `a program that hangs ends with its call`() async throws {
        let (loaded, host, original) = try prepare("ctx:exec { 'sleep', '1000' }")
        var call = original
        call.limit = .milliseconds(100)
        let outcome = await loaded.session.call(call)
        guard case .timedOut(let text) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(directory.shortened(text) == "web.lua:4: no end within 100ms")
        _ = host
    }

    @Test func `programs of parallel functions run at once, and end together when cancelled`()
        async throws
    {
        let (loaded, host, call) = try prepare(
            """
            local function f() ctx:exec { "sleep", "1000" } end
            ctx:parallel { f, f, function() ctx:info("both run") end }
            """
        )
        let work = Task { @EngineActor in await loaded.session.call(call) }
        while !log.lines.contains(where: { $0.message.hasSuffix("both run") }) {
            await Task.yield()
        }
        work.cancel()
        #expect(await work.value == .cancelled)
        _ = host
    }

    @Test func `files, links and state are real files`() async throws {
        let (loaded, host, call) = try prepare(
            """
            local d = "\(directory.path)/d"
            ctx:mkdir(d)
            ctx:write_file(d .. "/b", "text", { mode = 384 })
            ctx:symlink("b", d .. "/a")
            ctx.state.set("n", 1)
            local names = {}
            for _, p in ipairs(ctx:glob(d .. "/?")) do names[#names + 1] = p:match("[^/]+$") end
            ctx:info("%s %s %s %o %d", table.concat(names, " "), ctx:readlink(d .. "/a"),
              ctx:read_file(d .. "/a"), ctx:stat(d .. "/b").mode, ctx.state.get("n"))
            ctx:remove(d .. "/a")
            ctx:info("%s %s", tostring(ctx:stat(d .. "/a")), tostring(ctx:readlink(d .. "/b")))
            """
        )
        #expect(await loaded.session.call(call) == .finished(code: 0), "\(log.lines)")
        let said = log.lines.filter { $0.message.contains("web.lua:1") }
            .map { $0.message.split(separator: ": ", maxSplits: 1)[1] }
        #expect(
            said.suffix(3) == ["a b b text 600 1", "remove \(directory.path)/d/a", "nil nil"],
            "\(log.lines)"
        )
        _ = host
    }
}
