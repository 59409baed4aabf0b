/// Where osvc notes the pid of a daemon that it started, and what it writes there.
public struct DaemonRecord: Sendable, Equatable {
    public var pid: Int32
    /// Clock ticks after boot: with the pid it names the process for good. It proves something only in
    /// osvc's own record, which nobody else writes.
    public var startTime: UInt64?

    public init(pid: Int32, startTime: UInt64?) {
        self.pid = pid
        self.startTime = startTime
    }

    /// Reads a pid, and the start time after it when there is one; nil when `text` begins otherwise.
    public init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let word = words.first, let pid = Int32(word), pid > 0 else { return nil }
        self.pid = pid
        startTime = words.count > 1 ? UInt64(words[1]) : nil
    }

    /// As written to the file: `1234 56789`.
    public var text: String { startTime.map { "\(pid) \($0)\n" } ?? "\(pid)\n" }

    /// `<root>/var/<service>/<launcher>.pid`.
    public static func path(for launcher: String, of service: ServiceFacts) -> String {
        Layout(root: service.root).pidFile(of: service.name, launcher)
    }
}

/// What osvc's own record of a daemon says.
enum DaemonNote: Sendable, Equatable {
    case missing
    /// A start was begun and its pid not noted, by the osvc with this origin (`CallMark.origin`).
    case starting(origin: String?)
    case started(DaemonRecord)

    private static let startingWord = "starting"

    static var startingText: String { "\(startingWord) \(CallMark.origin)\n" }

    /// A text without a pid was cut off while it was written, so a start was under way.
    init(_ text: String) {
        if let record = DaemonRecord(text) {
            self = .started(record)
            return
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        let isStarting = words.first.map { $0 == Self.startingWord } == true
        self = .starting(origin: isStarting && words.count > 1 ? String(words[1]) : nil)
    }

    /// The process that the record proves: with its start time, and not init.
    var proven: DaemonRecord? {
        guard case .started(let record) = self, record.pid > 1, record.startTime != nil else {
            return nil
        }
        return record
    }
}
