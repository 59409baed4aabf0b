internal import Glibc

/// The answer to a check.
enum CheckAnswer: Sendable, Equatable {
    case yes
    /// No, for this reason.
    case no(String)
    /// The question could not be asked, for this reason.
    case unknown(String)
}

/// Answers the checks of a service (`check.*` of docs/lua.md).
@EngineActor
struct CheckRunner {
    /// How many bytes of a pid file are read.
    private static let pidFileLimit = 4096

    let host: any Host
    /// How long each check may take at most.
    let limit: Duration
    /// The user that the launcher's programs run as; nil: that of osvc.
    var user: String?

    func answer(_ check: Check) async -> CheckAnswer {
        do throws(HostError) {
            switch check {
            case .pidFile(let path, let executable):
                return try answer(pidFile: path, executable)
            case .process(let executable, let arguments, let user):
                return try answer(process: executable, arguments, user)
            case .tcp(let name, let port, let limit):
                return try await answer(tcp: name, port, min(limit, self.limit))
            case .http(let url, let status, let body, let proxy, let limit):
                let question = HTTPQuestion(url: url, status: status, body: body, proxy: proxy)
                return try await question.answer(host, within: min(limit, self.limit))
            case .program(let arguments, let limit):
                return try await answer(program: arguments, min(limit, self.limit))
            case .all(let checks): return await all(checks)
            case .any(let checks): return await any(checks)
            }
        } catch {
            return .unknown(error.description)
        }
    }

    /// No as soon as one answer is no; else unknown if any is.
    private func all(_ checks: [Check]) async -> CheckAnswer {
        var total = CheckAnswer.yes
        for check in checks {
            switch await answer(check) {
            case .yes: continue
            case .no(let reason): return .no(reason)
            case .unknown(let problem): total = .unknown(problem)
            }
        }
        return total
    }

    /// Yes as soon as one answer is yes; else unknown if any is.
    private func any(_ checks: [Check]) async -> CheckAnswer {
        var reasons: [String] = []
        var problem: String?
        for check in checks {
            switch await answer(check) {
            case .yes: return .yes
            case .no(let reason): reasons.append(reason)
            case .unknown(let text): problem = problem ?? text
            }
        }
        return problem.map { .unknown($0) } ?? .no(reasons.joined(separator: ", "))
    }

    private func answer(pidFile path: String, _ executable: String?) throws(HostError)
        -> CheckAnswer
    {
        guard let bytes = try host.fileStart(path, limit: Self.pidFileLimit) else {
            let isThere = try host.fileInfo(path) != nil
            return .no("\(path) \(isThere ? "is not a regular file" : "does not exist")")
        }
        guard let record = DaemonRecord(String(decoding: bytes, as: UTF8.self)) else {
            return .no("\(path) holds no pid")
        }
        guard record.mayBeService else {
            return .no("process \(record.pid) is no service (\(path))")
        }
        guard let process = try host.process(record.pid), process.isAlive else {
            return .no("no process \(record.pid) (\(path))")
        }
        guard let executable else { return .yes }
        switch host.evidence(of: executable, in: process, trusting: trusted()) {
        case .runs: return .yes
        case .runsOther: return .no("process \(record.pid) is not \(executable) (\(path))")
        case .unreadable: return .unknown(unreadable(executable, process))
        }
    }

    private func answer(process executable: String?, _ arguments: [String]?, _ user: String?)
        throws(HostError) -> CheckAnswer
    {
        let owner: UInt32? = if let user { try host.userID(of: user) } else { nil }
        let trusted = trusted(owner)
        var hidden: ProcessEntry?
        for process in try host.processes()
        where process.isAlive && process.pid != getpid()
            && owner.map({ process.user == $0 }) ?? true
            && arguments.map({ process.isRun(with: $0) }) ?? true
        {
            guard let executable else {
                if host.trusts(process, trusted) { return .yes }
                continue
            }
            switch host.evidence(of: executable, in: process, trusting: trusted) {
            case .runs: return .yes
            case .runsOther: continue
            case .unreadable: hidden = hidden ?? process
            }
        }
        if let executable, let hidden { return .unknown(unreadable(executable, hidden)) }
        return .no("no such process" + (executable.map { " (\($0))" } ?? ""))
    }

    /// The users, beside root and that of osvc, whose processes' command lines are believed.
    private func trusted(_ wanted: UInt32? = nil) -> Set<UInt32> {
        // A user that does not exist has no processes.
        let launchers = user.flatMap { try? host.userID(of: $0) }
        return Set([launchers, wanted].compactMap(\.self))
    }

    private func unreadable(_ executable: String, _ process: ProcessEntry) -> String {
        "process \(process.pid) (user \(host.userName(of: process.user))) may be \(executable): its"
            + " executable cannot be read"
    }

    private func answer(tcp name: String, _ port: Int, _ limit: Duration) async throws(HostError)
        -> CheckAnswer
    {
        let addresses = try await host.resolve(name)
        guard !addresses.isEmpty else { return .unknown("could not resolve \(name)") }
        for address in addresses
        where try await host.connects(to: address.description, port: port, within: limit) {
            return .yes
        }
        return .no("nothing listens on \(name) port \(port)")
    }

    private func answer(program arguments: [String], _ limit: Duration) async throws(HostError)
        -> CheckAnswer
    {
        let result = try await host.run(Command(arguments, limit: limit, logging: .quiet))
        let program = arguments.first ?? ""
        if result.timedOut { return .unknown("\(program) timed out") }
        let text = "\(program) \(result.ending)"
        return switch result.code {
        case 0: .yes
        // 126 and 127: it could not be executed; 128 and the number of a signal: that ended it.
        case 126...192: .unknown(text)
        default: .no(text)
        }
    }
}

extension ProcessEntry {
    /// Whether these are its arguments: all of them, in order, after the program or after the script that an
    /// interpreter runs.
    func isRun(with wanted: [String]) -> Bool {
        Array(arguments.dropFirst()) == wanted || Array(arguments.dropFirst(2)) == wanted
    }
}
