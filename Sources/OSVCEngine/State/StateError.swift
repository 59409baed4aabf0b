/// An error with osvc's own files below the root.
public enum StateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A system call failed with this errno.
    case system(call: String, path: String, errno: Int32)
    /// One of osvc's own files is not what it must be; `mend` is the command that corrects it.
    case spoiled(path: String, problem: String, mend: String)
    /// The path is refused, because somebody else could change where it leads; the text has the correction.
    case refused(String)
    /// Another osvc holds the lock; `holder` is nil when its file names no process.
    case locked(service: String, holder: LockHolder?)
    /// A signal interrupted the wait for the lock.
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
    /// A fault that is corrected by moving the file away.
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

/// The holder of a lock, as the lock file names it.
public struct LockHolder: Sendable, Equatable, CustomStringConvertible {
    /// The pid of the holder; 0: not known.
    public var pid: Int32
    /// What the holder does: `start`; nil: not known.
    public var action: String?

    public init(pid: Int32, action: String?) {
        self.pid = pid
        self.action = action
    }

    /// Reads the contents of a lock file; nil when it names no process.
    init?(file text: String) {
        let words = text.split(separator: " ", maxSplits: 1).map {
            $0.filter { !$0.isNewline }
        }
        // Numbers below 1 mean groups of processes.
        guard let first = words.first, let pid = Int32(first), pid > 0 else { return nil }
        self.init(pid: pid, action: words.count > 1 ? words[1] : nil)
    }

    public var description: String {
        "pid \(pid)" + (action.map { " (\($0))" } ?? "")
    }
}
