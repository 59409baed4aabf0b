/// Why a question to the machine or an order failed. `errno` values keep their number.
public enum HostError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A system call failed: `open /srv/x: No such file or directory`.
    case system(call: String, subject: String, errno: Int32)
    /// The program is not in the search path or not executable.
    case programMissing(String)
    /// The program could not be executed.
    case cannotExecute(String, errno: Int32)
    /// The program is a script, and the interpreter that its first line names does not exist.
    case interpreterMissing(String, interpreter: String)
    /// The machine has no user or group with this name or number.
    case unknownUser(String)
    /// The file is larger than `limit` bytes.
    case tooLarge(path: String, limit: Int)
    /// The subject is not what it must be: a file with the wrong owner, a text that cannot be read. `problem`
    /// is a phrase.
    case malformed(subject: String, problem: String)
    /// The task was cancelled, usually by a signal to osvc.
    case cancelled

    public var description: String {
        switch self {
        case .system(let call, let subject, let number):
            "\(call) \(subject): \(errorText(number))"
        case .programMissing(let name):
            "\(name) does not exist or not in path or is not executable"
        case .cannotExecute(let path, let number):
            "\(path) execution error (\(errorText(number)))"
        case .interpreterMissing(let path, let interpreter):
            "\(path) execution error (its interpreter '\(interpreter.printable)' does not exist"
                + (interpreter.ends("\r") ? ": the lines of the file end in CR LF)" : ")")
        case .unknownUser(let name): "there is no user or group '\(name)'"
        case .tooLarge(let path, let limit): "\(path): larger than \(limit) bytes"
        case .malformed(let subject, let problem): "\(subject): \(problem)"
        case .cancelled: "interrupted by signal"
        }
    }
}
