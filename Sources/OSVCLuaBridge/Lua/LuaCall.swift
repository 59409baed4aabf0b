internal import CLua

/// What a task waits for. The interpreter passes it to the caller that resumes the task.
protocol LuaRequest: AnyObject {}

/// The result of a Swift function.
enum LuaReply {
    case none
    /// One result, without an array around it.
    case value(LuaValue)
    case values([LuaValue])
    /// The task waits, and continues with the values that it is resumed with. Where nothing can wait (at load,
    /// inside `table.sort`, in `__tostring`) this is an error, raised in Lua.
    case suspend(any LuaRequest)
}

/// One call of a Swift function by a script. Valid until the function returns.
///
/// Arguments count from 1 (the object is the first of a method) and are copied when asked for;
/// beyond the last they are nil. `what` names one in errors. Errors get the script's position.
@safe struct LuaCall {
    unowned(unsafe) let state: LuaState
    let stack: LuaStack

    var count: Int { Int(stack.top) }

    /// The position of the call in the script: file and line, also of a tail call.
    var position: LuaPosition? { stack.caller }

    func value(_ index: Int) throws(LuaError) -> LuaValue {
        var copy = unsafe LuaCopy(state, stack)
        let value = try copy.value(at: CInt(clamping: index))
        unsafe state.copied += copy.weight
        return value
    }

    /// All arguments from `first` on.
    func values(from first: Int = 1) throws(LuaError) -> [LuaValue] {
        var values: [LuaValue] = []
        for index in stride(from: first, through: count, by: 1) { values.append(try value(index)) }
        return values
    }

    func isNil(_ index: Int) -> Bool { stack.type(CInt(clamping: index)) <= LUA_TNIL }

    @inline(__always)
    func integer(_ index: Int, _ what: String? = nil) throws(LuaError) -> Int {
        let place = CInt(truncatingIfNeeded: index)
        guard unsafe lua_isinteger(stack.state, place) != 0 else {
            return try value(index).integer(what ?? "argument \(index)")
        }
        return Int(unsafe lua_tointegerx(stack.state, place, nil))
    }

    func text(_ index: Int, _ what: String? = nil) throws(LuaError) -> String {
        try value(index).text(what ?? "argument \(index)")
    }

    func table(_ index: Int, _ what: String? = nil) throws(LuaError) -> LuaTable {
        try value(index).table(what ?? "argument \(index)")
    }

    func function(_ index: Int, _ what: String? = nil) throws(LuaError) -> LuaReference {
        try value(index).function(what ?? "argument \(index)")
    }

    /// The Swift object behind an argument.
    func payload<Payload: AnyObject>(
        _ index: Int,
        as type: Payload.Type,
        _ what: String? = nil
    ) throws(LuaError) -> Payload {
        let box = unsafe osvc_test_object(stack.state, CInt(clamping: index))
        if let box = unsafe box, let object = unsafe state.handles[box.pointee.handle] as? Payload {
            return object
        }
        let found = stack.typeName(CInt(clamping: index))
        let hint = index == 1 ? " (write ctx:name(...), with a colon)" : ""
        throw LuaError(
            .type,
            "\(what ?? "argument \(index)"): \(Payload.self) expected, got \(found)\(hint)"
        )
    }
}

/// A Swift function that scripts call.
///
/// The interpreter keeps it, so it must not hold the interpreter: `call.state` is that.
typealias LuaBody = (LuaCall) throws(LuaError) -> LuaReply

/// Keeps a function while Lua may call it.
final class LuaFunctionBody {
    let body: LuaBody

    init(_ body: @escaping LuaBody) {
        self.body = body
    }
}

/// Calls the function of a handle for the trampoline: nothing is thrown or raised past here.
///
/// Answers the number of results on the stack, `OSVC_RAISE` with an error there, or
/// `OSVC_SUSPEND` with the request in the state.
func luaEntry(_ owner: UnsafeMutableRawPointer?, _ lua: OpaquePointer, _ handle: Int64) -> CInt {
    guard let owner = unsafe owner else {
        preconditionFailure("`open` sets the owner before Lua has a function to call")
    }
    let stack = unsafe LuaStack(lua)
    return unsafe Unmanaged<LuaState>.fromOpaque(owner)._withUnsafeGuaranteedRef { state in
        state.perform(handle, on: stack)
    }
}

extension LuaState {
    @inline(__always)
    fileprivate func perform(_ handle: Int64, on stack: LuaStack) -> CInt {
        guard let kept = handles[handle] else {
            preconditionFailure("a handle lives until its userdata, which is called, is collected")
        }
        let function = unsafe unsafeDowncast(kept, to: LuaFunctionBody.self)
        copied = 0
        let before = stack.top
        let answer: CInt
        do throws(LuaError) {
            let reply = try function.body(LuaCall(state: self, stack: stack))
            assert(stack.top == before, "a function left the Lua stack as it found it")
            answer = give(reply, on: stack)
        } catch {
            stack.setTop(before)
            stack.push(error)
            return CInt(OSVC_RAISE)
        }
        assert(answer < 0 || stack.top == before + answer, "every result is on the Lua stack")
        return answer
    }

    @inline(__always)
    private func give(_ reply: LuaReply, on stack: LuaStack) -> CInt {
        switch reply {
        case .none:
            return 0
        case .value(let value):
            stack.push(value)
            return 1
        case .values(let values):
            stack.push(values)
            return CInt(values.count)
        case .suspend(let request):
            self.request = request
            return CInt(OSVC_SUSPEND)
        }
    }
}
