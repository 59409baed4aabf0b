internal import OSVCEngine

extension ContextMethod {
    private static let common: [Option] = [
        Option("timeout", .duration, "How long it may take; then its group gets TERM."),
        Option("kill_after", .duration, "How long after TERM the group gets KILL; 10s."),
        Option("input", .any, "Text for its standard input."),
        Option("env", .map, "Environment, added to osvc's own."),
        Option("cwd", .path, "Directory it starts in; /."),
        Option("user", .text, "The user it runs as."),
        Option("max_output", .size, "Bytes kept of each output; 256K."),
    ]
    private static let probeSchema = OptionSchema(common, list: .arguments)
    private static let execSchema = OptionSchema(
        common + [
            Option("ok", .integers, "Exits that count as success; {0}."),
            Option("check", .boolean, "false: no exit is an error."),
            Option("plan", .any, "The result that a plan assumes: { stdout = \"x\" }."),
        ],
        list: .arguments
    )
    private static let spawnSchema = OptionSchema(
        [
            Option("log", .path, "Where its output goes; the launcher's log under tmp/."),
            Option("env", .map, "Environment, added to osvc's own."),
            Option("cwd", .path, "Directory it starts in; /."),
            Option("user", .text, "The user it runs as."),
        ],
        list: .arguments
    )
    private static let planSchema = OptionSchema([
        Option("rc", .integer(0...255), "The exit; 0."),
        Option("stdout", .any, "Its output."),
        Option("stderr", .any, "Its error output."),
    ])

    static let programs: [ContextMethod] = [
        ContextMethod(
            "probe",
            "{ program, argument…, timeout=\"10s\", input=, env=, cwd=, user=, max_output= }",
            "Runs a program that changes nothing; any exit is a result: ok, rc, stdout, stderr, more.",
            waits: true,
            options: probeSchema
        ) { context, call throws(LuaError) in
            let options = try Options(call.value(2), probeSchema, of: "probe")
            var command = try ProgramCall.command(options, context, "probe")
            command.logging = .quiet
            command.limit = options.duration("timeout") ?? .seconds(10)
            return .suspend(ProgramCall(command: command, position: call.position).operation)
        },
        ContextMethod(
            "exec",
            "{ program, argument…, ok={0}, check=true, timeout=, kill_after=, plan=, … }",
            "Runs a program that changes something; an exit that is not ok raises exec.",
            .changing,
            waits: true,
            options: execSchema
        ) { context, call throws(LuaError) in
            let options = try Options(call.value(2), execSchema, of: "exec")
            var command = try ProgramCall.command(options, context, "exec")
            command.limit = options.duration("timeout")
            command.accepting = try ProgramCall.accepted(options)
            let program = ProgramCall(
                command: command,
                position: call.position,
                raises: options.boolean("check") ?? true,
                isLogged: true
            )
            guard context.isPlanning else { return .suspend(program.operation) }
            context.plan("exec \(command.line)", at: call.position)
            return .value(try planned(options.any("plan"), command, context))
        },
        ContextMethod(
            "spawn",
            "{ program, argument…, log=, user=, env=, cwd= }",
            "Starts a program that keeps running, in its own session; returns its pid.",
            .changing,
            waits: true,
            options: spawnSchema
        ) { context, call throws(LuaError) in
            let options = try Options(call.value(2), spawnSchema, of: "spawn")
            var command = try ProgramCall.command(options, context, "spawn")
            command.output = .file(options.text("log") ?? context.logFile, append: true)
            guard !context.isPlanning else {
                context.plan("spawn \(command.line)", at: call.position)
                return .value(context.session.classes.planned.result(of: command.line))
            }
            context.log(.info, "spawn: \(command.line)", at: call.position)
            command.scriptCall = context.name
            context.hasSpawned = true
            let staying = command
            return .suspend(
                Operation { fiber throws(LuaError) in
                    let host = try fiber.context.host
                    do throws(HostError) {
                        return [.integer(Int(try await host.spawn(staying).pid))]
                    } catch {
                        throw fiber.raised(error, staying, host)
                    }
                }
            )
        },
    ]

    /// The result of `exec` in a plan: unknown, except for what the script specifies itself.
    @EngineActor
    private static func planned(
        _ given: LuaValue?,
        _ command: Command,
        _ context: CallContext
    ) throws(LuaError) -> LuaValue {
        guard let given else { return context.session.classes.planned.result(of: command.line) }
        let options = try Options(given, planSchema, of: "exec: plan")
        let code = Int32(options.integer("rc") ?? 0)
        let result = CommandResult(
            code: code,
            standardOutput: try options.any("stdout")?.bytes("exec: plan.stdout") ?? [],
            standardError: try options.any("stderr")?.bytes("exec: plan.stderr") ?? []
        )
        return ProgramCall.value(result, accepting: command.accepting)
    }
}

/// A program that a script runs and waits for.
struct ProgramCall: Sendable {
    var command: Command
    var position: LuaPosition?
    /// Whether an exit code that is not accepted raises an error.
    var raises = false
    var isLogged = false

