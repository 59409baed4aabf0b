internal import CLua
import Testing

@testable import OSVCLuaBridge

@Suite struct `Tasks wait and go on` {
    @Test(arguments: [
        ("table.sort({ 3, 2, 1 }, function(a, b) wait() return a < b end)", "table.sort"),
        ("string.gsub('abc', '.', function() wait() end)", "string.gsub"),
        ("tostring(setmetatable({}, { __tostring = function() wait() end }))", "tostring"),
        (
            "return ('%s'):format(setmetatable({}, { __tostring = function() wait() end }))",
            "string.format"
        ),
    ])
    func `rule 6: a wait where none is possible names the culprit and the line`(
        _ text: String,
        _ culprit: String
    ) throws {
        let state = LuaState()
        let task = try state.task("local wait = ...\n\(text)", [state.makeWait()])
        let error = task.resume().error
        #expect(error?.message == "cannot wait inside \(culprit)")
        #expect(error?.position?.line == 2)
        #expect(try state.text("return 'alive'") == "alive")
    }

    @Test func `rule 6: nothing waits at load`() {
        let state = LuaState()
        #expect(state.error("(...)()", [state.makeWait()])?.message == "cannot wait at load")
    }

    @Test(arguments: [
        "local ok, v = pcall(wait, 'w') return v",
        "local ok, v = xpcall(function() return wait('w') end, print) return v",
        "return setmetatable({}, { __index = function() return wait('w') end }).x",
        "return setmetatable({}, { __call = function() return wait('w') end })()",
        "return setmetatable({}, { __concat = function() return wait('w') end }) .. ''",
        "for v in function(_, old) if not old then return wait('w') end end do return v end",
        "for _, v in pairs(setmetatable({}, { __pairs = function() wait('w') return "
            + "function(_, k) if not k then return 1, 'back' end end end })) do return v end",
        "do local c <close> = setmetatable({}, { __close = function() wait('w') end }) end "
            + "return 'back'",
        "pcall(function() local c <close> = setmetatable({}, { __close = function() wait('w') "
            + "end }) error 'x' end) return 'back'",
    ])
    func `rule 6: a wait is possible inside what can be left and entered again`(
        _ text: String
    ) throws {
        let state = LuaState()
        let task = try state.task("local wait = ... \(text)", [state.makeWait()])
        try #require(task.resume().waitsFor == "w")
        #expect(task.resume([.text("back")]).text == "back")
    }

