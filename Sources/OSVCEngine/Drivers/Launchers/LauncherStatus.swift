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
