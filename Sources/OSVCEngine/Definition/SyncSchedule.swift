/// When the files of a service may be sent to a node, and when the last time was too long ago
/// (classic-resources.md section 6, `Schedule test`). Pure.
public struct SyncSchedule: Sendable, Equatable {
    /// Minutes; 0: never.
    public var interval: Int
    /// Minutes.
    public var maximumDelay: Int
    /// Times of day, begin and end by turns, `03:59`; both ends belong to it, and it may go over midnight.
    public var periods: [String]
    /// Days of the week as they were written; nil: all.
    public var days: [String]?

    public init(
        interval: Int = 121,
        maximumDelay: Int = 1500,
        periods: [String] = ["03:59", "05:59"],
        days: [String]? = nil
    ) {
        self.interval = interval
        self.maximumDelay = maximumDelay
        self.periods = periods
        self.days = days
    }

    init(_ settings: Settings) {
        self.init()
        interval =
            settings.integer("sync_interval") ?? settings.integer("sync_min_delay") ?? interval
        maximumDelay = settings.integer("sync_max_delay") ?? maximumDelay
        if settings.has("sync_period") { periods = settings.list("sync_period") }
        if settings.has("sync_days") { days = settings.list("sync_days") }
    }

    /// Whether a node whose files are of `last` needs new ones at `now`; both seconds since 1970.
    public func isLate(_ last: Double?, at now: Double) -> Bool {
        guard let last else { return true }
        return now - last > Double(maximumDelay) * 60
    }

    public enum Verdict: Sendable, Equatable {
        case due
        /// Due, because it never was.
        case never
        /// Why not, in the words of the log.
        case skip(String)

        /// The line that the log shows; nil: none.
        public var line: String? {
            switch self {
            case .due: nil
            case .never: "don't skip sync: no timestamp"
            case .skip(let reason): "skip sync: \(reason)"
            }
        }
    }

    /// Whether a node whose files are of `last` may get new ones at `now`.
    public func verdict(at now: Double, last: Double?) -> Verdict {
        let moment = LocalTime(now)
        if interval == 0 { return .skip("disabled by sync_interval = 0") }
        if let days, !days.contains(where: { $0.lowercased() == SyncWords.days[moment.weekday] }) {
            return .skip("not in allowed days (\(Self.listText(days)))")
        }
        guard isAllowed(moment.minuteOfDay) else {
            return .skip("not in allowed period (\(periodText))")
        }
        guard let last else { return .never }
        return now - last < Double(interval) * 60 ? .skip("too soon (\(interval))") : .due
    }

    private var pairs: [(begin: String, end: String)] {
        stride(from: 0, to: periods.count - 1, by: 2).map { (periods[$0], periods[$0 + 1]) }
    }

    private func isAllowed(_ minute: Int) -> Bool {
        pairs.contains { pair in
            guard let begin = SyncWords.minutes(pair.begin), let end = SyncWords.minutes(pair.end)
            else { return false }
            return begin <= end
                ? (begin...end).contains(minute) : minute >= begin || minute <= end
        }
    }

    /// `['03:59', '05:59']`, and of several `[['03:59', '05:59'], ['22:00', '23:00']]` (decisions.md 23).
    private var periodText: String {
        let texts = pairs.map { Self.listText([$0.begin, $0.end]) }
        return texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
    }

    private static func listText(_ words: [String]) -> String {
        "[\(words.map { "'\($0)'" }.joined(separator: ", "))]"
    }
}
