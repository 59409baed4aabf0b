/// Starts or stops a launcher, within its limit, and reports the result.
///
/// After a start that succeeded, a launcher with a status has time to come up: it is asked repeatedly until it
/// is up, for the rest of its limit and at most `settleLimit`.
@EngineActor
struct Launching {
    let context: ActionContext
    let resource: ResourceID?
    let launcher: Launcher

    /// How long a launcher may take to report itself up after its start succeeded.
    private static let settleLimit: Duration = .seconds(10)

    var host: any Host { context.host }
    var facts: ServiceFacts { context.service.facts }
    var logFile: String {
        launcher.daemon?.log ?? context.layout.launcherLog(of: facts.name, launcher.name)
    }

    func perform(_ action: LauncherAction) async throws(ActionFailure) {
        let before = resource.flatMap { context.answers[$0]?.removeValue(forKey: launcher.name) }
        if action == .start {
            try confirmEarlier()
            // A daemon may be up already; its start notes when it is not, which leaves no doubt.
            if launcher.method(for: .start) != .daemon { noteLaunch() }
        }
        let code: Int32
        switch launcher.method(for: action) {
        case .program(let arguments):
            code = try await run(arguments, action)
        case .script(let script):
            code = try await call(script, action)
        case .daemon:
            code = try await action == .start ? startDaemon() : stopDaemon()
        case .check, nil:
            return
        }
        guard code == 0 else {
            try failed(action, "\(action.rawValue) of \(launcher.name) returned \(code)")
            return
        }
        if action == .start { return try await settle() }
        // One that did not answer before the stop would take its whole limit again.
        if before?.isLate != true { try await settleDown() }
    }

    /// Records that the launcher was started. A rollback ends only recorded ones, and not what entries of a
    /// launcher directory had brought up before.
    func noteLaunch() {
        guard let resource else { return }
        if launcher.isEntry {
            context.startedEntries.insert(resource)
            guard context.before[resource]?.entries.isUp != true else { return }
        }
        context.launched[resource, default: []].append(launcher.name)
    }

    /// Reports a failed action of the launcher. A failed start throws unless `on_error` is `continue`. A failed stop
    /// throws too, and the caller counts it; that of a launcher directory's entry with `on_error` `continue` does not.
    func failed(_ action: LauncherAction, _ text: String) throws(ActionFailure) {
        if action == .start || launcher.isEntry, launcher.onError == .continue {
            if action == .start { context.log.write(.warning, text, about: resource) }
            return
        }
        context.log.write(.error, text, about: resource)
        throw .step(resource)
    }

    // MARK: Programs and scripts

    private func run(_ arguments: [String], _ action: LauncherAction) async throws(ActionFailure)
        -> Int32
    {
        var command = Command(
            arguments,
            environment: environment,
            directory: launcher.directory ?? "/",
            user: launcher.user,
            group: launcher.group,
            // What a start that failed said is what is looked for after its rollback.
            output: .file(logFile, append: context.options.reason == .rollback),
            limit: launcher.limits[action]
        )
        command.logging = .quiet
        context.log.write(.info, "spawn: \(command.line)", about: resource)
        let start = ContinuousClock.now
        do throws(HostError) {
            let waiting = Waiting(for: "\(launcher.name) \(action.rawValue)", context.log)
            defer { waiting.end() }
            let result = try await runLogged(&command)
            report(action, ContinuousClock.now - start, result.code)
            if result.code == 127 { tellLineEnds(of: arguments) }
            if result.timedOut, let limit = command.limit {
                let text =
                    "\(launcher.name) \(action.rawValue): no end within \(limit.text), killed"
                context.log.write(.error, text, about: resource)
            }
            return result.code
        } catch .cancelled {
            throw interrupted(action, ContinuousClock.now - start)
        } catch {
            context.log.write(.error, error.description, about: resource)
            // That osvc refuses it is no failure of the launcher, which `on_error` would judge.
            if error == .notRecorded(command) { throw .step(resource) }
            return 1
        }
    }

    /// `#!/usr/bin/env sh` with CR LF is executed, and env does not find `sh\r`.
    private func tellLineEnds(of arguments: [String]) {
        guard let path = arguments.first,
            Interpreter.words(of: path, on: host).last?.ends("\r") == true
        else { return }
        let text = "\(path) names its interpreter with a CR: the lines of the file end in CR LF"
        context.log.write(.error, text, about: resource)
    }

    /// Runs the program even if its output cannot be kept: a service must be stoppable in any case.
    private func runLogged(_ command: inout Command) async throws(HostError) -> CommandResult {
        while true {
            do throws(HostError) {
                return try await host.run(command)
            } catch {
                guard let other = otherOutput(after: error) else { throw error }
                command.output = other
            }
        }
    }

    /// Where the output goes when the log cannot be opened; nil: the error is not about the log.
    private func otherOutput(after error: HostError) -> Command.Output? {
        switch error {
        case .system("truncate", logFile, _):
            // It can be written, as an append-only file.
            let text = "the log of \(launcher.name) is not emptied: \(error)"
            context.log.write(.warning, text, about: resource)
            return .file(logFile, append: true)
        case .system(_, logFile, _), .malformed(logFile, _):
            let text = "the output of \(launcher.name) is lost: \(error)"
            context.log.write(.warning, text, about: resource)
            return .file("/dev/null", append: true)
        default: return nil
        }
    }

