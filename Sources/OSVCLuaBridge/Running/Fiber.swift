internal import OSVCEngine

/// One thread of a call: the function itself, or a function of its `parallel`.
///
/// A fiber goes on until its time is over or it is cancelled. Then its wait ends with an error that no
/// script can keep, and what it left for that case (`<close>`) has `graceLimit` for itself: its waits are
/// not touched by the cancellation any more.
@EngineActor
final class Fiber {
    enum Stage: Equatable {
        case running
        case cleaning(Reason, until: Duration)
    }

    enum Reason {
        case cancelled
        case timedOut
    }

    /// How long cleaning up may take after an interruption (lua-boundary.md section 2).
    static let graceLimit = Duration.seconds(30)

    let context: CallContext
    private(set) var stage = Stage.running

    init(_ context: CallContext) {
        self.context = context
    }

    /// Why it was ended, if it was.
    var reason: Reason? {
        if case .cleaning(let reason, _) = stage { reason } else { nil }
    }

    /// Time left for a wait; nil: no limit.
    func remaining(_ host: any Host) -> Duration? {
        switch stage {
        case .running: context.deadline.map { $0 - host.uptime() }
        case .cleaning(_, let end): end - host.uptime()
        }
    }

    /// The shorter of a wait's own limit and what is left, and whether that is what is left.
    func bounded(
        _ own: Duration?,
        _ host: any Host
    ) -> (limit: Duration?, isLast: Bool) {
        guard let rest = remaining(host) else { return (own, false) }
        guard let own, own < rest else { return (max(rest, .zero), true) }
        return (own, false)
    }

    /// Throws when nothing may wait any more.
    func checkTime(_ host: any Host) throws(LuaError) {
        if stage == .running, Task.isCancelled { throw interrupt(host) }
        if let rest = remaining(host), rest <= .zero { throw expire(host) }
    }

    /// The action is interrupted: what waits ends with this.
    func interrupt(_ host: any Host) -> LuaError {
        if stage == .running {
            stage = .cleaning(.cancelled, until: host.uptime() + Self.graceLimit)
        }
        return LuaError(.cancelled, "interrupted by signal")
    }

    /// The time of the call is over: what waits ends with this.
    func expire(_ host: any Host) -> LuaError {
        if stage == .running {
            stage = .cleaning(.timedOut, until: host.uptime() + Self.graceLimit)
        }
        let limit = context.call.limit.map { " within \($0.text)" } ?? ""
        return LuaError(.cancelled, "no end\(limit)")
    }
}

/// What a task of a script waits for.
final class Operation: LuaRequest {
    let body: @EngineActor (Fiber) async throws(LuaError) -> [LuaValue]

    init(_ body: @escaping @EngineActor (Fiber) async throws(LuaError) -> [LuaValue]) {
        self.body = body
    }
}
