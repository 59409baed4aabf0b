public import OSVCEngine

/// Calls the functions of one service's scripts.
@EngineActor
public final class ScriptSession: ScriptRunner {
    let state: LuaState
    let functions: ScriptFunctions
    let draft: ServiceDraft
    /// What the functions act on; set before the first call.
    public weak var host: (any Host)?

    init(_ loading: Loading, _ draft: ServiceDraft) {
        state = loading.state
        functions = loading.functions
        self.draft = draft
        state.phase = .run
    }

    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        .failed("\(call.script.position): not yet")
    }

    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool { false }

    public func forgetUndo() {}
}