    private func call(_ script: ScriptReference, _ action: LauncherAction)
        async throws(ActionFailure) -> Int32
    {
        let key = ScriptKey(resource: resource, launcher: launcher.name)
        let call = context.call(script, .launcher(action), key: key, limit: launcher.limits[action])
        context.log.write(.info, "spawn: \(launcher.name) \(action.rawValue)", about: resource)
        let start = ContinuousClock.now
        let waiting = Waiting(for: "\(launcher.name) \(action.rawValue)", context.log)
        defer { waiting.end() }
        let outcome = await context.scripts.call(call)
        let code: Int32
        switch outcome {
        case .finished(let returned): code = returned
        case .skipped(let text):
            context.log.write(.info, text, about: resource)
            code = 0
        case .cancelled:
            throw interrupted(action, ContinuousClock.now - start, logged: false)
        case .timedOut(let text):
            context.log.write(.error, text, about: resource)
            code = 124
        case .failed(let text), .refused(let text):
            context.log.write(.error, text, about: resource)
            code = 1
        case .status, .info, .planned:
            context.log.write(.error, outcome.text, about: resource)
            code = 1
        }
        report(action, ContinuousClock.now - start, code, logged: false)
        return code
    }

    private func report(
        _ action: LauncherAction,
        _ elapsed: Duration,
        _ code: Int32,
        logged: Bool = true
    ) {
        let text = "\(action.rawValue) done in \(elapsed.clockText) - ret \(code)"
        context.log.write(.info, text + (logged ? logs : ""), about: resource)
    }

    private func interrupted(_ action: LauncherAction, _ elapsed: Duration, logged: Bool = true)
        -> ActionFailure
    {
        let text = "\(action.rawValue) interrupted after \(elapsed.clockText) - ret 1"
        context.log.write(.error, text + (logged ? logs : ""), about: resource)
        return .interrupted
    }

    private var logs: String { " - logs in \(logFile)" }

    var environment: [String: String] {
        guard !launcher.isEntry else { return launcher.environment }
        var all = launcher.environment
        all["OPENSVC_RID"] = resource?.text
        all["OPENSVC_LAUNCHER"] = launcher.name
        all["OPENSVC_ACTION"] = context.action.rawValue
        return all
    }

    // MARK: Settling

    /// Waits for a launcher to report itself down after its stop succeeded. One that cannot be asked counts as down.
    private func settleDown() async throws(ActionFailure) {
        guard let method = launcher.method(for: .status), method != .daemon,
            launcher.method(for: .stop) != .daemon
        else { return }
        let limit = min(launcher.limits[.stop] ?? Self.settleLimit, Self.settleLimit)
        let start = host.uptime()
        var pause = Duration.milliseconds(20)
        let waiting = Waiting(for: "\(launcher.name) to be down", context.log)
        defer { waiting.end() }
        while true {
            guard await ask().status.isUp else { return }
            guard host.uptime() - start < limit else {
                return try failed(.stop, "\(launcher.name) is still up after its stop")
            }
            do {
                try await host.sleep(pause)
            } catch {
                throw .interrupted
            }
            pause = min(pause * 2, .milliseconds(500))
        }
    }

    private func ask() async -> LauncherAnswer {
        let answer = await LauncherProbe(resource: resource ?? ResourceID("app"), service: facts)
            .ask(launcher, of: host, for: .action, context.scripts, context.log)
        if let resource, !launcher.isEntry {
            context.answers[resource, default: [:]][launcher.name] = answer
        }
        return answer
    }

    /// Waits for a launcher to report itself up after its start succeeded.
    private func settle() async throws(ActionFailure) {
        guard launcher.method(for: .status) != nil else { return }
        let limit = min(launcher.limits[.start] ?? Self.settleLimit, Self.settleLimit)
        let start = host.uptime()
        var pause = Duration.milliseconds(20)
        let waiting = Waiting(for: "\(launcher.name) to be up", context.log)
        defer { waiting.end() }
        while true {
            let answer = await ask()
            if answer.status.isUp || answer.status == .notApplicable { return }
            if launcher.daemon != nil, hasEnded {
                tellStrays()
                try failed(
                    .start,
                    "\(launcher.name) ended at once\(endingText) - logs in \(logFile)"
                )
                return
            }
            guard host.uptime() - start < limit else {
                let why = answer.explanation.map { " (\($0))" } ?? ""
                try failed(.start, "\(launcher.name) is \(answer.status) after its start\(why)")
                return
            }
            do {
                try await host.sleep(pause)
            } catch {
                throw .interrupted
            }
            pause = min(pause * 2, .milliseconds(500))
        }
    }
}

extension LauncherAnswer {
    /// What the answer says besides the status.
    fileprivate var explanation: String? {
        if case .status(_, let note?) = verdict { return note }
        return reason
    }
}

extension Duration {
    /// `0:00:00.007657`, hours without padding, as in the classic logs; without a fraction when the
    /// microseconds are zero.
    var clockText: String {
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let (seconds, attoseconds) = components
        let microseconds = attoseconds / 1_000_000_000_000
        let time = "\(seconds / 3600):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return microseconds == 0 ? time : "\(time).\(padded(microseconds, 6))"
    }
}
