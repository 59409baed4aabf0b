internal import OSVCEngine

/// One method of `ctx` and `ev`: its entry in the reference, its rule, and its effect. Scripts and the
/// reference use the same list, so that they agree.
struct ContextMethod: Sendable {
    /// Where a method may be used.
    enum Rule: Sendable {
        /// Everywhere.
        case anywhere
        /// Where something may be changed: refused in a status, only recorded in a plan.
        case changing
        /// In a start: its launchers, triggers and hooks.
        case starting
        /// In hooks that run before the fact and may refuse it.
        case beforeHooks
    }

    typealias Body =
        @EngineActor @Sendable (CallContext, LuaCall) throws(LuaError) -> LuaReply

    var name: String
    var arguments: String
    var summary: String
    var rule: Rule
    /// Whether it waits: other functions run meanwhile, and a time limit or signal may end it.
    var waits: Bool
    var options: OptionSchema?
    /// The number of the argument that is a format, followed by its values; 0: none.
    var format: Int
    var body: Body

    init(
        _ name: String,
        _ arguments: String,
        _ summary: String,
        _ rule: Rule = .anywhere,
        waits: Bool = false,
        options: OptionSchema? = nil,
        format: Int = 0,
        body: @escaping Body
    ) {
        self.name = name
        self.arguments = arguments
        self.summary = summary
        self.rule = rule
        self.waits = waits
        self.options = options
        self.format = format
        self.body = body
    }

    /// Throws where the method is not allowed.
    @EngineActor
    func check(_ context: CallContext) throws(LuaError) {
        guard !context.isOver else {
            throw LuaError(.lua, "\(name): the call that this ctx belongs to is over")
        }
        switch rule {
        case .anywhere: return
        case .changing:
            guard context.phase != .status else {
                throw LuaError(.lua, "\(name): nothing may be changed in a status")
            }
        case .starting:
            guard context.isStart else {
                throw LuaError(.lua, "\(name): only a start leaves something to be undone")
            }
        case .beforeHooks:
            guard case .hook(let event) = context.call.purpose, event.mayRefuse else {
                throw LuaError(.lua, "\(name): only hooks of '.pre' can refuse")
            }
        }
    }
}

extension CallContext {
    /// Whether what runs belongs to a start.
    var isStart: Bool {
        switch call.purpose {
        case .launcher(let action): action == .start
        case .trigger(let moment): moment == .preStart || moment == .postStart
        case .hook(let event):
            [.startPre, .startPost, .resourceStartPre, .resourceStartPost].contains(event)
        }
    }
}
