internal import OSVCEngine

/// The Lua classes of the objects that a `ctx` has as fields, and of those that its methods return.
@EngineActor
final class ContextClasses {
    let service: LuaClass
    let resource: LuaClass
    let fields: LuaClass
    let store: LuaClass
    let planned: PlannedResults

    init(_ state: LuaState, _ registry: DriverRegistry) {
        service = state.makeClass(
            LuaClassDefinition(
                name: "ctx.service",
                index: Self.absent(CommonKeywords.service.map(\.name), state)
            )
        )
        resource = state.makeClass(LuaClassDefinition(name: "ctx.resource"))
        let keywords = registry.drivers.flatMap { $0.keywords.map(\.name) }
        fields = state.makeClass(
            LuaClassDefinition(
                name: "ctx.resource.fields",
                index: Self.absent(keywords + CommonKeywords.resource.map(\.name), state)
            )
        )
        store = state.makeClass(LuaClassDefinition(name: "ctx.state"))
        planned = PlannedResults(state)
    }

    /// The `__index` of a class: fields that may be absent are nil; any other name is an error, which the Lua
    /// side words.
    static func absent(_ names: [String], _ state: LuaState) -> LuaReference {
        let names = Set(names)
        return state.makeFunction { call throws(LuaError) in
            guard case .string(let bytes) = try call.value(2),
                names.contains(String(decoding: bytes, as: UTF8.self))
            else { return .none }
            return .value(.nil)
        }
    }
}
