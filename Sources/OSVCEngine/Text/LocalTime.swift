internal import Glibc

/// Times in seconds since 1970, as far as osvc reads, writes and shows them.
enum Instant {
    /// The years 1 to 9999 without two days at each end, so that no time zone leads out of them.
    private static let range = -62_135_424_000.0...253_402_128_000.0

    /// The nearest time that can be shown; 0 for NaN.
    static func clamped(_ time: Double) -> Double {
        time.isNaN ? 0 : min(max(time, range.lowerBound), range.upperBound)
    }

    /// The time that a text states; nil when it is not a number or out of range.
    static func read(_ text: String) -> Double? {
        guard let time = Double(text), range.contains(time) else { return nil }
        return time
    }
}

/// A moment in the machine's own time zone, as logs show it.
public struct LocalTime {
    private let fields: tm
    private let milliseconds: Int

    /// `time` is in seconds since 1970. Clocks, files and scripts may return any number: a time outside the
    /// years 1 to 9999 becomes the nearest one inside, and NaN becomes 1970.
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

    /// 0 for Sunday to 6 for Saturday.
    var weekday: Int { Int(fields.tm_wday) }

    /// Minutes since midnight, 0 to 1439.
    var minuteOfDay: Int { Int(fields.tm_hour * 60 + fields.tm_min) }

    private func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
