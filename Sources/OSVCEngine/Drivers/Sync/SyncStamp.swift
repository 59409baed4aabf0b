internal import Glibc

/// The time stamp of a sync as its file contains it: `2014-02-17 17:20:41.123456`, in local time
/// (classic-resources.md section 6).
enum SyncStamp {
    /// The time in seconds since 1970; nil: the text is not a stamp. The fraction may be missing.
    static func time(_ text: String) -> Double? {
        let line = text.prefix { !$0.isNewline }
        let halves = line.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let seconds = seconds(halves[0]) else { return nil }
        guard halves.count == 2 else { return seconds }
        let digits = halves[1]
        guard (1...6).contains(digits.count), digits.utf8.allSatisfy(isDigit),
            let fraction = Double("0.\(digits)")
        else { return nil }
        return seconds + fraction
    }

    private static func seconds(_ text: Substring) -> Double? {
        let form = Array("0000-00-00 00:00:00".utf8)
        guard text.utf8.count == form.count,
            zip(text.utf8, form).allSatisfy({ $1 == UInt8(ascii: "0") ? isDigit($0) : $0 == $1 })
        else { return nil }
        let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 6, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]),
            numbers[3] < 24, numbers[4] < 60, numbers[5] <= 60
        else { return nil }
        var fields = tm()
        fields.tm_year = numbers[0] - 1900
        fields.tm_mon = numbers[1] - 1
        fields.tm_mday = numbers[2]
        fields.tm_hour = numbers[3]
        fields.tm_min = numbers[4]
        fields.tm_sec = numbers[5]
        // The time zone database knows whether summer time applied.
        fields.tm_isdst = -1
        return Double(mktime(&fields))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
