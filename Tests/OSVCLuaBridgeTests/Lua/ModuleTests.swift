import Testing

@testable import OSVCLuaBridge

@Suite struct `Modules and objects` {
    private func state(_ files: [String: String]) -> LuaState {
        let state = LuaState()
        state.onRequire = { name throws(LuaError) in
            files[name].map { .source(Array($0.utf8), chunk: "\(name).lua") }
        }
        return state
    }

    @Test func `a module is read once, and read-only`() throws {
        let state = state(["lib.a": "return { n = 1, f = function() return 'f' end }"])
        let text = """
            local a = require "lib.a"
            assert(a == require "lib.a")
            local names = {}
            for k in pairs(a) do names[#names + 1] = k end
            return a.f() .. table.concat(names)
            """
        #expect(try state.text(text) == "ffn")
        #expect(state.error("require('lib.a').n = 2")?.message == "lib.a is read-only")
        #expect(try state.run("return require 'lib.a'").first?.table("a")["n"]?.integer("n") == 1)
    }

    @Test(arguments: [
        ("require 'none'", "require: no module 'none'", 1),
        ("require '../x'", "require: '../x' is no module's name", 1),
        ("require 'a'", "require: cycle a -> b -> a", 2),
        ("require 'empty'", "require: empty returned nothing", 1),
    ])
    func `require says what is wrong`(_ text: String, _ message: String, _ line: Int) {
        let state = state([
            "a": "return require 'b'", "b": "\nreturn require 'a'", "empty": "local x = 1",
        ])
        let error = state.error(text)
        #expect(error?.message == message)
        #expect(error?.position?.line == line)
    }

    @Test func `an error in a module is placed in it, and it can be tried again`() {
        let state = state(["bad": "\n\nerror 'broken'", "syntax": "\nreturn ="])
        for _ in 1...2 {
            let error = state.error("local ok, e = pcall(require, 'bad') error(e)")
            #expect(error?.description == "bad.lua:3: broken")
        }
        #expect(state.error("require 'syntax'")?.message.contains("unexpected symbol") == true)
    }

    @Test func `a module made in Swift knows its names`() throws {
        let state = LuaState()
        let f = state.makeFunction { _ throws(LuaError) in .value(.text("called")) }
        let module = state.makeModule("osvc.v1", ["fs": .function(f), "version": .text("1")])
        state.onRequire = { _ throws(LuaError) in .value(module) }
        #expect(try state.text("return require('osvc.v1').fs()") == "called")
        #expect(
            state.error("local o = require 'osvc.v1'\nreturn o.fss")?.description
                == "t.lua:2: osvc.v1 has no 'fss' (did you mean 'fs'?)"
        )
    }

    final class Context {
        var calls: [String] = []
    }

    private func context(_ state: LuaState) -> (LuaObject, Context) {
        let exec = state.makeFunction { call throws(LuaError) in
            let context = try call.payload(1, as: Context.self, "ctx")
            context.calls.append(try call.text(2))
            return .none
        }
        let fail = state.makeFunction(
            { call throws(LuaError) in throw LuaError(.fail, try call.text(2)) },
            format: 2
        )
        let index = state.makeFunction { call throws(LuaError) in
            try call.text(2) == "attempt" ? .value(.integer(3)) : .none
        }
        let call = state.makeFunction { call throws(LuaError) in
            .value(.integer(call.count))
        }
        let type = state.makeClass(
            LuaClassDefinition(
                name: "ctx",
                methods: ["exec": exec, "fail": fail],
                index: index,
                call: call
            )
        )
        let payload = Context()
        let object = state.makeObject(
            type,
            payload,
            label: "the context",
            fields: ["node": .text("sles1")]
        )
        return (object, payload)
    }

    @Test func `an object has methods, fields, computed fields, a label and a call`() throws {
        let state = LuaState()
        let (object, payload) = context(state)
        let text = """
            local ctx = ...
            ctx:exec("true")
            return ("%s %s %d %d"):format(ctx, ctx.node, ctx.attempt, ctx(1, 2))
            """
        #expect(try state.text(text, [.object(object)]) == "the context sles1 3 3")
        #expect(payload.calls == ["true"])
        guard case .object(let back)? = try state.run("return ...", [.object(object)]).first
        else {
            Issue.record("an object comes back as one")
            return
        }
        let same = back.payload as? Context === payload
        #expect(same)
        #expect(back.type.name == "ctx")
    }

    @Test(arguments: [
        ("ctx.exce()", "ctx has no 'exce' (did you mean 'exec'?)"),
        ("return ctx.nodes", "ctx has no 'nodes' (did you mean 'node'?)"),
        ("ctx.node = 1", "ctx is read-only"),
        (
            "ctx.exec('true')",
            "ctx: Context expected, got string (write ctx:name(...), with a colon)"
        ),
        ("ctx:fail('%d of %s', 1, 'two')", "1 of two"),
        ("ctx:fail('100%')", "100%"),
        ("ctx:fail('%d', 'x')", "bad argument #2 to 'format' (number expected, got string)"),
    ])
    func `a wrong use of an object is said in the script's line`(
        _ text: String,
        _ message: String
    ) {
        let state = LuaState()
        let error = state.error("local ctx = ...\n\(text)", [.object(context(state).0)])
        #expect(error?.message == message)
        #expect(error?.position?.line == 2)
    }
}
