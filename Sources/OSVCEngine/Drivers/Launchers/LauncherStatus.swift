/// The answer of one launcher that was asked for its status.
public struct LauncherAnswer: Sendable, Equatable {
    /// What the answer consists of.
    public enum Verdict: Sendable, Equatable {
        /// The exit code of a program of the launcher directory; the codes of all of them count together.
        case code(Int32)
        /// A status, with a note for the user.
        case status(Status, note: String?)
    }

    /// The name of the launcher.
    public var name: String
    /// The path of the program, for the note `returned errors`; empty when no program was asked.
    public var path: String
    /// The exit code or status.
    public var verdict: Verdict
    /// Why it is down, if known; shown only when other launchers are up.
    public var reason: String?
    /// Whether an action has to look after the daemon although it is in the wanted state: processes of it exist that
    /// osvc's record does not name, or it has not lived for its minimum time.
    var isUnsettled = false
    /// Whether it is of the launcher directory.
    var isEntry = false
    /// Whether the launcher was asked and did not answer within its limit.
    var isLate = false

    public init(name: String, path: String = "", verdict: Verdict, reason: String? = nil) {
        self.name = name
        self.path = path
        self.verdict = verdict
        self.reason = reason
    }

    var exitCode: Int32? {
        guard case .code(let code) = verdict else { return nil }
        return code
    }

    var report: StatusReport? {
        guard case .status(let status, let note) = verdict else { return nil }
        return StatusReport(status, notes: note.map { [$0] } ?? [])
    }

    /// The launcher's own status.
    var status: Status {
        switch verdict {
        case .status(let status, _): status
        case .code(let code): Status(exitCode: code)
        }
    }
}

extension Status {
    /// The status that a status program means by its exit code: 0 is up, 1 to 3 are down, as in the LSB ("not
    /// running") and the classic release. Any other code, such as that of a program that is missing (127) or was
    /// ended by a signal (128 and more), leaves open what runs: warn.
    public init(exitCode: Int32) {
        self =
            switch exitCode {
            case 0: .up
            case 1...3: .down
            default: .warn
            }
    }
}

extension CommandResult {
    /// How the program ended, for messages: `exited 3`, `ended by signal 9`.
    var ending: String { signal.map { "ended by signal \($0)" } ?? "exited \(code)" }
}

/// Asks launchers for their status, each within its limit.
struct LauncherProbe: Sendable {
    /// The limit for launchers without one (lua-boundary.md section 2).
    static let defaultLimit = Duration.seconds(30)
    /// The time that a status program has to end after its limit, before KILL.
    private static let grace = Duration.seconds(2)

    let resource: ResourceID
    let service: ServiceFacts

    /// With a log, a wait for the answer of more than a second is logged.
    @EngineActor
    func ask(
        _ launcher: Launcher,
        of host: any Host,
        for purpose: Purpose,
        _ scripts: any ScriptRunner,
        _ log: (any Log)? = nil
    ) async -> LauncherAnswer {
        let limit = launcher.limits[.status] ?? Self.defaultLimit
        let text = "waiting for the status of \(launcher.name), up to \(limit.text)"
        let notice = WaitNotice(text, log, about: resource)
        defer { notice.end() }
        switch launcher.method(for: .status) {
        case .program(let arguments):
            return await ask(launcher, program: arguments, limit: limit, host)
        case .script(let script):
            return await ask(launcher, script: script, limit: limit, scripts)
        case .check(let check):
            let runner = CheckRunner(host: host, limit: limit, user: launcher.user)
            return answer(launcher, await runner.answer(check))
        case .daemon:
            return answer(launcher, host, for: purpose)
        case nil:
            return LauncherAnswer(name: launcher.name, verdict: .status(.notApplicable, note: nil))
        }
    }

    /// How old the knowledge of processes' environments may be for a status, so that many services share it.
    private static let age = Duration.seconds(1)

