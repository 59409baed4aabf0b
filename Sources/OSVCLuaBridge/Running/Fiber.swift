internal import OSVCEngine

/// One thread of a call: the function itself, or a function of its `parallel`.
///
/// A fiber runs until its time ends or it is cancelled. Its wait then ends with an error that no script can catch, and
/// its `<close>` handlers have `graceLimit`: the cancellation does not end their waits.
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

    /// How long `<close>` handlers may take after an interruption (lua-boundary.md section 2).
    static let graceLimit = Duration.seconds(30)

    let context: CallContext
    private(set) var stage = Stage.running

    init(_ context: CallContext) {
        self.context = context
    }

    /// Why it was ended; nil: it was not.
    var reason: Reason? {
        if case .cleaning(let reason, _) = stage { reason } else { nil }
    }

    /// The remaining time for a wait; nil: no limit.
    func remaining(_ host: any Host) -> Duration? {
        switch stage {
        case .running: context.deadline.map { $0 - host.uptime() }
        case .cleaning(_, let end): end - host.uptime()
        }
    }

    /// The shorter of a wait's own limit and the remaining time, and whether it is the latter.
    func bounded(
        _ own: Duration?,
        _ host: any Host
    ) -> (limit: Duration?, isLast: Bool) {
        guard let rest = remaining(host) else { return (own, false) }
        guard let own, own < rest else { return (max(rest, .zero), true) }
        return (own, false)
    }

    /// Throws when nothing may wait any longer.
    func checkTime(_ host: any Host) throws(LuaError) {
        if stage == .running, Task.isCancelled { throw interrupt(host) }
        if let rest = remaining(host), rest <= .zero { throw expire(host) }
    }

    /// The error with which waits end when the action is interrupted.
    func interrupt(_ host: any Host) -> LuaError {
        if stage == .running {
            stage = .cleaning(.cancelled, until: host.uptime() + Self.graceLimit)
        }
        return LuaError(.cancelled, "interrupted by signal")
    }

    /// The error with which waits end when the time of the call has passed.
    func expire(_ host: any Host) -> LuaError {
        if stage == .running {
            stage = .cleaning(.timedOut, until: host.uptime() + Self.graceLimit)
        }
        let limit = context.call.limit.map { " within \($0.text)" } ?? ""
        return LuaError(.cancelled, "no end\(limit)")
    }
}

extension Fiber {
    /// Calls a function as a task, and carries out what it waits for until it ends.
    func run(
        _ function: LuaReference,
        _ arguments: [LuaValue] = []
    ) async -> Result<[LuaValue], LuaError> {
        let session = context.session
        do throws(LuaError) {
            try session.beginTask()
        } catch {
            return .failure(error)
        }
        defer { session.endTask() }
        let task = session.state.makeTask(function, arguments)
        var outcome = session.inside(context) { task.resume() }
        while true {
            switch outcome {
            case .finished(let values): return .success(values)
            case .failed(let error): return .failure(error)
            case .suspended(let request):
                guard let operation = request as? Operation else {
                    preconditionFailure("each method of a context suspends with an `Operation`")
                }
                let answer = await answer(operation)
                outcome = session.inside(context) {
                    switch answer {
                    case .success(let values): task.resume(values)
                    case .failure(let error): task.resume(raising: error)
                    }
                }
            }
        }
    }

    private func answer(_ operation: Operation) async -> Result<[LuaValue], LuaError> {
        do throws(LuaError) {
            try checkTime(try context.host)
        } catch {
            return .failure(error)
        }
        guard stage != .running else { return await perform(operation) }
        // `<close>` handlers must not be cancelled: they wait in a task of their own.
        let box = ResultBox()
        let work = Task { @EngineActor in
            box.result = await perform(operation)
        }
        await work.value
        return box.result
    }

    private func perform(_ operation: Operation) async -> Result<[LuaValue], LuaError> {
        do throws(LuaError) {
            let values = try await operation.body(self)
            if stage == .running, Task.isCancelled {
                throw interrupt(try context.host)
            }
            return .success(values)
        } catch {
            return .failure(error)
        }
    }
}

/// Carries a result that is not `Sendable` out of a task on the same actor.
@EngineActor
private final class ResultBox {
    var result: Result<[LuaValue], LuaError> = .success([])
}

/// What a task of a script waits for.
final class Operation: LuaRequest {
    let body: @EngineActor (Fiber) async throws(LuaError) -> [LuaValue]

    init(_ body: @escaping @EngineActor (Fiber) async throws(LuaError) -> [LuaValue]) {
        self.body = body
    }
}
