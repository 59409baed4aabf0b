/// The severity of a log line. The raw value is the word in the log file; levels compare by severity.
public enum LogLevel: String, Sendable, Comparable, CaseIterable {
    /// For the analysis of a fault; written only with `--debug`.
    case debug = "DEBUG"
    /// What osvc does.
    case info = "INFO"
    /// Something is wrong, and osvc continues.
    case warning = "WARNING"
    /// Something failed.
    case error = "ERROR"

    public static func < (one: Self, other: Self) -> Bool { one.rank < other.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}

/// The receiver of the engine's log lines. The engine never prints.
@EngineActor
public protocol Log: AnyObject, Sendable {
    /// Writes `message` about a resource, or about the service when `resource` is nil.
    func write(_ level: LogLevel, _ message: String, about resource: ResourceID?)
    /// Shows on a terminal what osvc waits for; nil: the wait is over.
    func waiting(for what: String?)
    /// Called when a program that writes to the same terminal begins or ends beside the action: lines logged
    /// meanwhile are shown after the program's output.
    func holding(_ isHeld: Bool)
}

extension Log {
    /// The default: shows nothing.
    public func waiting(for what: String?) {}
    /// The default: does not wait.
    public func holding(_ isHeld: Bool) {}
}
