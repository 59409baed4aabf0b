/// Answers what single steps require of the machine as it is. Reads only.
@EngineActor
struct StepAnswers {
    let host: any Host
    let movers: Movers

    /// The answer to a step of a resource whose own state rests on `footing`; nil: it requires nothing that can be
    /// asked.
    func answer(to step: Step, footing: [String]) async -> Forecast.Answer? {
        switch step {
        case .require(let probe, let text): await answer(probe, text)
        case .fail(let text): present(text, footing)
        case .run(let command), .retry(let command, _, _, _, _): program(command.arguments)
        case .unmount(let mountPoint, let policy, _):
            program(["umount"]) ?? users(of: mountPoint, policy)
        case .writeFile(let path, _): folder(of: path)
        case .launch(let launcher, let action): launch(launcher, action)
        case .note, .runBeside, .makeDirectory, .makeMountPoint, .removeFile, .announce, .tellLoop,
            .together, .waitUntil:
            nil
        }
    }

    private func answer(_ probe: Probe, _ text: String) async -> Forecast.Answer {
        let holds: Bool
        do throws(HostError) {
            holds = try await probe.holds(on: host)
        } catch {
            return movers.end(of: probe.footing).map { .unknown($0) } ?? .unknown("(\(error))")
        }
        if let end = movers.end(of: probe.footing, holds: holds) { return .unknown(end) }
        return holds ? .ok : .notMet(text)
    }

    /// The answer to a failure of which the driver or osvc knows now; it is known again when what `footing` lies on is up.
    private func refusal(_ text: String, _ footing: [String]) -> Forecast.Answer {
        movers.end(of: footing).map { .unknown($0) } ?? .notMet(text)
    }

    /// Shows also what is uncertain: the plan has no other line for it.
    private func present(_ text: String, _ footing: [String]) -> Forecast.Answer {
        let answer = refusal(text, footing)
        guard case .unknown(let when) = answer, movers.start == nil else { return answer }
        return .unknown("\(when) (at present: \(text))")
    }

    /// Only a missing program is told: that a program will succeed nobody can say.
    private func program(_ arguments: [String]) -> Forecast.Answer? {
        guard let name = arguments.first, host.findProgram(name) == nil else { return nil }
        return refusal(HostError.programMissing(name).description, name.hasSlash ? [name] : [])
    }

    private func folder(of path: String) -> Forecast.Answer? {
        guard let folder = path.folderAndName?.folder, lacksDirectory(folder) else { return nil }
        return refusal("there is no directory \(folder)", [folder])
    }

    private func lacksDirectory(_ path: String) -> Bool {
        do {
            return try host.fileInfo(path)?.kind != .directory
        } catch {
            // What cannot be looked at is reported by the step.
            return false
        }
    }

    private func users(of mountPoint: String, _ policy: BusyMount) -> Forecast.Answer? {
        // What cannot be asked is reported by the step.
        guard let use = try? host.users(of: mountPoint) else { return nil }
        if !use.callers.isEmpty {
            let text = "is in use by \(Self.pids(use.callers)), and osvc ends no caller of its own"
            return .notMet("\(mountPoint) \(text)")
        }
        guard policy == .fail, !use.others.isEmpty else { return nil }
        // What is stopped before may use it.
        return refusal("\(mountPoint) is in use by \(Self.pids(use.others))", [mountPoint])
    }

    private static func pids(_ processes: [ProcessEntry]) -> String {
        "process " + processes.map { "\($0.pid)" }.joined(separator: ", ")
    }

    private func launch(_ launcher: Launcher, _ action: LauncherAction) -> Forecast.Answer? {
        let arguments: [String]
        switch launcher.method(for: action) {
        case .program(let words): arguments = words
        case .daemon where action == .start: arguments = launcher.daemon?.command ?? []
        default: return nil
        }
        // An entry of the launcher directory exists, and is made executable first where that is necessary.
        if !launcher.isEntry, let answer = program(arguments) { return answer }
        if let directory = launcher.directory, lacksDirectory(directory) {
            return refusal("\(launcher.name): there is no directory \(directory)", [directory])
        }
        guard let user = launcher.user else { return nil }
        do throws(HostError) {
            _ = try host.userID(of: user)
            return nil
        } catch {
            return refusal("\(launcher.name): \(error)", ["/etc/passwd"])
        }
    }
}
