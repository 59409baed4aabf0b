import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// What is kept from one call to the next, and what is undone.
extension MachineTests {
    @Test func `state is kept from one call to the next, as JSON`() async throws {
        let service = try ScriptedService(
            launcher: """
                start = function(ctx)
                  ctx.state.set("n", (ctx.state.get("n") or 0) + 1)
                  ctx.state.set("t", { a = { 1, 2.5, "x" }, b = true })
                  ctx.state.set("gone", 1) ctx.state.set("gone", nil)
                end,
                stop = function(ctx)
                  local t = ctx.state:get("t")
                  ctx:info("%d %s %s", ctx.state.get("n"), t.a[3], tostring(t.b))
                end,
                """
        )
        _ = await service.run(.start)
        _ = await service.run(.start)
        #expect(await service.run(.stop) == .finished(code: 0))
        #expect(service.lines == ["INFO app web.lua:11: 2 x true"])
        let file = try #require(service.host.files["/opt/opensvc/var/web/state.json"])
        #expect(file.info.mode == 0o600)
        let text = String(decoding: file.contents, as: UTF8.self)
        #expect(
            text == """
                {
                  "n": 2,
                  "t": {
                    "a": [
                      1,
                      2.5,
                      "x"
                    ],
                    "b": true
                  }
                }

                """
        )
    }

    @Test(arguments: [
        ("ctx.state.set('x', ('y'):rep(70000))", "state.set: more than 65536 bytes"),
        ("ctx.state.set('x', print)", "state.set: a value that can be kept expected, got function"),
        ("ctx.state.set('x', 0/0)", "state.set: -nan is not a finite number"),
        ("ctx.state.set('x', { 1, a = 2 })", "state.set: a table is either a list or has names"),
    ])
    func `what cannot be kept is refused`(_ body: String, _ problem: String) async throws {
        let outcome = await (try ScriptedService.start(body)).run(.start)
        #expect(outcome == .failed("web.lua:5: \(problem)"))
    }

    @Test func `what a start left is undone newest first, once`() async throws {
        let service = try ScriptedService.start(
            """
            ctx:undo("first", function() ctx:exec { "/bin/first" } end)
            ctx:undo("second", function(c) c:exec { "/bin/second" } end)
            ctx:fail("too late")
            """
        )
        service.host.expect("/bin/first")
        service.host.expect("/bin/second", code: 1)
        let call = service.call(.start)
        #expect(await service.run(.start) == .failed("web.lua:7: too late"))
        #expect(await service.session.undo(call.key, call))
        #expect(service.host.commands == ["/bin/second", "/bin/first"])
        #expect(service.lines.contains("INFO app undo: second"))
        #expect(
            service.lines.contains(
                "ERROR app undo: second: web.lua:6: /bin/second: exited 1"
            )
        )
        #expect(await service.session.undo(call.key, call) == false)
    }

    @Test func `a start that succeeds forgets what it left`() async throws {
        let service = try ScriptedService.start("ctx:undo('x', function() end)")
        let call = service.call(.start)
        _ = await service.run(.start)
        service.session.forgetUndo()
        #expect(await service.session.undo(call.key, call) == false)
    }

    @Test func `undo is not ended by the signal that made it necessary`() async throws {
        let service = try ScriptedService.start(
            "ctx:undo('x', function() ctx:sleep(1) ctx:exec { '/bin/x' } end)"
        )
        service.host.expect("/bin/x")
        _ = await service.run(.start)
        let call = service.call(.start)
        let work = Task { @EngineActor in
            withUnsafeCurrentTask { $0?.cancel() }
            return await service.session.undo(call.key, call)
        }
        #expect(await work.value)
        #expect(service.host.commands == ["/bin/x"])
    }
}
