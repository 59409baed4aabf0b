import Testing

@testable import OSVCLuaBridge

@Suite struct `A load does not depend on the collector` {
    static let weak = [
        // On the metatable itself, before and after.
        "local m = { __mode = 'k' } setmetatable({}, m)",
        "local m = {} local t = setmetatable({}, m) m.__mode = 'k'",
        "local m = {} local t = setmetatable({}, m) m['__mo' .. 'de'] = 'v'",
        "local m = { __index = 1 } setmetatable({}, m) m.__mode = 'kv'",
        // On one that is an object of a class.
        "local m = setmetatable({}, { __index = {} }) local t = setmetatable({}, m) m.__mode = 'k'",
        "local m = {} local t = setmetatable({}, m) setmetatable(m, { __index = {} }) m.__mode = 'k'",
        "local m = {} local t = setmetatable({}, m) setmetatable(m, nil) m.__mode = 'k'",
        "local m = setmetatable({}, {}) setmetatable(m, m) setmetatable({}, m) m.__mode = 'k'",
        "local m = {} setmetatable(m, m) m.__mode = 'k'",
    ]

    @Test(arguments: weak)
    func `no table becomes weak`(_ text: String) {
        for phase in [LuaState.Phase.load, .run] {
            let state = LuaState()
            state.phase = phase
            #expect(state.error(text)?.message == "setmetatable: __mode is not available")
        }
    }

    /// Ways past what guards a metatable. `k` is collected unless the table holds it.
    static let tricks = [
        "local x = {} local m = setmetatable({}, x) t = setmetatable(t, m) x.__newindex = nil",
        "local m = {} t = setmetatable(t, m) local x = {} setmetatable(m, x) x.__newindex = nil",
        "local x = { __newindex = print } local m = setmetatable({}, x) t = setmetatable(t, m) x.__newindex = nil",
        "local m = {} local x = { __newindex = m } setmetatable(m, x) t = setmetatable(t, m) x.__newindex = nil",
        "local m = {} m.__newindex = m setmetatable(m, m) t = setmetatable(t, m) m.__newindex = nil",
    ]

    @Test(arguments: tricks, ["k", "v", "kv"])
    func `a metatable whose guard was removed makes no table weak`(_ trick: String, _ mode: String)
        throws
    {
        let found = try LuaState().run(
            """
            local t = { a = {} }
            t[#t + 1] = {}
            for i = 1, 100 do t['k' .. i] = {} end
            \(trick)
            m.__mode = '\(mode)'
            for i = 1, 200000 do local garbage = { i } end
            local count = 0
            for k, v in pairs(t) do count = count + 1 end
            return t.a ~= nil, count
            """
        )
        #expect(try found[0].boolean("a"))
        #expect(try found[1].integer("count") == 102)
    }

    @Test func `metatables that nothing uses are collected`() throws {
        let state = LuaState(limits: LuaLimits(memory: 8 << 20))
        try state.run("for i = 1, 200000 do setmetatable({}, {}) end")
    }

    @Test func `keys that are collected while they are sorted leave no hole`() throws {
        // `next` on a weak table holds the key that it answers.
        let state = LuaState(limits: LuaLimits(memory: 8 << 20))
        _ = state.error(
            """
            local x = {}
            local m = setmetatable({}, x)
            local t = setmetatable({}, m)
            x.__newindex = nil
            m.__mode = 'v'
            for round = 1, 50 do
              for i = 1, 500 do t[('k'):rep(100) .. i] = {} end
              local k = next(t)
              while k do k = next(t, k) end
            end
            """
        )
        #expect(try state.text("return 'alive'") == "alive")
    }

    @Test func `metatables are what they were: set before, after, and inherited`() throws {
        #expect(
            try LuaState().text(
                """
                local Base = {} Base.__index = Base
                function Base.name() return 'base' end
                local Derived = setmetatable({}, { __index = Base }) Derived.__index = Derived
                local object = setmetatable({}, Derived)
                assert(object.name() == 'base')
                function Derived.name() return 'derived' end
                Derived.__tostring = function() return 'object' end
                Derived.__len = function() return 7 end
                assert(tostring(object) == 'object' and #object == 7)
                local late = {}
                local t = setmetatable({}, late)
                late.__call = function(_, n) return n + 1 end
                late[1] = 'one' late[true] = 'yes'
                assert(t(1) == 2 and late[1] == 'one' and late[true] == 'yes')
                assert(not pcall(function() late[nil] = 1 end))
                assert(not pcall(function() late[0/0] = 1 end))
                local seen = {}
                local logged = setmetatable({}, { __newindex = function(_, k) seen[k] = true end })
                setmetatable({}, logged)
                logged.anything = 1
                assert(seen.anything and logged.anything == nil)
                return object.name()
                """
            ) == "derived"
        )
    }
}
