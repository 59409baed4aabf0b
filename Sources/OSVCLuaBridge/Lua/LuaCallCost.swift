internal import CLua
import Glibc

/// What one call from Lua to Swift costs, for the benchmark that compares it with plain C.
///
/// The three ways from Lua to Swift: a bare `@convention(c)` function, which may neither throw nor hold anything; the
/// trampoline with such a function behind it; and the way of every function of scripts, a closure that may throw.
package enum LuaCallCost: CaseIterable {
    case raw, guarded, boxed

    /// The loop of the benchmark, as the plain C host runs it.
    private static let script = """
        local add, n, clock = ...
        local function empty(n) local x = 0; for i = 1, n do x = x + i end return x end
        local function calls(n) local x = 0; for i = 1, n do x = add(x, i) end return x end
        local function time(f) local t = clock(); f(n); return (clock() - t) * 1e9 / n end
        return time(calls) - time(empty)
        """

    /// Nanoseconds of one call of `add(a, b)`, the loop subtracted, the least of `rounds`.
    ///
    /// Without the budget hook, which costs the loop and not the call.
    package func measure(calls: Int, rounds: Int) -> Double {
        let state = LuaState(limits: Self.unlimited)
        state.withoutBudget()
        let clock = state.makeFunction { _ throws(LuaError) in
            var time = timespec()
            unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            return .value(.number(Double(time.tv_sec) + Double(time.tv_nsec) / 1e9))
        }
        let add = add(state)
        let arguments: [LuaValue] = [.function(add), .integer(calls), .function(clock)]
        var least = Double.infinity
        for _ in 0..<rounds {
            do throws(LuaError) {
                let chunk = try state.load(Array(Self.script.utf8), chunk: "bench.lua")
                let results = try state.call(chunk, arguments)
                least = min(least, try (results.first ?? .nil).number("result"))
            } catch {
                // The script is a constant that raises nothing.
                preconditionFailure("the benchmark's own script runs: \(error)")
            }
        }
        return least
    }

    private static let unlimited = LuaLimits(
        load: .init(instructions: .max, wall: .seconds(3600)),
        lastResort: nil
    )

    private func add(_ state: LuaState) -> LuaReference {
        let lua = unsafe state.main.state
        switch self {
        case .raw:
            unsafe lua_pushcclosure(lua, { lua in unsafe addIntegers(lua) }, 0)
        case .guarded:
            unsafe osvc_push_direct(lua) { _, lua, _ in unsafe addIntegers(lua) }
        case .boxed:
            return state.makeFunction { call throws(LuaError) in
                .value(.integer(try call.integer(1) &+ call.integer(2)))
            }
        }
        return state.popReference(state.main)
    }
}

/// The three instructions that all ways execute.
@inline(__always)
private func addIntegers(_ lua: OpaquePointer?) -> CInt {
    let sum = unsafe lua_tointegerx(lua, 1, nil) &+ lua_tointegerx(lua, 2, nil)
    unsafe lua_pushinteger(lua, sum)
    return 1
}
