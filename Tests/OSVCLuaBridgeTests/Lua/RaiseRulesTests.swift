import Testing

@testable import OSVCLuaBridge

/// Section 5 of the Lua API: who raises, and where.
@Suite struct `Errors cross no Swift frame` {
    @Test func `rule 1: defer runs and values are released when a function throws`() throws {
        let state = LuaState()
        let count = Canary.Count()
        var ended = 0
        let thrower = state.makeFunction { _ throws(LuaError) in
            let canary = Canary(count)
            defer {
                ended += 1
                _ = canary
            }
            throw LuaError(.fail, "no")
        }
        let result = try state.run(
            """
            local f = ...
            local ok, e
            for i = 1, 100 do ok, e = pcall(f) end
            return tostring(e)
            """,
            [.function(thrower)]
        )
        #expect(try result.first?.text("e") == "t.lua:3: no")
        #expect(ended == 100)
        #expect(count.alive == 0)
    }

    @Test func `rule 1: an inout access is over when a function throws`() throws {
        let state = LuaState()
        final class Box { var value = 0 }
        let box = Box()
        func change(_ value: inout Int) throws(LuaError) {
            value += 1
            throw LuaError(.fail, "changed \(value)")
        }
        let changer = state.makeFunction { _ throws(LuaError) in
            try change(&box.value)
            return .none
        }
        try state.run("local f = ... for i = 1, 10 do pcall(f) end", [.function(changer)])
        box.value += 1
        #expect(box.value == 11)
    }

    @Test func `rule 1: a wrong argument ends the function as an error of Swift's own does`() throws
    {
        let state = LuaState()
        let count = Canary.Count()
        var ended = 0
        let reader = state.makeFunction { call throws(LuaError) in
            let canary = Canary(count)
            defer {
                ended += 1
                _ = canary
            }
            return .value(.integer(try call.integer(1)))
        }
        try state.run("local f = ... for i = 1, 10 do pcall(f, 'x') end", [.function(reader)])
        #expect(ended == 10)
        #expect(count.alive == 0)
    }

    @Test func `rule 1: no frame keeps a function that threw`() throws {
        let state = LuaState()
        let count = Canary.Count()
        try {
            let canary = Canary(count)
            let thrower = state.makeFunction { _ throws(LuaError) in
                throw LuaError(.fail, withExtendedLifetime(canary) { "no" })
            }
            try state.run("local f = ... for i = 1, 10 do pcall(f) end", [.function(thrower)])
        }()
        state.collectGarbage()
        #expect(count.alive == 0)
    }

    @Test func `rule 2: an index that raises is an error, not the end of the process`() {
        let state = LuaState()
        let error = state.error(
            """
            local t = setmetatable({}, { __index = function(_, k) error("no " .. k) end })
            return t.name
            """
        )
        #expect(error?.message == "no name")
        #expect(error?.position == LuaPosition(file: "t.lua", line: 1))
    }

    @Test func `rule 2: copying a table runs no metamethod`() {
        let state = LuaState()
        let error = state.error(
            "return setmetatable({ a = 1 }, { __index = function() error 'called' end })"
        )
        #expect(error?.kind == .type)
        #expect(error?.message == "a table with __index cannot be copied: pass a plain one")
    }

    @Test(arguments: ["__len", "__pairs", "__newindex", "__eq", "__lt", "__concat", "__call"])
    func `rule 2: copying a table with a metamethod that raises gives what is in it`(
        _ name: String
    ) throws {
        let table = try LuaState().run(
            "return setmetatable({ 'one', a = 1 }, { \(name) = function() error 'called' end })"
        ).first?.table("t")
        #expect(try table?.list.first?.text("t[1]") == "one")
        #expect(try table?["a"]?.integer("a") == 1)
    }

    @Test func `rule 3: one trampoline returns values, raises and suspends`() throws {
        let state = LuaState()
        let function = state.makeFunction { call throws(LuaError) in
            switch try call.integer(1) {
            case 0: return .values([.integer(7), .text("seven")])
            case 1: throw LuaError(.exec, "exit 3", fields: ["rc": .integer(3)])
            default: return .suspend(Wait("a while"))
            }
        }
        let task = try state.task(
            """
            local f = ...
            local n, s = f(0)
            local ok, e = pcall(f, 1)
            local back = f(2)
            return ("%d %s %s %d %s"):format(n, s, e.kind, e.rc, back)
            """,
            [.function(function)]
        )
        try #require(task.resume().waitsFor == "a while")
        #expect(task.resume([.text("again")]).text == "7 seven exec 3 again")
    }

