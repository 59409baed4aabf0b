internal import OSVCEngine

/// One method of `ctx` and `ev`: its entry in the reference, its rule, and what it does. Scripts and the
/// reference get the same list, so neither knows more than the other.
struct ContextMethod: Sendable {
    /// Where a method may be used.
    enum Rule: Sendable {
        /// Wherever there is a context.
        case anywhere
        /// Where something may be changed: refused in a status, only noted in a plan.
        case changing
        /// In what belongs to a start: its launchers, triggers and hooks.
        case starting
        /// In hooks that run before what they may refuse.
        case beforeHooks
    }

    typealias Body =
        @EngineActor @Sendable (CallContext, LuaCall) throws(LuaError) -> LuaReply

    var name: String
    var arguments: String
    var summary: String
    var rule: Rule
    /// Whether other functions run meanwhile, and it may be ended by a time limit or a signal.
    var waits: Bool
    var options: OptionSchema?
    /// The argument from which on there are a format and its values; 0: none.
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

    static let all: [ContextMethod] =
        programs + waiting + network + reading + writing + saying

    /// Throws where the method has no place.
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
