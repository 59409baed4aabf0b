internal import OSVCEngine

/// Makes the results of what a plan did not execute. Such a result counts as a success; a script that needs more
/// of it ends what can be planned.
@EngineActor
struct PlannedResults {
    private unowned let state: LuaState
    private let type: LuaClass

    init(_ state: LuaState) {
        self.state = state
        let index = state.makeFunction { call throws(LuaError) in
            let what = try call.payload(1, as: Boxed<String>.self)
            throw LuaError(.unknownInPlan, "it depends on the result of \(what.value)")
        }
        type = state.makeClass(LuaClassDefinition(name: "planned result", index: index))
    }

    /// The result of `what`, a command line or a request.
    func result(of what: String) -> LuaValue {
        .object(
            state.makeObject(
                type,
                Boxed(what),
                label: "planned result",
                fields: ["ok": .boolean(true), "planned": .boolean(true)]
            )
        )
    }
}
