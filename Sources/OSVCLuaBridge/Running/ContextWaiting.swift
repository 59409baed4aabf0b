internal import OSVCEngine

extension ContextMethod {
    static let waitSchema = OptionSchema([
        Option("timeout", .duration, "How long to wait; 60s."),
        Option("every", .duration, "Pause between two tries; 1s."),
    ])

    static let waiting: [ContextMethod] = [
        ContextMethod(
            "sleep",
            "(time)",
            "Waits so long.",
            waits: true
        ) { context, call throws(LuaError) in
            let time = try ValueReader.wrap("sleep", try call.value(2), ValueReader.duration)
            guard !context.isPlanning else { return .none }
            return .suspend(
                Operation { fiber throws(LuaError) in
                    try await fiber.sleep(time)
                    return []
                }
            )
        },
        // Registered by `WaitUntil`: partly in Lua, because it waits between calls of a function.
        ContextMethod(
            "wait_until",
            "(what, { timeout=\"60s\", every=\"1s\" }, function)",
            "Calls the function until it returns something true; raises timeout.",
            waits: true,
            options: waitSchema
        ) { _, _ throws(LuaError) in throw LuaError(.lua, "wait_until") },
        ContextMethod(
            "parallel",
            "{ function…, max=8, mode=\"all\" or \"first_error\" } or { name=function… }",
            "Runs functions at once; returns their results as they were given, or raises.",
            waits: true
        ) { context, call throws(LuaError) in
            let work = try ParallelCall(call.table(2, "parallel"))
            return .suspend(
                Operation { fiber throws(LuaError) in try await work.run(in: fiber) }
            )
        },
    ]
}

extension Fiber {
    /// Sleeps; throws when the time of the call ends first.
    func sleep(_ time: Duration) async throws(LuaError) {
        let host = try context.host
        let (limit, isLast) = bounded(time, host)
        do throws(HostError) {
            try await host.sleep(limit ?? time)
        } catch {
            throw raised(error, "sleep", host)
        }
        if isLast { throw expire(host) }
    }
}

/// `wait_until`: the loop is in Lua, its beginning and its pauses are here.
@EngineActor
enum WaitUntil {
    /// One running wait.
    private final class Wait {
        let what: String
        let pause: Duration
        let end: Duration
        let limit: Duration

        init(what: String, pause: Duration, end: Duration, limit: Duration) {
            self.what = what
            self.pause = pause
            self.end = end
            self.limit = limit
        }
    }

    static func make(_ state: LuaState) -> LuaReference {
        let type = state.makeClass(LuaClassDefinition(name: "wait"))
        let begin = state.makeFunction { call throws(LuaError) in
            let wait = try Self.begin(call)
            return .value(.object(unsafe call.state.makeObject(type, wait)))
        }
        let again = state.makeFunction { call throws(LuaError) in
            let context = try call.payload(1, as: CallContext.self, "wait_until")
            let wait = try call.payload(2, as: Wait.self, "wait_until")
            guard !context.isPlanning else { return .value(.boolean(false)) }
            return .suspend(try pause(wait, context))
        }
        do throws(LuaError) {
            return try state.makeWaitUntil(begin: begin, again: again)
        } catch {
            // Its text is a constant, and it only makes a function.
            preconditionFailure("the prelude loads: \(error)")
        }
    }

    private static func begin(_ call: LuaCall) throws(LuaError) -> Wait {
        let context = try call.payload(1, as: CallContext.self, "wait_until")
        guard !context.isOver else {
            throw LuaError(.lua, "wait_until: the call that this ctx belongs to is over")
        }
        let what = try call.text(2, "wait_until: what is waited for")
        let options = try Options(call.value(3), ContextMethod.waitSchema, of: "wait_until")
        _ = try call.function(4, "wait_until: the condition")
        if context.isPlanning { context.plan("wait until \(what)", at: call.position) }
        let limit = options.duration("timeout") ?? .seconds(60)
        return Wait(
            what: what,
            pause: options.duration("every") ?? .seconds(1),
            end: try context.host.uptime() + limit,
            limit: limit
        )
    }

    private static func pause(
        _ wait: Wait,
        _ context: CallContext
    ) throws(LuaError) -> Operation {
        let rest = wait.end - (try context.host.uptime())
        guard rest > .zero else {
            throw LuaError(.timeout, "timeout: \(wait.what) (\(wait.limit.text))")
        }
        let time = min(wait.pause, rest)
        return Operation { fiber throws(LuaError) in
            try await fiber.sleep(time)
            return [.boolean(true)]
        }
    }
}

/// `parallel`: each function is a fiber of its own, and none outlives the call.
@EngineActor
final class ParallelCall {
    private let names: [String]
    private let functions: [LuaReference]
    private let maximum: Int
    private let endsAtFirst: Bool
    private var results: [Result<[LuaValue], LuaError>?]
    private var next = 0
    private var workers: [Task<Void, Never>] = []

    init(_ table: LuaTable) throws(LuaError) {
        try table.checkHoles("parallel")
        var named: [(String, LuaReference)] = []
        for field in table.fields where !["max", "mode"].contains(field.name) {
            named.append((field.name, try field.value.function("parallel: \(field.name)")))
        }
        var listed: [LuaReference] = []
        for (index, value) in table.list.enumerated() {
            listed.append(try value.function("parallel: [\(index + 1)]"))
        }
        guard named.isEmpty || listed.isEmpty else {
            throw LuaError(.type, "parallel: functions either with names or without")
        }
        names = named.map(\.0)
        functions = listed + named.map(\.1)
        maximum = try ValueReader.wrap("parallel: max", table["max"] ?? .integer(8)) {
            value throws(ValueProblem) in try ValueReader.integer(value, in: 1...256)
        }
        let mode = try (table["mode"] ?? .text("all")).text("parallel: mode")
        guard ["all", "first_error"].contains(mode) else {
            throw LuaError(.type, "parallel: mode: '\(mode)' is neither all nor first_error")
        }
        endsAtFirst = mode == "first_error"
        results = Array(repeating: nil, count: functions.count)
    }

    func run(in fiber: Fiber) async throws(LuaError) -> [LuaValue] {
        let context = fiber.context
        workers = (0..<min(maximum, functions.count)).map { _ in
            Task { @EngineActor in await work(context) }
        }
        let all = workers
        await withTaskCancellationHandler {
            for worker in all { await worker.value }
        } onCancel: {
            for worker in all { worker.cancel() }
        }
        workers = []
        // The end of the call takes precedence over the errors that it caused in its parts.
        try fiber.checkTime(try context.host)
        return [try collect()]
    }

    private func work(_ context: CallContext) async {
        while next < functions.count, !Task.isCancelled {
            let index = next
            next += 1
            let result = await Fiber(context).run(functions[index])
            results[index] = result
            if endsAtFirst, case .failure = result {
                next = functions.count
                for worker in workers { worker.cancel() }
            }
        }
    }

    private func collect() throws(LuaError) -> LuaValue {
        var values: [LuaValue] = []
        var firstError: LuaError?
        for result in results {
            switch result {
            case .success(let some): values.append(some.first ?? .boolean(true))
            case .failure(let error):
                // An error of its own explains more than the cancellations that it caused.
                if firstError == nil || firstError?.kind == .cancelled { firstError = error }
            case nil: values.append(.nil)
            }
        }
        if let firstError { throw firstError }
        guard !names.isEmpty else { return .table(LuaTable(list: values)) }
        let fields = Dictionary(zip(names, values)) { first, _ in first }
        return .table(LuaTable(fields: fields))
    }
}
