/// How much a log line matters.
public enum LogLevel: String, Sendable, Comparable, CaseIterable {
    case debug = "DEBUG"
    case info = "INFO"
    case warning = "WARNING"
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

/// Where the engine's log lines go. The engine never prints.
@EngineActor
public protocol Log: AnyObject, Sendable {
    /// Writes `message` about a resource, or about the service when `resource` is nil.
    func write(_ level: LogLevel, _ message: String, about resource: ResourceID?)
    /// Shows on a terminal what osvc waits for; nil: the wait is over.
    func waiting(for what: String?)
    /// A program that writes where the log is shown has begun, or ended, beside the action: what is logged
    /// meanwhile comes after what the program says.
    func holding(_ isHeld: Bool)
}

extension Log {
    public func waiting(for what: String?) {}
    public func holding(_ isHeld: Bool) {}
}