    @Test func `rule 7: Swift calling Lua while Lua runs is a fault of the program`() async {
        let result = await #expect(
            processExitsWith: .failure,
            observing: [\.standardErrorContent]
        ) {
            endAtOnceByCrash()
            let state = LuaState()
            let again = state.makeFunction { call throws(LuaError) in
                .values(try unsafe call.state.call(call.function(1)))
            }
            let chunk = try state.load(
                Array("local f = ... f(function() end)".utf8),
                chunk: "t.lua"
            )
            _ = try state.call(chunk, [.function(again)])
        }
        let said = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
        #expect(said?.contains("does not call Lua while a Lua call is in progress") == true)
    }

    @Test func `rule 8: an error closes variables, whose handlers may still wait`() throws {
        let state = LuaState()
        var closed = 0
        let close = state.makeFunction { _ throws(LuaError) in
            closed += 1
            return .none
        }
        let task = try state.task(
            """
            local wait, closed = ...
            local c <close> = setmetatable({}, { __close = function() wait 'closing' closed() end })
            error 'broken'
            """,
            [state.makeWait(), .function(close)]
        )
        try #require(task.resume().waitsFor == "closing")
        #expect(closed == 0)
        #expect(task.resume().error?.message == "broken")
        #expect(closed == 1)
    }

    @Test func `rule 10: a wait leaves exactly its results, however many`() throws {
        let state = LuaState()
        let task = try state.task(
            """
            local wait = ...
            local a = select('#', wait('none', 1, 2))
            local b = select('#', wait('three', 1, 2))
            return table.concat({ a, b, (wait('last')) }, ' ')
            """,
            [state.makeWait()]
        )
        try #require(task.resume().waitsFor == "none")
        try #require(task.resume().waitsFor == "three")
        try #require(task.resume([.integer(1), .nil, .integer(3)]).waitsFor == "last")
        #expect(task.resume([.text("end")]).text == "0 3 end")
        #expect(state.main.top == 0)
    }

    @Test func `rule 10: a script has no means to yield by itself`() {
        for name in ["coroutine", "debug", "load"] {
            #expect(
                LuaState().error("return \(name)")?.message.hasPrefix("undefined global") == true
            )
        }
    }

    @Test func `rule 10: a yield that is no wait is a fault of the program`() async {
        let result = await #expect(
            processExitsWith: .failure,
            observing: [\.standardErrorContent]
        ) {
            endAtOnceByCrash()
            let state = LuaState()
            unsafe luaopen_coroutine(state.main.state)
            unsafe lua_getfield(state.main.state, -1, "yield")
            let yield = LuaValue.function(state.popReference(state.main))
            state.main.setTop(0)
            // The request of a wait that was refused is no excuse for the yield after it.
            let task = try state.task(
                """
                local wait, yield = ...
                pcall(table.sort, { 2, 1 }, function() wait('refused') end)
                yield()
                """,
                [state.makeWait(), yield]
            )
            _ = task.resume()
        }
        let said = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
        #expect(said?.contains("only a Swift function makes a task wait") == true)
    }

    @Test func `cancelled is raised where the task waits and no pcall keeps it`() throws {
        let state = LuaState()
        let task = try state.task(
            """
            local wait = ...
            local c <close> = setmetatable({}, { __close = function(_, e) wait(e.kind) end })
            while true do
              pcall(wait, 'first')
              xpcall(wait, function() return 'kept' end, 'second')
            end
            """,
            [state.makeWait()]
        )
        try #require(task.resume().waitsFor == "first")
        try #require(task.resume().waitsFor == "second")
        let cancelled = LuaError(.cancelled, "interrupted by signal")
        try #require(task.resume(raising: cancelled).waitsFor == "cancelled")
        let error = task.resume().error
        #expect(error?.kind == .cancelled)
        #expect(error?.message == "interrupted by signal")
    }

    @Test func `a timeout raised into a task can be kept, and has the line that waited`() throws {
        let state = LuaState()
        let task = try state.task(
            "local wait = ...\nlocal ok, e = pcall(wait)\nreturn e.kind .. ' ' .. e.where",
            [state.makeWait()]
        )
        _ = task.resume()
        #expect(task.resume(raising: LuaError(.timeout, "x")).text == "timeout t.lua:2")
    }

    @Test func `an abandoned task closes its variables`() throws {
        let state = LuaState()
        var closed = 0
        let close = state.makeFunction { _ throws(LuaError) in
            closed += 1
            return .none
        }
        let task = try state.task(
            "local wait, f = ... local c <close> = setmetatable({}, { __close = f }) wait()",
            [state.makeWait(), .function(close)]
        )
        _ = task.resume()
        task.abandon()
        #expect(closed == 1)
        #expect(task.isOver)
    }

    @Test func `tasks of one state interleave`() throws {
        let state = LuaState()
        let text = "local wait, n = ... for i = 1, 3 do wait(n .. i) end return n"
        let tasks = try ["a", "b"].map { name throws(LuaError) in
            try state.task(text, [state.makeWait(), .text(name)])
        }
        var seen: [String] = []
        for _ in 1...3 {
            for task in tasks { seen.append(task.resume().waitsFor ?? "?") }
        }
        #expect(seen == ["a1", "b1", "a2", "b2", "a3", "b3"])
        #expect(tasks.map { $0.resume().text } == ["a", "b"])
    }

    @Test func `wait_until tries again until it is true, and hides its frames`() throws {
        let state = LuaState()
        var tries: [LuaPosition?] = []
        let begin = state.makeFunction { call throws(LuaError) in .value(try call.value(2)) }
        let again = state.makeFunction { call throws(LuaError) in
            tries.append(call.position)
            guard tries.count < 3 else { throw LuaError(.timeout, try call.text(2)) }
            return .suspend(Wait("pause"))
        }
        let waitUntil = try state.makeWaitUntil(begin: begin, again: again)
        let task = try state.task(
            "local f = ...\nf({}, 'it answers', {}, function() end)",
            [.function(waitUntil)]
        )
        try #require(task.resume().waitsFor == "pause")
        try #require(task.resume([.boolean(true)]).waitsFor == "pause")
        let error = task.resume([.boolean(true)]).error
        #expect(error?.description == "t.lua:2: it answers")
        #expect(error?.traceback?.contains("osvc]") == false)
        #expect(tries.map { $0?.line } == [2, 2, 2])
    }
}
