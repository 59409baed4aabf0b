internal import Glibc

/// Times in seconds since 1970, as far as osvc reads, writes and shows them.
enum Instant {
    /// Two days less at each end than the years 1 to 9999, for the time zones.
    private static let range = -62_135_424_000.0...253_402_128_000.0

    /// The nearest time that can be shown; 0 for NaN.
    static func clamped(_ time: Double) -> Double {
        time.isNaN ? 0 : min(max(time, range.lowerBound), range.upperBound)
    }

    /// The time that a text says; nil: it says none, or one that can not be.
    static func read(_ text: String) -> Double? {
        guard let time = Double(text), range.contains(time) else { return nil }
        return time
    }
}

/// A moment in the machine's own time zone, as logs show it.
public struct LocalTime {
    private let fields: tm
    private let milliseconds: Int

    /// `time` in seconds since 1970. What is outside the years 1 to 9999 shows as the nearest moment in
    /// them, and NaN as 1970: a clock, a file or a script may return anything.
    public init(_ time: Double) {
        let time = Instant.clamped(time)
        var seconds = time_t(time.rounded(.down))
        var fields = tm()
        localtime_r(&seconds, &fields)
        self.fields = fields
        milliseconds = min(999, Int((time - time.rounded(.down)) * 1000))
    }

    /// `14:40:11`
    public var clock: String {
        "\(two(fields.tm_hour)):\(two(fields.tm_min)):\(two(fields.tm_sec))"
    }

    /// `2014-02-17 14:40:11,042`
    public var stamp: String {
        let date = "\(fields.tm_year + 1900)-\(two(fields.tm_mon + 1))-\(two(fields.tm_mday))"
        let fraction = String(milliseconds)
        return "\(date) \(clock)," + String(repeating: "0", count: 3 - fraction.count) + fraction
    }

    /// From Sunday, 0, to Saturday, 6.
    var weekday: Int { Int(fields.tm_wday) }

    /// From midnight, 0 to 1439.
    var minuteOfDay: Int { Int(fields.tm_hour * 60 + fields.tm_min) }

    private func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
