/// When the files of a service may be sent to a node, and when a sync is late (classic-resources.md section 6,
/// `Schedule test`). Pure.
public struct SyncSchedule: Sendable, Equatable {
    /// Minimum minutes between two syncs; 0 disables syncs.
    public var interval: Int
    /// Minutes after which the status reports a node's files as late.
    public var maximumDelay: Int
    /// Times of day such as `03:59`, begin and end in turn. Both ends are included, and a period may pass midnight.
    public var periods: [String]
    /// Names of days of the week as the file writes them, in any case; nil: every day.
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

    /// Whether the files of a node are late: they were last sent at `last`, it is `now`; both in seconds since
    /// 1970. Nil: they were never sent.
    public func isLate(_ last: Double?, at now: Double) -> Bool {
        guard let last else { return true }
        return now - last > Double(maximumDelay) * 60
    }

    /// Whether files are sent now.
    public enum Verdict: Sendable, Equatable {
        /// The schedule allows it, and the last sync is long enough ago.
        case due
        /// Due, because no sync was ever recorded.
        case never
        /// Not now; the reason, in the words of the classic log.
        case skip(String)

        /// The line for the log; nil for `due`.
        public var line: String? {
            switch self {
            case .due: nil
            case .never: "don't skip sync: no timestamp"
            case .skip(let reason): "skip sync: \(reason)"
            }
        }
    }

    /// Whether a node gets files now: they were last sent at `last`, it is `now`; both in seconds since 1970.
    /// Nil: they were never sent.
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
