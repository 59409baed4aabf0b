internal import Glibc

/// A moment in the machine's own time zone, as logs show it.
public struct LocalTime {
    private let fields: tm
    private let milliseconds: Int

    /// `time` in seconds since 1970.
    public init(_ time: Double) {
        var seconds = time_t(time)
        var fields = tm()
        localtime_r(&seconds, &fields)
        self.fields = fields
        milliseconds = Int((time - time.rounded(.down)) * 1000)
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
