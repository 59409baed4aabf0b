public import OSVCEngine

/// A log that keeps its lines for the test to read.
@EngineActor
public final class RecordingLog: Log {
    public struct Line: Sendable, Equatable, CustomStringConvertible {
        public var level: LogLevel
        public var message: String
        public var resource: ResourceID?

        public init(_ level: LogLevel, _ message: String, about resource: ResourceID? = nil) {
            self.level = level
            self.message = message
            self.resource = resource
        }

        /// `INFO fs#1 mount /dev/x /srv/x`; a dash for the service itself.
        public var description: String { "\(level.rawValue) \(resource?.text ?? "-") \(message)" }
    }

    public private(set) var lines: [Line] = []

    public init() {}

    public func write(_ level: LogLevel, _ message: String, about resource: ResourceID?) {
        lines.append(Line(level, message, about: resource))
    }

    /// The lines of at least this level, as text.
    public func text(from level: LogLevel = .info) -> [String] {
        lines.filter { $0.level >= level }.map(\.description)
    }

    public func clear() { lines = [] }
}
