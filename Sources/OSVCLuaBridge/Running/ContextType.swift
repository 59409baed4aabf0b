internal import OSVCEngine

/// Makes the objects that scripts get as `ctx` and `ev`.
@EngineActor
final class ContextType {
    unowned let session: ScriptSession
    private let context: LuaClass
    let service: LuaClass
    let resource: LuaClass
    let fields: LuaClass
    let store: LuaClass
    /// The class of a program's result in a plan, where the program was not run.
    let planned: LuaClass

    init(_ session: ScriptSession) {
        self.session = session
        let state = session.state
        context = state.makeClass(
            LuaClassDefinition(
                name: "ctx",
                methods: Self.methods(state),
                index: Self.absent(ContextField.all.map(\.name), state)
            )
        )
        service = state.makeClass(
            LuaClassDefinition(
                name: "ctx.service",
                index: Self.absent(CommonKeywords.service.map(\.name), state)
            )
        )
        resource = state.makeClass(LuaClassDefinition(name: "ctx.resource"))
        let keywords = session.registry.drivers.flatMap { $0.keywords.map(\.name) }
        fields = state.makeClass(
            LuaClassDefinition(
                name: "ctx.resource.fields",
                index: Self.absent(keywords + CommonKeywords.resource.map(\.name), state)
            )
        )
        store = state.makeClass(LuaClassDefinition(name: "ctx.state"))
        planned = PlannedResult.makeClass(state)
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

    /// Fields that may be absent are nil; any other name is an error, which the Lua side words.
    private static func absent(_ names: [String], _ state: LuaState) -> LuaReference {
        let names = Set(names)
        return state.makeFunction { call throws(LuaError) in
            guard case .string(let bytes) = try call.value(2),
                names.contains(String(decoding: bytes, as: UTF8.self))
            else { return .none }
            return .value(.nil)
        }
    }

    /// A `ctx` for one call.
    func object(for context: CallContext) -> LuaValue {
        var values: [String: LuaValue] = [:]
        for field in ContextField.all {
            values[field.name] = field.value(context, self)
        }
        return .object(
            session.state.makeObject(
                self.context,
                context,
                label: context.call.key.description,
                fields: values
            )
        )
    }
}
