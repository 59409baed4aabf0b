internal import Glibc

/// osvc's record of a daemon that it started: its pid and start time.
public struct DaemonRecord: Sendable, Equatable {
    /// The pid, above 0.
    public var pid: Int32
    /// When the process began, in clock ticks after boot; nil: not known. With the pid it identifies the
    /// process for good. It is proof only in osvc's own record, which nobody else writes.
    public var startTime: UInt64?

    public init(pid: Int32, startTime: UInt64?) {
        self.pid = pid
        self.startTime = startTime
    }

    /// Reads a pid and, if it follows, the start time; nil when `text` does not begin with a positive number.
    public init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let word = words.first, let pid = Int32(word), pid > 0 else { return nil }
        self.pid = pid
        startTime = words.count > 1 ? UInt64(words[1]) : nil
    }

    /// Whether the process can be a service: it is neither init nor osvc itself.
    public var mayBeService: Bool { pid > 1 && pid != getpid() }

    /// The contents of the record: `1234 56789` and a newline.
    public var text: String { startTime.map { "\(pid) \($0)\n" } ?? "\(pid)\n" }

    /// The path of the record: `<root>/var/<service>/<launcher>.pid`.
    public static func path(for launcher: String, of service: ServiceFacts) -> String {
        Layout(root: service.root).pidFile(of: service.name, launcher)
    }
}

/// What osvc's own record of a daemon contains.
enum DaemonNote: Sendable, Equatable {
    /// There was never a record, or it is lost.
    case missing
    /// The last daemon was ended, or found to have ended.
    case stopped
    /// A start began and no pid was recorded, by the osvc with this origin (`CallMark.origin`).
    case starting(origin: String?)
    case started(DaemonRecord)

    private static let startingWord = "starting"
    private static let stoppedWord = "stopped"
    static let stoppedText = "\(stoppedWord)\n"

    static var startingText: String { "\(startingWord) \(CallMark.origin)\n" }

    /// A text without a pid was cut while it was written: a start was under way.
    init(_ text: String) {
        if let record = DaemonRecord(text) {
            self = .started(record)
            return
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        if words.count == 1, words[0] == Self.stoppedWord {
            self = .stopped
            return
        }
        let isStarting = words.first.map { $0 == Self.startingWord } == true
        self = .starting(origin: isStarting && words.count > 1 ? String(words[1]) : nil)
    }

    /// Whether nothing is known of the daemon.
    var isLost: Bool { self == .missing || self == .starting(origin: nil) }

    /// The process that the record identifies: it has a start time and is not init.
    var proven: DaemonRecord? {
        guard case .started(let record) = self, record.pid > 1, record.startTime != nil else {
            return nil
        }
        return record
    }
}
