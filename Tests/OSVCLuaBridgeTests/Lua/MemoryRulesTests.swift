import Testing

@testable import OSVCLuaBridge

@Suite struct `Memory and lifetimes` {
    @Test func `rule 4: a memory hog fails at its limit with a position, and the state lives`()
        throws
    {
        let state = LuaState(limits: LuaLimits(memory: 8 << 20))
        let error = state.error("local t = {}\nfor i = 1, 1e9 do\n t[i] = ('x'):rep(1000) .. i end")
        #expect(error?.kind == .memory)
        #expect(error?.message == "not enough memory: the limit is 8388608 bytes")
        #expect(error?.position == LuaPosition(file: "t.lua", line: 3))
        // What the error itself takes is pushed with the limit disarmed.
        #expect(state.memory.peak <= (8 << 20) + 4096)
        #expect(try state.text("return 'alive'") == "alive")
    }

    @Test func `rule 4: what Swift pushes may pass the limit, what the script adds may not`()
        throws
    {
        let state = LuaState(limits: LuaLimits(memory: 4 << 20))
        let big = state.makeFunction { _ throws(LuaError) in
            .value(.string([UInt8](repeating: 65, count: 8 << 20)))
        }
        var lengths: [Int] = []
        let note = state.makeFunction { call throws(LuaError) in
            lengths.append(try call.integer(1))
            return .none
        }
        let error = state.error(
            "local s, note = ... note(#s()) return #(('x'):rep(100) .. 1)",
            [.function(big), .function(note)]
        )
        #expect(lengths == [8 << 20])
        #expect(error == nil || error?.kind == .memory)
        #expect(
            state.error("return #(('x'):rep(5000000))")?.kind == .memory
        )
    }

    @Test func `rule 4 and 19: any allocation may fail while a file is read and run`() throws {
        let text = """
            local t = { name = "web", list = { 1, 2, 3 } }
            for k, v in pairs(t) do t[k] = tostring(v) .. string.format("%s", k) end
            local f = function(x) return setmetatable({ x }, { __len = function() return 3 end }) end
            local ok = pcall(error, "e")
            return ("%s %d"):format(t.name:gsub("w", "v"), #f(1))
            """
        for later in [false, true] {
            var n = 0
            var passed = false
            while !passed {
                n += 1
                let state = LuaState()
                state.failAllocation(n, andLater: later)
                let error = state.error(text)
                passed = error == nil && (later || n > 400)
                #expect(error == nil || error?.kind == .memory, "allocation \(n)")
                state.failAllocation(0, andLater: false)
                #expect(try state.text("return 'alive'") == "alive", "allocation \(n)")
                try #require(n < 5000, "the file needs fewer allocations")
            }
            #expect(n > 20)
        }
    }

    @Test func `rule 12: a function's closure is released once Lua has collected it`() {
        let state = LuaState()
        let count = Canary.Count()
        do {
            let canary = Canary(count)
            _ = state.makeFunction { _ throws(LuaError) in
                withExtendedLifetime(canary) { .none }
            }
        }
        #expect(count.alive == 1)
        state.collectGarbage()
        #expect(count.alive == 0)
    }

    @Test func `rule 12: closures and objects are released when the state ends`() throws {
        let count = Canary.Count()
        do {
            let state = LuaState()
            let canary = Canary(count)
            let function = state.makeFunction { _ throws(LuaError) in
                withExtendedLifetime(canary) { .none }
            }
            let type = state.makeClass(LuaClassDefinition(name: "thing"))
            let object = state.makeObject(type, Canary(count))
            try state.run(
                "local f, o = ... local t = { f, o } t.t = t",
                [.function(function), .object(object)]
            )
            #expect(count.alive == 2)
        }
        #expect(count.alive == 0)
    }

    @Test func `rule 12: an object goes when neither Lua nor Swift holds it`() throws {
        let state = LuaState()
        let count = Canary.Count()
        let type = state.makeClass(LuaClassDefinition(name: "thing"))
        let maker = state.makeFunction { call throws(LuaError) in
            .value(.object(unsafe call.state.makeObject(type, Canary(count))))
        }
        try state.run(
            "local make = ... for i = 1, 300 do make() end",
            [.function(maker)]
        )
        state.collectGarbage()
        state.collectGarbage()
        #expect(count.alive == 0)
    }

    @Test func `rule 12: what a script drops is released between its runs, not under it`() throws {
        let state = LuaState()
        let count = Canary.Count()
        let type = state.makeClass(LuaClassDefinition(name: "thing"))
        let maker = state.makeFunction { call throws(LuaError) in
            .value(.object(unsafe call.state.makeObject(type, Canary(count))))
        }
        var alive: Int?
        let look = state.makeFunction { _ throws(LuaError) in
            alive = count.alive
            return .none
        }
        let drop = try #require(
            try state.run(
                """
                local make, look = ...
                local kept = {}
                for i = 1, 300 do kept[i] = make() end
                return function()
                  kept = nil
                  for i = 1, 50000 do local garbage = { i, i, i, i, i, i, i, i } end
                  look()
                end
                """,
                [.function(maker), .function(look)]
            ).first
        )
        _ = try state.call(drop.function("drop"))
        #expect(alive == 300)
        state.collectGarbage()
        state.collectGarbage()
        #expect(count.alive == 0)
    }

    @Test func `rule 12: a script cannot set __gc`() {
        #expect(
            LuaState().error("setmetatable({}, { __gc = function() end })")?.message
                == "setmetatable: __gc is not available"
        )
    }

    @Test func `rule 13: a reference may outlive its interpreter and end anywhere`() throws {
        var state: LuaState? = LuaState()
        var reference = try state?.run("return function() end").first
        state = nil
        #expect(reference?.typeName == "function")
        reference = nil

        let other = LuaState()
        let kept = try #require(try other.run("return function() return 'kept' end").first)
        other.collectGarbage()
        let function = try kept.function("kept")
        #expect(try other.call(function).first?.text("r") == "kept")
    }

    @Test func `rule 13: a slot is freed by the owner at its next run, not in deinit`() throws {
        let state = LuaState()
        let count = Canary.Count()
        var reference: LuaReference? = {
            let canary = Canary(count)
            return state.makeFunction { _ throws(LuaError) in
                withExtendedLifetime(canary) { .none }
            }
        }()
        state.collectGarbage()
        #expect(count.alive == 1)
        #expect(reference != nil)
        let slot = reference?.slot
        reference = nil
        #expect(count.alive == 1)
        // A slot freed in deinit would be the next one given.
        #expect(state.makeFunction { _ throws(LuaError) in .none }.slot != slot)
        try state.run("return 1")
        state.collectGarbage()
        #expect(count.alive == 0)
    }

    @Test func `rule 13: a waiting task is not collected`() throws {
        let state = LuaState()
        let task = try state.task(
            "local wait = ... local t = { 'kept' } wait() return t[1]",
            [state.makeWait()]
        )
        try #require(task.resume().waitsFor == "")
        state.collectGarbage()
        try state.run("local t = {} for i = 1, 1000 do t[i] = {} end")
        state.collectGarbage()
        #expect(task.resume().text == "kept")
    }

    @Test func `rule 14: functions find their own interpreter, also from a task`() throws {
        let states = [LuaState(), LuaState()]
        let names = try states.map { state in
            // By identity: a closure that holds its own interpreter keeps it for ever.
            let expected = ObjectIdentifier(state)
            let who = state.makeFunction { call throws(LuaError) in
                .value(.boolean(unsafe ObjectIdentifier(call.state) == expected))
            }
            let task = try state.task("return tostring((...)())", [.function(who)])
            return task.resume().text
        }
        #expect(names == ["true", "true"])
    }
}