    @EngineActor
    static func command(
        _ options: Options,
        _ context: CallContext,
        _ name: String
    ) throws(LuaError) -> Command {
        let surroundings = context.surroundings
        try checkUse(options.arguments[0], context, name)
        let output = min(
            options.integer("max_output") ?? context.session.draft.limits.output,
            context.session.draft.limits.output
        )
        return Command(
            options.arguments,
            environment: context.environment.merging(options.map("env") ?? [:]) { $1 },
            directory: options.text("cwd") ?? surroundings.directory ?? "/",
            user: options.text("user") ?? surroundings.user,
            group: options.has("user") ? nil : surroundings.group,
            input: try options.any("input")?.bytes("\(name): input"),
            killAfter: options.duration("kill_after") ?? .seconds(10),
            outputLimit: output
        )
    }

    /// Throws for a program that `uses` of the service does not name.
    @EngineActor
    private static func checkUse(
        _ program: String,
        _ context: CallContext,
        _ name: String
    ) throws(LuaError) {
        guard let uses = context.session.draft.uses, !uses.contains(program) else { return }
        throw LuaError(.exec, "\(name): '\(program)' is not in 'uses' of the service")
    }

    static func accepted(_ options: Options) throws(LuaError) -> Set<Int32> {
        guard let codes = options.integers("ok") else { return [0] }
        var accepted: Set<Int32> = []
        for code in codes {
            guard (0...255).contains(code) else {
                throw LuaError(.type, "exec: field 'ok': \(code) is not an exit code")
            }
            accepted.insert(Int32(code))
        }
        return accepted
    }

    var operation: Operation {
        Operation { fiber throws(LuaError) in
            let result = try await run(in: fiber)
            return [Self.value(result, accepting: command.accepting)]
        }
    }

    /// Runs it within the remaining time of the call.
    @EngineActor
    func run(in fiber: Fiber) async throws(LuaError) -> CommandResult {
        let context = fiber.context
        let host = try context.host
        var command = command
        let (limit, isLast) = fiber.bounded(command.limit, host)
        command.limit = limit
        if isLogged { context.log(.info, command.line) }
        let result: CommandResult
        try context.session.beginChild()
        defer { context.session.endChild() }
        do throws(HostError) {
            result = try await host.run(command)
        } catch {
            throw fiber.raised(error, command, host)
        }
        if isLogged {
            CommandReport(command, result).write(
                to: context.call.log,
                about: context.call.key.resource
            )
        }
        if result.timedOut, isLast { throw fiber.expire(host) }
        try check(command, result)
        return result
    }

    private func check(_ command: Command, _ result: CommandResult) throws(LuaError) {
        if result.timedOut {
            let limit = command.limit.map { " within \($0.text)" } ?? ""
            throw error(.timeout, "\(command.line): no end\(limit)", result)
        }
        guard raises, !command.accepting.contains(result.code) else { return }
        let ending = result.signal.map { "ended by signal \($0)" } ?? "exited \(result.code)"
        let reason = result.errorText.split(separator: "\n").last.map { ": \($0)" } ?? ""
        throw error(.exec, "\(command.line): \(ending)\(reason)", result)
    }

    private func error(
        _ kind: LuaError.Kind,
        _ message: String,
        _ result: CommandResult
    ) -> LuaError {
        var fields: [String: LuaDetail] = [
            "argv": .list(command.arguments.map(LuaDetail.text)),
            "rc": .integer(Int(result.code)),
            "stderr_tail": .bytes(Array(result.standardError.suffix(1024))),
        ]
        fields["signal"] = result.signal.map { .integer(Int($0)) }
        return LuaError(kind, message, fields: fields)
    }

    /// The result for scripts: `ok`, `rc`, `signal`, `stdout`, `stderr`, `truncated`, `elapsed`.
    static func value(_ result: CommandResult, accepting: Set<Int32>) -> LuaValue {
        var fields: [String: LuaValue] = [
            "ok": .boolean(accepting.contains(result.code)),
            "rc": .integer(Int(result.code)),
            "stdout": .string(result.standardOutput),
            "stderr": .string(result.standardError),
            "truncated": .boolean(result.truncated),
            "elapsed": .number(result.elapsed.inSeconds),
        ]
        fields["signal"] = result.signal.map { .integer(Int($0)) }
        return .table(LuaTable(fields: fields))
    }
}

extension Fiber {
    /// An error of the machine, as scripts see it.
    func raised(_ error: HostError, _ command: Command, _ host: any Host) -> LuaError {
        guard error != .cancelled else { return interrupt(host) }
        return LuaError(
            .exec,
            error.description,
            fields: ["argv": .list(command.arguments.map(LuaDetail.text))]
        )
    }

    func raised(_ error: HostError, _ what: String, _ host: any Host) -> LuaError {
        error == .cancelled ? interrupt(host) : LuaError(.lua, "\(what): \(error)")
    }
}
