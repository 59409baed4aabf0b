internal import CLua

/// A function that may wait: a coroutine, kept while it waits.
///
/// Resume it until it has finished or failed; each `.suspended` is answered with one resume.
@safe final class LuaTask {
    enum Outcome {
        case finished([LuaValue])
        case suspended(any LuaRequest)
        case failed(LuaError)
    }

    private enum State { case new, waiting, over }

    let interpreter: LuaState
    private let stack: LuaStack
    private let reference: LuaReference
    private var state = State.new
    private let argumentCount: CInt

    fileprivate init(_ interpreter: LuaState, _ function: LuaReference, _ arguments: [LuaValue]) {
        interpreter.check(function)
        self.interpreter = interpreter
        interpreter.main.reserve(4)
        unsafe stack = LuaStack(osvc_push_task(interpreter.main.state))
        reference = interpreter.popReference(interpreter.main)
        stack.reserve(4)
        stack.push(function)
        stack.push(arguments)
        argumentCount = CInt(arguments.count) + 1
    }

    var isOver: Bool { state == .over }

    /// Starts it, or continues with `values` as the results of the call that waits.
    func resume(_ values: [LuaValue] = []) -> Outcome {
        if state == .new {
            // Values answer a wait, and only a task that was started has one.
            precondition(values.isEmpty, "a task starts with the arguments it was made with")
            return go(argumentCount, raising: false)
        }
        // The owner resumes a task only after `.suspended`; the state is `waiting` then.
        precondition(state == .waiting, "only a waiting task goes on")
        stack.push(values)
        return go(CInt(values.count), raising: false)
    }

    /// Continues by raising `error` from the call that waits. `<close>` handlers may still wait.
    func resume(raising error: LuaError) -> Outcome {
        guard state == .waiting else {
            state = .over
            return .failed(error)
        }
        stack.push(error)
        return go(1, raising: true)
    }

    /// Ends it where it waits. `<close>` handlers run, and cannot wait.
    func abandon() {
        guard state == .waiting else { return }
        state = .over
        interpreter.running { unsafe osvc_abandon(interpreter.main.state, stack.state) }
    }

    private func go(_ arguments: CInt, raising: Bool) -> Outcome {
        var count: CInt = 0
        interpreter.request = nil
        let status = interpreter.running {
            unsafe osvc_resume(
                interpreter.main.state,
                stack.state,
                arguments,
                raising ? 1 : 0,
                &count
            )
        }
        if status == LUA_YIELD, interpreter.isOwnYield, let request = interpreter.request {
            precondition(count == 0, "osvc_unusual yields no values: the request is in the state")
            interpreter.request = nil
            state = .waiting
            return .suspended(request)
        }
        // Scripts have no `coroutine`, and of the shim only osvc_unusual yields, when Swift left a request.
        precondition(status != LUA_YIELD, "only a Swift function makes a task wait")
        state = .over
        defer { stack.setTop(0) }
        guard status == LUA_OK else { return .failed(stack.popError(interpreter)) }
        do throws(LuaError) {
            return .finished(try interpreter.values(stack, from: stack.top - count + 1))
        } catch {
            return .failed(error)
        }
    }
}

extension LuaState {
    /// A task that calls `function` with `arguments` once it is resumed.
    func makeTask(_ function: LuaReference, _ arguments: [LuaValue] = []) -> LuaTask {
        LuaTask(self, function, arguments)
    }
}
