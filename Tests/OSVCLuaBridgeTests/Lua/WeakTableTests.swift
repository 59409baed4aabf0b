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

    @Test func `a weak table that came about nevertheless has no order and no memory of others`() {
        let error = LuaState().error(
            """
            local x = {}
            local m = setmetatable({}, x)
            local t = setmetatable({}, m)
            x.__newindex = nil
            m.__mode = 'k'
            for i = 1, 2000 do t[('k'):rep(50) .. i] = {} end
            for k, v in pairs(t) do end
            """
        )
        #expect(error?.message == "weak tables are not available")
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
