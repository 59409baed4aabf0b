extension Duration {
    /// The longest time that is read from an option, a file or a script, in seconds: a little more than three years. A
    /// longer limit is as good as none, and no arithmetic with this one overflows.
    public static let longestSeconds = 100_000_000

    /// A time that somebody gave in seconds, at most `longestSeconds`.
    public static func limited(seconds: Int) -> Duration { .seconds(min(seconds, longestSeconds)) }

    /// `10s`, `500ms`, `0.25s`: as it can be read back.
    public var text: String {
        let (seconds, attoseconds) = components
        guard attoseconds != 0 else { return "\(seconds)s" }
        return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms"
    }

    /// The time in seconds, with its fraction.
    public var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
