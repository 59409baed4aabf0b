internal import OSVCEngine

/// What the calls of one session share: the service, the machine, and what is counted or kept across calls.
@EngineActor
final class SessionState {
    let state: LuaState
    let draft: ServiceDraft
    /// The classes of the objects that a `ctx` is made of.
    private(set) lazy var classes = ContextClasses(state, registry)
    /// The machine that the functions act on; nil before the first call.
    weak var host: (any Host)?

    /// The context of the task that runs now; nil while none does.
    private(set) var current: CallContext?
    private let registry: DriverRegistry
    private var undos: [ScriptKey: [Undo]] = [:]
    private var tasks = 0
    private var children = 0

    /// One undo function of a start.
    struct Undo {
        var context: CallContext
        var text: String
        var function: LuaReference
    }

    init(_ state: LuaState, _ draft: ServiceDraft, _ registry: DriverRegistry) {
        self.state = state
        self.draft = draft
        self.registry = registry
    }

    // MARK: The machine

    func requireHost() throws(LuaError) -> any Host {
        guard let host else { throw LuaError(.lua, "there is no host to act on") }
        return host
    }

    /// Counts a program while it runs; throws when too many run.
    func beginChild() throws(LuaError) {
        guard children < draft.limits.children else {
            throw LuaError(.exec, "more than \(draft.limits.children) programs at once")
        }
        children += 1
    }

    func endChild() { children -= 1 }

    // MARK: Tasks

    /// Counts a task until it ends; throws when there are too many.
    func beginTask() throws(LuaError) {
        guard tasks < draft.limits.tasks else {
            throw LuaError(.lua, "more than \(draft.limits.tasks) functions at once")
        }
        tasks += 1
    }

    func endTask() { tasks -= 1 }

    /// Resumes a task of a context, which is the current one meanwhile.
    func inside<Value>(_ context: CallContext, _ body: () -> Value) -> Value {
        let outer = current
        current = context
        defer { current = outer }
        return body()
    }

    // MARK: Undo

    /// The maximum number of undo functions of one launcher or hook.
    private static let undoLimit = 1000

    /// Keeps an undo function; throws when there are too many.
    func leave(
        _ text: String,
        _ function: LuaReference,
        in context: CallContext
    ) throws(LuaError) {
        guard undos[context.call.key, default: []].count < Self.undoLimit else {
            throw LuaError(.lua, "undo: more than \(Self.undoLimit) functions to be undone")
        }
        let undo = Undo(context: context, text: text.cut, function: function)
        undos[context.call.key, default: []].append(undo)
    }

    /// Forgets the undo functions of a key and returns them, oldest first; nil: there are none.
    func takeUndos(of key: ScriptKey) -> [Undo]? { undos.removeValue(forKey: key) }

    /// Forgets the undo functions of all keys.
    func forgetUndo() { undos = [:] }
}
