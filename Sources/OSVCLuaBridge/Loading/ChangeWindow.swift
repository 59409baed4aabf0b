internal import Glibc

/// Times of the week, in local time: `Sat-Sun 00:00-24:00, Mon-Fri 22:00-06:00`.
///
/// Each part names days and a span of a day; a span that ends at or before its start ends on the next day. Days may be
/// given as `Mon`, `Mon-Fri`, `Sat-Mon` (past the end of the week); without days a part applies to every day.
struct ChangeWindow: Sendable, Equatable, CustomStringConvertible {
    struct Part: Sendable, Equatable {
        /// 0 is Sunday, as in `tm_wday`.
        var days: Set<Int>
        /// Minutes of the day, 0 to 1440.
        var start: Int
        var end: Int
    }

    /// More parts than a week has hours (168).
    static let mostParts = 256

    var text: String
    var parts: [Part]

    var description: String { text }

    /// Reads the notation. Throws what is wrong with it, for the author of the file.
    init(_ text: String) throws(ValueProblem) {
        self.text = text
        parts = []
        let count = text.utf8.count { $0 == UInt8(ascii: ",") } + 1
        guard count <= Self.mostParts else {
            throw ValueProblem("\(count) parts, at most \(Self.mostParts) are supported")
        }
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            parts.append(try Self.part(String(part)))
        }
    }

    /// Whether the moment, in seconds since 1970, is in one of the parts; nil: the calendar has no such moment,
    /// as for 1e300.
    func contains(_ seconds: Double) -> Bool? {
        guard var time = time_t(exactly: seconds.rounded(.down)) else { return nil }
        var local = unsafe tm()
        guard unsafe localtime_r(&time, &local) != nil else { return nil }
        let (day, hour, minute) = unsafe (local.tm_wday, local.tm_hour, local.tm_min)
        return contains(day: Int(day), minute: Int(hour) * 60 + Int(minute))
    }

    func contains(day: Int, minute: Int) -> Bool {
        parts.contains { part in
            let wraps = part.end <= part.start
            if part.days.contains(day), minute >= part.start, wraps || minute < part.end {
                return true
            }
            return wraps && part.days.contains((day + 6) % 7) && minute < part.end
        }
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private static func part(_ text: String) throws(ValueProblem) -> Part {
        let words = text.split(separator: " ")
        guard let span = words.last, words.count <= 2 else {
            throw ValueProblem("'\(text)' is not part of a window, as 'Mon-Fri 22:00-06:00' is")
        }
        let ends = span.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let start = minute(ends[0]), let end = minute(ends[1]), start < 1440
        else { throw ValueProblem("'\(span)' is not a span of a day, as '22:00-06:00' is") }
        return Part(
            days: words.count == 2 ? try range(words[0]) : Set(0..<7),
            start: start,
            end: end
        )
    }

    private static func range(_ text: Substring) throws(ValueProblem) -> Set<Int> {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = ends.map { end in days.firstIndex { $0.lowercased() == end.lowercased() } }
        guard (1...2).contains(numbers.count), let first = numbers[0],
            let last = numbers[numbers.count - 1]
        else {
            throw ValueProblem("'\(text)' names no days, as 'Mon-Fri' and 'Sun' do")
        }
        let length = (last - first + 7) % 7
        return Set((0...length).map { (first + $0) % 7 })
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }),
            parts[1].count == 2, parts.joined().allSatisfy(\.isASCII),
            let hour = UInt8(parts[0]), let minute = UInt8(parts[1]),
            hour < 24 && minute < 60 || hour == 24 && minute == 0
        else { return nil }
        return Int(hour) * 60 + Int(minute)
    }
}
