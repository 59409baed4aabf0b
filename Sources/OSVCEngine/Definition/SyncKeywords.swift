/// When files are sent to other nodes. The service may set these keywords for all its syncs, and each sync for itself.
extension CommonKeywords {
    /// These keywords on the service. They have no defaults here: a value that neither service nor sync writes
    /// is the driver's (`SyncSchedule`).
    public static let sync: [Keyword] = [
        Keyword(
            "sync_interval",
            .integer(0...10_000_000),
            scopable: false,
            summary: "Minimum minutes between two syncs; 0 disables syncs. Default: 121.",
            example: "30"
        ),
        Keyword(
            "sync_max_delay",
            .integer(0...10_000_000),
            scopable: false,
            summary: "Minutes after which a sync is late, which the status reports. Default: 1500.",
            example: "1440"
        ),
        Keyword(
            "sync_period",
            .periods,
            scopable: false,
            summary: "The time of day when a sync may begin. Default: 03:59 to 05:59.",
            example: #"["03:59", "05:59"]"#
        ),
        Keyword(
            "sync_days",
            .weekdays,
            scopable: false,
            summary: "The days of the week when a sync may begin. Default: all.",
            example: #"["monday", "friday"]"#
        ),
        Keyword(
            "sync_min_delay",
            .integer(0...10_000_000),
            scopable: false,
            summary: "The former name of sync_interval. sync_interval takes precedence.",
            example: "30"
        ),
    ]

    /// The warning about the former name, in the wording of the classic release.
    public static let minDelayNote = "sync_min_delay is deprecated. replace with sync_interval."
}

/// Checks the values of the kinds `periods` and `weekdays`, for every kind of file.
public enum SyncWords {
    /// What is wrong with a list of times, begin and end in turn; nil when nothing is.
    public static func problem(periods words: [String]) -> String? {
        guard !words.isEmpty, words.count.isMultiple(of: 2) else {
            return "a pair of times or a list of pairs expected: [\"03:59\", \"05:59\"]"
        }
        return words.first { minutes($0) == nil }.map { "'\($0)' is not a time such as 03:59" }
    }

    /// What is wrong with a list of names of days; nil when nothing is.
    public static func problem(days words: [String]) -> String? {
        guard !words.isEmpty else { return "a list of days expected: [\"monday\", \"friday\"]" }
        return words.first { !days.contains($0.lowercased()) }.map { word in
            let hint = nearest(to: word, in: days).map { " (did you mean '\($0)'?)" } ?? ""
            return "'\(word)' is not a day of the week\(hint)"
        }
    }

    /// The index of a day is its number in the week, from 0 for Sunday.
    static let days = [
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    ]

    /// The minutes after midnight of a time such as `03:59`; nil when it is not a time of day.
    static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, (1...2).contains(parts[0].utf8.count),
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        return hour * 60 + minute
    }
}
