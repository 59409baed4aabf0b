import Testing

@testable import OSVCLuaBridge

@Suite struct `Values are copied exactly` {
    private func value(_ text: String) throws -> LuaValue {
        try LuaState().run("return \(text)").first ?? .nil
    }

    private func message(_ body: () throws(LuaError) -> Void) -> String? {
        do throws(LuaError) {
            try body()
            return nil
        } catch {
            return error.message
        }
    }

    @Test func `rule 15: an interpreter and what points into it stay with their owner`() {
        func maySend<Value>(_: Value.Type) -> Bool { false }
        func maySend<Value: Sendable>(_: Value.Type) -> Bool { true }
        #expect(!maySend(LuaState.self))
        #expect(!maySend(LuaTask.self))
        #expect(!maySend(LuaStack.self))
        #expect(!maySend(LuaCall.self))
        #expect(!maySend(LuaReference.self))
        #expect(!maySend(LuaValue.self))
        // What may: an error leaves the interpreter, an interrupt comes from anywhere.
        #expect(maySend(LuaError.self))
        #expect(maySend(LuaInterrupt.self))
    }

    @Test func `rule 15: an interpreter can be used from one task after another`() async throws {
        actor Owner {
            let state = LuaState()

            func add() throws -> Int {
                try state.run("local t = {} for i = 1, 100 do t[i] = i end return #t")
                    .first?.integer("n") ?? 0
            }
        }
        let owners = [Owner(), Owner(), Owner()]
        try await withThrowingTaskGroup(of: Int.self) { group in
            for owner in owners {
                for _ in 0..<20 { group.addTask { try await owner.add() } }
            }
            for try await count in group { #expect(count == 100) }
        }
    }

    @Test func `rule 16: strings are bytes with a length`() throws {
        let bytes: [UInt8] = [0, 255, 10, 0]
        let state = LuaState()
        let result = try state.run("local s = ... return s .. s, #s", [.string(bytes)])
        #expect(try result[0].bytes("s") == bytes + bytes)
        #expect(try result[1].integer("n") == 4)
    }

    @Test(arguments: [
        ("'a\\0b'", "name: holds a NUL byte"),
        ("'\\xff'", "name: is not valid UTF-8"),
        ("'\\xed\\xa0\\x80'", "name: is not valid UTF-8"),
        ("12", "name: a string expected, got integer"),
    ])
    func `rule 16: text is UTF-8 without NUL or an error`(
        _ text: String,
        _ expected: String
    ) throws {
        let value = try value(text)
        #expect(message { () throws(LuaError) in _ = try value.text("name") } == expected)
    }

    @Test(arguments: [
        ("10 / 2", 5), ("8080", 8080), ("math.mininteger", Int.min), ("-0.0", 0),
        ("9007199254740993", 9_007_199_254_740_993),
    ])
    func `rule 17: integers are exact, also from floats that are one`(
        _ text: String,
        _ expected: Int
    ) throws {
        #expect(try value(text).integer("n") == expected)
    }

    @Test(arguments: ["'8080'", "0/0", "1/0", "1.5", "2^63", "true", "nil"])
    func `rule 17: what is no integer is not made one`(_ text: String) throws {
        let value = try value(text)
        #expect(message { () throws(LuaError) in _ = try value.integer("port") } != nil)
    }

    @Test(arguments: ["'8080'", "0/0", "1/0", "1.5", "2^63", "true", "nil", "10 / 2"])
    func `rule 17: an argument is read as a value is`(_ text: String) throws {
        let value = try value(text)
        let state = LuaState()
        let read = state.makeFunction { call throws(LuaError) in
            .value(.integer(try call.integer(1, "port")))
        }
        let error = state.error("return (...)(\(text))", [.function(read)])
        #expect(error?.message == message { () throws(LuaError) in _ = try value.integer("port") })
    }

    @Test func `rule 17: a number key stays a number while a table is read`() throws {
        let table = try value("{ [1] = 'a', [2.5] = 'b', [10] = 'c' }").table("t")
        #expect(table.list.count == 1)
        #expect(table.others.count == 2)
    }

    @Test(arguments: ["0", "1", "'true'", "nil"])
    func `rule 17: only a boolean is one`(_ text: String) throws {
        let value = try value(text)
        #expect(message { () throws(LuaError) in _ = try value.boolean("flag") } != nil)
    }

    @Test func `rule 18: a hole in a list is named`() throws {
        let table = try value("{ 10, 20, nil, 40 }").table("argv")
        #expect(
            message { () throws(LuaError) in _ = try table.onlyList("argv") }
                == "argv[3]: is nil, while [4] is not"
        )
        let good = try value("{ 1, 2, [3] = 3 }").table("argv")
        #expect(try good.onlyList("argv").count == 3)
        let named = try value("{ 1, timeout = 2 }").table("argv")
        #expect(
            message { () throws(LuaError) in _ = try named.onlyList("argv") }
                == "argv: a list expected, 'timeout' is not an index"
        )
    }

    @Test func `rule 18: a table is read sorted, and later changes do not matter`() throws {
        let state = LuaState()
        var kept: LuaTable?
        let keep = state.makeFunction { call throws(LuaError) in
            kept = try call.table(1)
            return .none
        }
        try state.run(
            "local t = { z = 1, a = { 'x' }, m = 2 } (...)(t) t.a[1] = 'changed' t.z = nil",
            [.function(keep)]
        )
        #expect(kept?.fields.map(\.name) == ["a", "m", "z"])
        #expect(try kept?["a"]?.table("a").list.first?.text("a") == "x")
        #expect(kept?["b"] == nil)
    }

    @Test func `a name that only looks like another letter is not that name`() throws {
        // The sign of the unit kelvin is the letter K by Unicode equivalence.
        #expect(try value("{ ['\u{212a}'] = 1 }").table("t")["K"] == nil)
    }

    @Test(arguments: [
        (
            "return { ['\u{e9}'] = 1, { ['caf\u{e9}'] = 1, ['cafe\u{301}'] = 2 } }",
            "the keys 'cafe\u{301}' and 'caf\u{e9}' are one text in two spellings"
        ),
        ("local t = {} t.t = t return t", "a table that holds itself"),
        ("local a, b = {}, {} a.b = b b.a = a return a", "a table that holds itself"),
        (
            "local t = {} for i = 1, 32 do t = { t } end return t",
            "a table more than 32 levels deep"
        ),
        (
            "local t = {} for i = 1, 100001 do t[i] = i end return t",
            "more than 100000 values"
        ),
        ("return { [{}] = 1 }", "a table cannot be a key here"),
    ])
    func `rule 18: what is endless, deep or large is refused`(_ text: String, _ expected: String) {
        #expect(LuaState().error(text)?.message == expected)
    }

    @Test func `rule 18: the same table twice is no cycle, thirty-two levels are not too deep`()
        throws
    {
        let table = try LuaState().run("local s = { 1 } return { s, s, { s } }").first?.table("t")
        #expect(table?.list.count == 3)
        #expect(throws: Never.self) {
            try LuaState().run("local t = {} for i = 1, 31 do t = { t } end return t")
        }
    }

    @Test func `rule 18: room on the Lua stack that is not to be had is a fault of the program`()
        async
    {
        let result = await #expect(
            processExitsWith: .failure,
            observing: [\.standardErrorContent]
        ) {
            endAtOnceByCrash()
            // Lua's limit is a million.
            let state = LuaState()
            withExtendedLifetime(state) { state.main.reserve(2_000_000) }
        }
        let said = result.map { String(decoding: $0.standardErrorContent, as: UTF8.self) }
        #expect(said?.contains("no room on the Lua stack") == true)
    }

    @Test func `what Swift gives comes back equal`() throws {
        let state = LuaState()
        let table = LuaTable(
            list: [.integer(1), .boolean(false), .number(1.5)],
            fields: ["name": .text("web"), "list": .table(LuaTable(list: [.text("a")]))]
        )
        let back = try #require(try state.run("return ...", [.table(table)]).first).table("t")
        #expect("\(back.list)" == "\(table.list)")
        #expect(back.fields.map(\.name) == ["list", "name"])
        #expect(try back["name"]?.text("name") == "web")
    }
}
