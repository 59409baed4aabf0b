internal import OSVCEngine

/// Writes values as one would in a Lua file.
enum LuaText {
    static func string(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                // Three digits, so that a following digit does not become part of the escape.
                let digits = String(scalar.value)
                quoted += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    static func value(_ value: SettingValue) -> String {
        switch value {
        case .string(let text): string(text)
        case .integer(let number): String(number)
        case .boolean(let flag): flag ? "true" : "false"
        case .duration(let time): string(duration(time))
        case .list(let words) where words.count == 1: string(words[0])
        case .list(let words): list(words)
        }
    }

    private static func list(_ words: [String]) -> String {
        words.isEmpty ? "{}" : "{ \(words.map(string).joined(separator: ", ")) }"
    }

    /// The time in the largest unit without a fraction.
    private static func duration(_ time: Duration) -> String {
        let seconds = time.components.seconds
        guard time.components.attoseconds == 0, seconds > 0 else { return time.text }
        if seconds % 3600 == 0 { return "\(seconds / 3600)h" }
        if seconds % 60 == 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }

    /// A key of a table: a bare name where Lua allows it.
    static func key(_ name: String) -> String {
        let isName =
            name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0.isLetterOrDigit }
            && name.utf8.first.map { !(0x30...0x39).contains($0) } == true
        return isName && !reserved.contains(name) ? name : "[\(string(name))]"
    }

    /// The text as a one-line comment; `--` alone for an empty text.
    static func comment(_ text: String) -> String { text.isEmpty ? "--" : "-- \(text)" }

    private static let reserved: Set<String> = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
        "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ]
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
