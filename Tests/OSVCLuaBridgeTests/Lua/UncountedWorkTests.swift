import Testing

@testable import OSVCLuaBridge

/// Work that no count hook sees: each of these would go on for minutes or years.
@Suite struct `Work in C counts as instructions` {
    static let endless = [
        // A length that is a lie.
        "table.insert(setmetatable({}, { __len = function() return 2^53 | 0 end }), 1, 1)",
        "table.remove(setmetatable({}, { __len = function() return 2^53 | 0 end }), 1)",
        "table.sort(setmetatable({}, { __len = function() return 2^31 - 2 | 0 end }), rawequal)",
        "table.sort(setmetatable({}, { __len = function() return 2^31 - 2 | 0 end }), type)",
        "table.move(setmetatable({}, { __index = {} }), 1, math.maxinteger - 1, 2)",
        "table.move({}, 1, math.maxinteger - 1, 2)",
        "table.move({}, math.mininteger + 1, -1, 1)",
        "table.move({}, -5, math.maxinteger - 10, 1, {})",
        // Loops of calls, each of them short.
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 0) end",
        "local t = {} for i = 1, 1e4 do t[i] = 'a' end while true do table.concat(t) end",
        "local t = {} for i = 1, 1e4 do t[i] = 0 end while true do table.unpack(t) end",
        "local t = {} for i = 1, 1e4 do t[i] = i % 7 end while true do table.sort(t) end",
        "local t = {} for i = 1, 2e3 do t[i] = i end while true do for _ in pairs(t) do break end end",
        "local t = {} for i = 1, 2e3 do t[i] = i end while true do next(t, 1) end",
        "local s = ('a'):rep(5e5) while true do s:upper() end",
        "local s = ('a'):rep(5e5) while true do s:byte(-1) end",
        "local s = ('a'):rep(5e5) while true do utf8.len(s) end",
        "local s = ('b'):rep(1e5) while true do string.unpack(s, s) end",
        "local s = ('a'):rep(1e6) while true do local t = s .. 'b' end",
        "local s = ('a'):rep(2e6) while true do ('%s%s'):format(s, s) end",
        "while true do pcall(string.rep, 'a', 5e6) end",
        // Strings whose one comparison takes long.
        "local a = ('\\0'):rep(4e6) local b = a .. 'x' while a < b do end",
        "local a, b = ('\\0'):rep(1e6), ('\\0'):rep(1e6) .. 'x' local t = {} "
            + "for i = 1, 1000 do t[i] = i % 2 == 0 and a or b end table.sort(t)",
        // Sets and captures of patterns.
        "return ('b'):rep(1e5):find('[' .. ('a'):rep(1e6) .. ']')",
        "return ('a'):rep(1e6):find('^(' .. ('a'):rep(150) .. '.*)%1%1')",
        "return ('a'):rep(1e6):find(('a'):rep(4e5) .. 'b', 1, true)",
    ]

    @Test(arguments: endless)
    func `an endless call or loop of calls ends with the budget, where it stands`(_ text: String)
        throws
    {
        var limits = LuaLimits()
        limits.load = .init(instructions: 3_000_000, wall: .seconds(60))
        let state = LuaState(limits: limits)
        let error = state.error("\n" + text)
        #expect(error?.kind == .budget, "\(error?.description ?? "none")")
        #expect(error?.position == LuaPosition(file: "t.lua", line: 2))
        #expect(try state.text("return 'alive'") == "alive")
    }

    @Test(arguments: endless)
    func `the time ends it as well, and pcall does not keep that`(_ text: String) throws {
        var limits = LuaLimits()
        limits.load = .init(instructions: 40_000_000, wall: .milliseconds(300))
        limits.lastResort?.grace = .seconds(100)
        let state = LuaState(limits: limits)
        let error = state.error("pcall(function() \(text) end)")
        #expect(error?.kind == .budget, "\(error?.description ?? "none")")
    }

    @Test func `nothing repeated is nothing, however often`() throws {
        let state = LuaState(limits: smallLimits)
        #expect(try state.text("return (''):rep(math.maxinteger)") == "")
        #expect(try state.text("return (''):rep(math.maxinteger, '')") == "")
        #expect(state.error("return ('a'):rep(math.maxinteger)")?.kind != .budget)
        #expect(try state.text("return ('ab'):rep(3, '-')") == "ab-ab-ab")
        #expect(try state.text("return ('ab'):rep(-1)") == "")
    }

    @Test func `the functions of tables are those of Lua`() throws {
        let state = LuaState()
        #expect(
            try state.text(
                """
                local t = { 3, 1, 2 }
                table.insert(t, 5) table.insert(t, 1, 4)
                assert(table.concat(t, ',') == '4,3,1,2,5')
                assert(table.remove(t, 2) == 3 and table.remove(t) == 5 and table.remove({}) == nil)
                table.move(t, 1, 3, 2)
                assert(table.concat(t, ',') == '4,4,1,2')
                table.sort(t, function(a, b) return a > b end)
                assert(table.concat(t, ',', 2, 3) == '4,2')
                assert(select('#', table.unpack(t, 1, 6)) == 6 and table.unpack({}, 2, 1) == nil)
                local proxy = setmetatable({}, { __index = t, __len = function() return #t end,
                  __newindex = function(_, k, v) t[k] = v end })
                table.insert(proxy, 9)
                assert(t[5] == 9 and table.concat(proxy, ',') == '4,4,2,1,9')
                local many = {}
                for i = 1, 5000 do many[i] = i * 7919 % 5003 end
                table.sort(many)
                for i = 2, 5000 do assert(many[i - 1] <= many[i]) end
                return 'same'
                """
            ) == "same"
        )
        for (text, message) in [
            ("table.insert({}, 3, 1)", "bad argument #2 to 'insert' (position out of bounds)"),
            ("table.insert({}, 1, 2, 3)", "wrong number of arguments to 'insert'"),
            ("table.insert(1, 2)", "bad argument #1 to 'insert' (table expected, got number)"),
            ("table.concat({ {} })", "invalid value (at index 1) in table for 'concat'"),
            (
                "table.sort({ 1, 2, 3, 4 }, 1)",
                "bad argument #2 to 'sort' (function expected, got number)"
            ),
            (
                "table.sort({ 9, 8, 7, 6, 5, 4, 3, 2, 1 }, function() return true end)",
                "invalid order function for sorting"
            ),
            ("table.unpack({}, 1, 1e8)", "too many results to unpack"),
            (
                "table.move({}, 1, 2, math.maxinteger)",
                "bad argument #4 to 'move' (destination wrap around)"
            ),
        ] {
            #expect(state.error(text)?.message == message)
        }
    }

    @Test func `a wait is refused from under any depth of calls`() throws {
        let state = LuaState()
        let task = try state.task(
            """
            local wait = ...
            table.sort({ 2, 1 }, function()
              local function deep(n) if n == 0 then wait() end local r = deep(n - 1) return r end
              deep(100000)
            end)
            """,
            [state.makeWait()]
        )
        #expect(task.resume().error?.message.hasPrefix("cannot wait") == true)
    }
}
