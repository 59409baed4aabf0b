import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

@EngineActor
@Suite struct WaitingTests {
    @Test func `wait_until asks again after each pause until the answer is yes`() async throws {
        let service = try ScriptedService.start(
            """
            ctx:wait_until("it answers", { timeout = "90s", every = "2s" }, function()
              return ctx:probe { "ping" }.ok
            end)
            """
        )
        service.host.expect("ping", code: 1)
        service.host.expect("ping", code: 1)
        service.host.expect("ping", code: 0)
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(service.host.orders.filter { $0 == .sleep(.seconds(2)) }.count == 2)
        #expect(service.host.commands == ["ping", "ping", "ping"])
    }

    @Test func `wait_until ends with a timeout that says what was waited for`() async throws {
        let service = try ScriptedService.start(
            "ctx:wait_until('rain', { timeout = 5, every = 2 }, function() return false end)"
        )
        #expect(await service.run(.start) == .timedOut("web.lua:5: timeout: rain (5s)"))
        // Not one second longer than it may take.
        #expect(service.host.time == 1_000_000_005)
    }

    @Test func `the limit of a call ends what waits, and pcall does not keep that`() async throws {
        let service = try ScriptedService.start(
            "while true do pcall(function() ctx:sleep(10) end) end"
        )
        #expect(
            await service.run(.start, limit: .seconds(25))
                == .timedOut("web.lua:5: no end within 25s")
        )
        #expect(service.host.time == 1_000_000_025)
    }

    @Test func `a program gets no more time than its call has left`() async throws {
        let service = try ScriptedService.start(
            "ctx:sleep(20) ctx:exec { '/bin/x', timeout = '1m' }"
        )
        service.host.expect("/bin/x", result: CommandResult(code: 124, timedOut: true))
        #expect(
            await service.run(.start, limit: .seconds(30))
                == .timedOut("web.lua:5: no end within 30s")
        )
        guard case .run(let command)? = service.host.orders.last else {
            Issue.record("the program ran")
            return
        }
        #expect(command.limit == .seconds(10))
    }

    @Test func `what is to be closed runs after the limit, and may wait`() async throws {
        let service = try ScriptedService(
            launcher: """
                start = function(ctx)
                  local guard <close> = setmetatable({}, { __close = function()
                    ctx:exec { "/bin/clean" }
                    ctx:sleep(5)
                    ctx:info("closed")
                  end })
                  ctx:sleep(100)
                end,
                """
        )
        service.host.expect("/bin/clean")
        #expect(
            await service.run(.start, limit: .seconds(10))
                == .timedOut("web.lua:10: no end within 10s")
        )
        #expect(service.host.commands == ["/bin/clean"])
        #expect(service.lines.last == "INFO app web.lua:8: closed")
    }

    @Test func `cleaning up has thirty seconds and no more`() async throws {
        let service = try ScriptedService(
            launcher: """
                start = function(ctx)
                  local guard <close> = setmetatable({}, { __close = function()
                    while true do ctx:sleep(7) end
                  end })
                  ctx:sleep(100)
                end,
                """
        )
        _ = await service.run(.start, limit: .seconds(10))
        #expect(service.host.time == 1_000_000_040)
    }

    @Test func `a cancelled call ends as cancelled, after its cleaning up`() async throws {
        let service = try ScriptedService(
            launcher: """
                start = function(ctx)
                  local guard <close> = setmetatable({}, { __close = function()
                    ctx:exec { "/bin/clean" }
                  end })
                  ctx:exec { "/bin/long" }
                  ctx:info("never")
                end,
                """
        )
        let host = service.host
        host.expect("/bin/clean")
        let work = Task { @EngineActor in await service.run(.start) }
        host.expect("/bin/long") { _ in work.cancel() }
        #expect(await work.value == .cancelled)
        #expect(host.commands == ["/bin/long", "/bin/clean"])
        #expect(!service.lines.contains { $0.contains("never") })
    }

    @Test func `parallel runs functions at once and gives their results in order`() async throws {
        let service = try ScriptedService.start(
            """
            local r = ctx:parallel {
              function() ctx:exec { "a" } return 1 end,
              function() ctx:exec { "b" } return 2 end,
              function() return 3 end,
            }
            local n = ctx:parallel { x = function() return "y" end }
            ctx:info("%s", table.concat(r, " ") .. n.x)
            """
        )
        service.host.expect("a")
        service.host.expect("b")
        #expect(await service.run(.start) == .finished(code: 0))
        #expect(service.lines.last == "INFO app web.lua:11: 1 2 3y")
    }

    @Test func `functions of one parallel wait beside each other`() async throws {
        let service = try ScriptedService.start(
            """
            local order = {}
            local function f(name)
              return function()
                order[#order + 1] = name .. "1"
                ctx:sleep(1)
                order[#order + 1] = name .. "2"
              end
            end
            ctx:parallel { f("a"), f("b") }
            ctx:info("%s", table.concat(order, " "))
            """
        )
        #expect(await service.run(.start) == .finished(code: 0))
        let line = service.lines.last ?? ""
        // Each must have begun before the first went on.
        #expect(line.hasSuffix("a1 b1 a2 b2") || line.hasSuffix("a1 b1 b2 a2"), "\(line)")
    }

    @Test func `an error in one of several is raised when all have ended`() async throws {
        let service = try ScriptedService.start(
            """
            ctx:parallel {
              function() ctx:fail("one is broken") end,
              function() ctx:sleep(3) ctx:info("two went on") end,
            }
            """
        )
        #expect(await service.run(.start) == .failed("web.lua:6: one is broken"))
        #expect(service.lines.contains { $0.contains("two went on") })
    }

    @Test func `with first_error the others are ended`() async throws {
        let service = try ScriptedService.start(
            """
            ctx:parallel { mode = "first_error", max = 2,
              function() ctx:fail("one is broken") end,
              function() ctx:sleep(3) ctx:info("two went on") end,
              function() ctx:info("three began") end,
            }
            """
        )
        #expect(await service.run(.start) == .failed("web.lua:6: one is broken"))
        #expect(!service.lines.contains { $0.contains("three began") })
    }

    @Test func `two calls of one service wait beside each other`() async throws {
        let service = try ScriptedService(
            launcher: """
                start = function(ctx) ctx:info("a1") ctx:sleep(1) ctx:info("a2") end,
                stop = function(ctx) ctx:info("b1") ctx:sleep(1) ctx:info("b2") end,
                """
        )
        let first = Task { @EngineActor in await service.run(.start) }
        let second = Task { @EngineActor in await service.run(.stop) }
        _ = await (first.value, second.value)
        let words = service.lines.map { $0.suffix(2) }
        #expect(words.prefix(2).sorted() == ["a1", "b1"], "\(words)")
    }

    @Test func `an endless loop ends alone, and the session goes on`() async throws {
        var limits = LuaLimits()
        limits.run.instructions = 1_000_000
        let service = try ScriptedService(
            launcher: """
                start = function(ctx) while true do pcall(function() while true do end end) end end,
                stop = function(ctx) end,
                """,
            limits: limits
        )
        #expect(
            await service.run(.start)
                == .failed("web.lua:4: ran 1000000 instructions without waiting")
        )
        #expect(await service.run(.stop) == .finished(code: 0))
    }
}