    /// Whether a daemon runs; for an action also whether it left processes behind.
    @EngineActor
    private func answer(_ launcher: Launcher, _ host: any Host, for purpose: Purpose)
        -> LauncherAnswer
    {
        let finder = DaemonFinder(service: service, launcher: launcher)
        do throws(HostError) {
            let isLook = purpose == .status
            if let sighting = try finder.sight(host, within: isLook ? Self.age : .zero) {
                var answer = answer(launcher, .yes)
                answer.isUnsettled =
                    !sighting.isNoted
                    || purpose == .action && host.age(of: sighting.process) < launcher.minimumLife
                return answer
            }
            if let doubt = try finder.doubt(host, within: isLook ? Self.age : .zero) {
                return answer(launcher, .unknown(doubt))
            }
            var answer = answer(launcher, .no("no process"))
            if !isLook { answer.isUnsettled = try !finder.remains(host).isEmpty }
            return answer
        } catch {
            return answer(launcher, .unknown(error.description))
        }
    }

    private func answer(_ launcher: Launcher, _ answer: CheckAnswer) -> LauncherAnswer {
        switch answer {
        case .yes: verdict(launcher, .up)
        case .no(let reason):
            LauncherAnswer(
                name: launcher.name,
                verdict: .status(.down, note: nil),
                reason: reason
            )
        case .unknown(let problem): verdict(launcher, .warn, "\(launcher.name): \(problem)")
        }
    }

    private func verdict(_ launcher: Launcher, _ status: Status, _ note: String? = nil)
        -> LauncherAnswer
    {
        LauncherAnswer(name: launcher.name, verdict: .status(status, note: note))
    }

    @EngineActor
    private func ask(
        _ launcher: Launcher,
        program arguments: [String],
        limit: Duration,
        _ host: any Host
    ) async -> LauncherAnswer {
        let command = Command(
            arguments,
            environment: launcher.environment,
            directory: launcher.directory ?? "/",
            user: launcher.user,
            group: launcher.group,
            limit: limit,
            killAfter: Self.grace,
            logging: .quiet
        )
        do throws(HostError) {
            let result = try await host.run(command)
            guard !result.timedOut else { return late(launcher) }
            return answer(launcher, arguments.first ?? "", result)
        } catch {
            return verdict(launcher, .warn, error.description)
        }
    }

    private func late(_ launcher: Launcher) -> LauncherAnswer {
        var answer = verdict(launcher, .warn, "\(launcher.name) status timed out")
        answer.isLate = true
        return answer
    }

    /// What the exit of a status program means. Those of the launcher directory count together.
    private func answer(_ launcher: Launcher, _ program: String, _ result: CommandResult)
        -> LauncherAnswer
    {
        guard !launcher.isEntry else {
            return LauncherAnswer(name: launcher.name, path: program, verdict: .code(result.code))
        }
        let text = "\(program) \(result.ending)"
        return switch Status(exitCode: result.code) {
        case .down: answer(launcher, .no(text))
        case .up: answer(launcher, .yes)
        default: answer(launcher, .unknown(text))
        }
    }

    @EngineActor
    private func ask(
        _ launcher: Launcher,
        script: ScriptReference,
        limit: Duration,
        _ scripts: any ScriptRunner
    ) async -> LauncherAnswer {
        let call = ScriptCall(
            script: script,
            key: ScriptKey(resource: resource, launcher: launcher.name),
            purpose: .launcher(.status),
            action: "status",
            resourceLabel: "app",
            resourceType: "app",
            service: service,
            limit: limit,
            log: SilentLog()
        )
        switch await scripts.call(call) {
        case .status(let status, let note): return verdict(launcher, status, note)
        case .finished(let code): return verdict(launcher, Status(exitCode: code))
        case .skipped(let note): return verdict(launcher, .notApplicable, note)
        case .timedOut: return late(launcher)
        case .failed(let problem), .refused(let problem):
            return verdict(launcher, .warn, problem)
        case .cancelled: return verdict(launcher, .warn, "interrupted by signal")
        case .info, .planned:
            return verdict(launcher, .warn, "\(script.position): no status came back")
        }
    }
}

/// Drops log lines: a status is asked all day, and what its scripts log does not belong in the service's log.
private final class SilentLog: Log {
    nonisolated init() {}

    func write(_ level: LogLevel, _ message: String, about resource: ResourceID?) {}
}