    @Test func `rule 3: no frame keeps a function that waited`() throws {
        let state = LuaState()
        let count = Canary.Count()
        try {
            let canary = Canary(count)
            let wait = state.makeFunction { _ throws(LuaError) in
                .suspend(withExtendedLifetime(canary) { Wait("a while") })
            }
            let task = try state.task("(...)()", [.function(wait)])
            try #require(task.resume().waitsFor == "a while")
            #expect(task.resume().values?.isEmpty == true)
        }()
        state.collectGarbage()
        #expect(count.alive == 0)
    }

    @Test func `rule 5: the position is the caller's, also in a tail call`() throws {
        let state = LuaState()
        var places: [LuaPosition?] = []
        let where_ = state.makeFunction { call throws(LuaError) in
            places.append(call.position)
            return .none
        }
        try state.run(
            """
            local f = ...
            f()
            pcall(f)
            local function g()
              return f { 1,
                2 }
            end
            g()
            return f()
            """,
            [.function(where_)]
        )
        #expect(places.map { $0?.line } == [2, 3, 5, 9])
        #expect(places.allSatisfy { $0?.file == "t.lua" })
    }

    @Test func `rule 9: a traceback is made before the frames are gone`() {
        let state = LuaState()
        let error = state.error(
            """
            local function inner() local x = nil; return x.y end
            local function outer() local r = inner() return r end
            outer()
            """
        )
        #expect(error?.kind == .lua)
        #expect(error?.position == LuaPosition(file: "t.lua", line: 1))
        #expect(error?.message == "attempt to index a nil value (local 'x')")
        #expect(error?.traceback?.contains("t.lua:2: in") == true)
        #expect(error?.traceback?.contains("t.lua:3: in") == true)
    }

    @Test(arguments: [
        ("error('plain')", "plain"),
        ("error('where you are', 2)", "where you are"),
        ("error({ message = 'in a table' })", "in a table"),
        ("error({})", "the error is a table"),
        ("error(nil)", "the error is a nil"),
        ("error(12)", "12"),
        ("error(print)", "the error is a function"),
    ])
    func `rule 9: whatever is raised becomes an error with a position`(
        _ text: String,
        _ message: String
    ) {
        let error = LuaState().error("\n\(text)")
        #expect(error?.message == message)
        #expect(error?.position?.line == 2)
    }

    @Test func `rule 9: an error raised in Swift comes back as it was`() {
        let state = LuaState()
        let raised = LuaError(
            .exec,
            "exited 3",
            at: LuaPosition(file: "other.lua", line: 9),
            fields: [
                "argv": .list([.text("false"), .text("x")]), "rc": .integer(3),
                "stderr_tail": .text("oh\u{0}no"),
            ]
        )
        let thrower = state.makeFunction { _ throws(LuaError) in throw raised }
        var error = state.error(
            "local ok, e = pcall(...) assert(e.argv[2] == 'x') error(e)",
            [.function(thrower)]
        )
        error?.traceback = nil
        #expect(error == raised)
    }

    @Test func `an error cannot be changed by a script`() {
        let state = LuaState()
        let thrower = state.makeFunction { _ throws(LuaError) in throw LuaError(.fail, "no") }
        let error = state.error("local _, e = pcall(...) e.kind = 'skip'", [.function(thrower)])
        #expect(error?.message == "an error cannot be changed")
    }

    @Test func `rule 19: the stack is as it was after every kind of call`() throws {
        let state = LuaState()
        let function = state.makeFunction { call throws(LuaError) in
            .values(try call.values())
        }
        for text in ["return ...", "error 'x'", "return (...)({}, {}, 1)", "return {{{{1}}}}"] {
            for _ in 0..<3 {
                _ = try? state.run(text, [.function(function)])
                #expect(state.main.top == 0)
            }
        }
        _ = try? state.load(Array("return (".utf8), chunk: "t.lua")
        #expect(state.main.top == 0)
    }

    @Test
    func `rule 19: a function that leaves a value on the Lua stack is a fault of the program`()
        async
    {
        let result = await #expect(
            processExitsWith: .failure,
            observing: [\.standardErrorContent]
        ) {
            endAtOnceByCrash()
            let state = LuaState()
            let careless = state.makeFunction { call throws(LuaError) in
                call.stack.push(.integer(1))
                return .none
            }
            try state.run("(...)()", [.function(careless)])
        }
        let said = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
        #expect(said?.contains("a function left the Lua stack as it found it") == true)
    }
}
