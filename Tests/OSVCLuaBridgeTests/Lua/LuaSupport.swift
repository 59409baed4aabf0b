import Testing

@testable import OSVCLuaBridge

/// Limits small enough that what exceeds them does so at once.
let smallLimits = LuaLimits(
    memory: 16 << 20,
    load: .init(instructions: 300_000, wall: .seconds(30)),
    run: .init(instructions: 300_000, wall: .seconds(30))
)

extension LuaState {
    /// Runs a text as a file `t.lua`; the Lua stack must be empty again.
    @discardableResult
    func run(_ text: String, _ arguments: [LuaValue] = []) throws(LuaError) -> [LuaValue] {
        defer { #expect(main.top == 0, "the Lua stack is empty after a call") }
        return try call(load(Array(text.utf8), chunk: "t.lua"), arguments)
    }

    /// The first result of `run`, as text.
    func text(_ text: String, _ arguments: [LuaValue] = []) throws(LuaError) -> String {
        try (run(text, arguments).first ?? .nil).text("result")
    }

    /// The error that running the text ends with.
    func error(_ text: String, _ arguments: [LuaValue] = []) -> LuaError? {
        do throws(LuaError) {
            try run(text, arguments)
            return nil
        } catch {
            return error
        }
    }

    /// A task of a function whose body is the text.
    func task(_ text: String, _ arguments: [LuaValue] = []) throws(LuaError) -> LuaTask {
        let results = try run("return function(...) \(text) end")
        phase = .run
        return makeTask(try (results.first ?? .nil).function("task"), arguments)
    }
}

/// A request that says what a test asked to wait for.
final class Wait: LuaRequest {
    let what: String

    init(_ what: String) {
        self.what = what
    }
}

extension LuaState {
    /// A Lua function `wait(what)` that suspends.
    func makeWait() -> LuaValue {
        .function(
            makeFunction { call throws(LuaError) in
                .suspend(Wait(call.isNil(1) ? "" : try call.text(1)))
            }
        )
    }
}

extension LuaTask.Outcome {
    var values: [LuaValue]? {
        guard case .finished(let values) = self else { return nil }
        return values
    }

    var error: LuaError? {
        guard case .failed(let error) = self else { return nil }
        return error
    }

    var waitsFor: String? {
        guard case .suspended(let request) = self else { return nil }
        return (request as? Wait)?.what
    }

    /// The first result as text, or what it is instead.
    var text: String {
        guard case .finished(let values) = self else { return "\(self)" }
        return (try? (values.first ?? .nil).text("result")) ?? "\(values)"
    }
}

/// Counts how many of it there are.
final class Canary {
    final class Count {
        var alive = 0
    }

    let count: Count

    init(_ count: Count) {
        self.count = count
        count.alive += 1
    }

    deinit { count.alive -= 1 }
}
