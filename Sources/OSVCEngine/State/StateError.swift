/// What went wrong with osvc's own files.
public enum StateError: Error, Sendable, Equatable, CustomStringConvertible {
    case system(call: String, path: String, errno: Int32)
    /// Something of osvc's own is not what it must be; `mend` is the command that puts it right.
    case spoiled(path: String, problem: String, mend: String)
    /// Somebody else could say where it leads; the text says what to do.
    case refused(String)
    /// Another osvc holds the service.
    case locked(service: String, holder: LockHolder?)
    /// The wait for the lock was interrupted by a signal.
    case cancelled

    public var description: String {
        switch self {
        case .system(let call, let path, let number): "\(call) \(path): \(errorText(number))"
        case .spoiled(let path, let problem, let mend): "\(path) \(problem); mend it: \(mend)"
        case .refused(let text): text
        case .locked(let service, nil): "\(service) is locked by another process"
        case .locked(let service, let holder?): "\(service) is locked by \(holder)"
        case .cancelled: "interrupted by signal"
        }
    }
}

extension StateError {
    /// Something that is moved away to mend it.
    static func spoiled(path: String, problem: String, moveTo free: String) -> StateError {
        let mend = "mv \(ShellWord.quoted(path)) \(ShellWord.quoted(free))"
        return .spoiled(path: path, problem: problem, mend: mend)
    }

    init(_ error: HostError, _ path: String) {
        switch error {
        case .system(let call, _, let number):
            self = .system(call: call, path: path, errno: number)
        default: self = .refused(error.description)
        }
    }
}

/// Who holds a service: what the lock file says.
public struct LockHolder: Sendable, Equatable, CustomStringConvertible {
    public var pid: Int32
    public var action: String?

    public init(pid: Int32, action: String?) {
        self.pid = pid
        self.action = action
    }

    /// What a lock file says; nil: it names no process.
    init?(file text: String) {
        let words = text.split(separator: " ", maxSplits: 1).map {
            $0.filter { !$0.isNewline }
        }
        // 0 and less name no process, but groups.
        guard let first = words.first, let pid = Int32(first), pid > 0 else { return nil }
        self.init(pid: pid, action: words.count > 1 ? words[1] : nil)
    }

    public var description: String {
        "pid \(pid)" + (action.map { " (\($0))" } ?? "")
    }
}
