import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// Hooks and launchers while a plan is made (lua-boundary.md section 5).
@EngineActor
@Suite struct PlanTests {
    @Test func `what would be done is noted and nothing is done`() async throws {
        let service = try ScriptedService.start(
            """
            ctx:exec { "/usr/sbin/apachectl", "-k", "start" }
            ctx:spawn { "/usr/sbin/mysqld" }
            ctx:write_file("/etc/x", "y")
            ctx:wait_until("it answers", { timeout = 9 }, function() return false end)
            ctx:undo("x", function() end)
            ctx.state.set("a", 1)
            ctx:sleep(100)
            """
        )
        #expect(
            await service.run(.start, isPlanning: true)
                == .planned(
                    [
                        "web.lua:5 app:x exec /usr/sbin/apachectl -k start",
                        "web.lua:6 app:x spawn /usr/sbin/mysqld",
                        "web.lua:7 app:x write_file /etc/x",
                        "web.lua:8 app:x wait until it answers",
                        "web.lua:10 app:x state.set a",
                    ],
                    incompleteAfter: nil
                )
        )
        #expect(service.host.orders.isEmpty)
    }

    @Test func `a plan reads for real`() async throws {
        let service = try ScriptedService.start(
            "if ctx:probe { 'test' }.ok then ctx:exec { 'a' } else ctx:exec { 'b' } end"
        )
        service.host.expect("test", code: 1)
        #expect(
            await service.run(.start, isPlanning: true)
                == .planned(["web.lua:5 app:x exec b"], incompleteAfter: nil)
        )
    }

    @Test func `a planned command is taken for a success, and its output ends the plan`()
        async throws
    {
        let service = try ScriptedService.start(
            """
            local r = ctx:exec { "/bin/list" }
            if r.ok then ctx:exec { "/bin/b" } end
            if r.stdout == "" then ctx:exec { "/bin/c" } end
            """
        )
        #expect(
            await service.run(.start, isPlanning: true)
                == .planned(
                    ["web.lua:5 app:x exec /bin/list", "web.lua:6 app:x exec /bin/b"],
                    incompleteAfter: "web.lua:7: it depends on the result of /bin/list"
                )
        )
    }

    @Test func `a script may say what a plan is to take for the result`() async throws {
        let service = try ScriptedService.start(
            """
            local r = ctx:exec { "/bin/list", plan = { stdout = "x" } }
            ctx:exec { "/bin/b", r.stdout, tostring(r.rc), tostring(r.ok) }
            """
        )
        #expect(
            await service.run(.start, isPlanning: true)
                == .planned(
                    ["web.lua:5 app:x exec /bin/list", "web.lua:6 app:x exec /bin/b x 0 true"],
                    incompleteAfter: nil
                )
        )
    }

    @Test func `a refusal is a refusal in a plan too`() async throws {
        let service = try ScriptedService.hook("start.pre", "ev:refuse('not today')")
        #expect(try await service.runHook(isPlanning: true) == .refused("web.lua:4: not today"))
    }

    @Test func `a failure is a failure in a plan too`() async throws {
        let service = try ScriptedService.start("ctx:fail('no database')")
        #expect(
            await service.run(.start, isPlanning: true) == .failed("web.lua:5: no database")
        )
    }
}
