internal import OSVCEngine

/// Makes the objects that scripts get as `ctx` and `ev`.
@EngineActor
struct ContextType {
    private let type: LuaClass

    init(_ state: LuaState) {
        type = state.makeClass(
            LuaClassDefinition(
                name: "ctx",
                methods: Self.methods(state),
                index: ContextClasses.absent(ContextField.all.map(\.name), state)
            )
        )
    }

    private static func methods(_ state: LuaState) -> [String: LuaReference] {
        var methods: [String: LuaReference] = [:]
        for method in ContextMethod.all where method.name != "wait_until" {
            methods[method.name] = state.makeFunction(body(of: method), format: method.format)
        }
        methods["wait_until"] = WaitUntil.make(state)
        return methods
    }

    private static func body(of method: ContextMethod) -> LuaBody {
        { call throws(LuaError) in
            let context = try context(call, method.name)
            try method.check(context)
            return try method.body(context, call)
        }
    }

    /// The object before the colon.
    private static func context(_ call: LuaCall, _ name: String) throws(LuaError) -> CallContext {
        do throws(LuaError) {
            return try call.payload(1, as: CallContext.self)
        } catch {
            throw LuaError(.type, "\(name): write ctx:\(name)(…), with a colon")
        }
    }

    /// A `ctx` for one call.
    func object(for context: CallContext) -> LuaValue {
        var values: [String: LuaValue] = [:]
        for field in ContextField.all {
            values[field.name] = field.value(context)
        }
        return .object(
            context.session.state.makeObject(
                type,
                context,
                label: context.call.key.description,
                fields: values
            )
        )
    }
}
