/// One way to write a value into a classic file. The usual form is tried first; the others are for values that
/// would otherwise be read back as something else.
struct EnvValueForm: Equatable {
    /// What happens to a comment after the old value.
    enum Comment: CaseIterable {
        case kept
        /// Begins with `#` in place of `;`, which would belong to a value that contains a `;`.
        case withHash
        case dropped
    }

    let first: [UInt8]
    /// The continuation lines, without indentation.
    let rest: [[UInt8]]
    /// Whether nothing separates the value from the separator: `key =#1`.
    let isTight: Bool
    let comment: Comment

    /// All forms of a value, to be tried in this order.
    static func all(of value: String) -> [EnvValueForm] {
        let lines = Array(value.utf8)
            .split(separator: EnvLexer.newline, omittingEmptySubsequences: false).map { Array($0) }
        return [false, true].flatMap { isTight in
            Comment.allCases.map {
                EnvValueForm(
                    first: lines[0],
                    rest: Array(lines.dropFirst()),
                    isTight: isTight,
                    comment: $0
                )
            }
        }
    }

    /// Why no form would be read back as the value; nil: nothing in the value prevents it.
    static func problem(with value: String) -> String? {
        let lines = value.utf8.split(separator: EnvLexer.newline, omittingEmptySubsequences: false)
            .map { Array($0)[...] }
        if value.utf8.contains(0) { return "it holds a NUL byte" }
        if lines[0].elementsEqual("\"\"".utf8) { return "it would be read as empty" }
        for (index, line) in lines.enumerated() {
            if line.isEmpty, index > 0 { return "a line of it is empty" }
            if line.trimmed.count != line.count { return "blanks at the ends of a line are lost" }
            if index > 0, line.first == UInt8(ascii: "#") || hasComment("#", line) {
                return "a blank and '#' begin a comment"
            }
        }
        if hasComment("#", lines[0]) { return "a blank and '#' begin a comment" }
        let sign = lines[0].firstIndex(of: UInt8(ascii: ";"))
        if let sign, sign > 0, lines[0][sign - 1].isBlank, lines[0].first != UInt8(ascii: ";") {
            return "a blank and ';' begin a comment"
        }
        return nil
    }

    private static func hasComment(_ sign: Character, _ line: ArraySlice<UInt8>) -> Bool {
        line.indices.contains {
            $0 > line.startIndex && line[$0] == sign.asciiValue && line[$0 - 1].isBlank
        }
    }

    /// The lines of a new key, as the classic release writes them.
    func lines(of key: String) -> [[UInt8]] {
        let separator = isTight ? " =" : first.isEmpty ? " =" : " = "
        return [Array("\(key)\(separator)".utf8) + first] + rest.map { [UInt8(ascii: "\t")] + $0 }
    }

    /// What is written between the separator and the value; `old` is what was there.
    func gap(_ old: [UInt8], behind head: ArraySlice<UInt8>, of value: ArraySlice<UInt8>) -> [UInt8]
    {
        guard !isTight, !first.isEmpty else { return [] }
        guard old.isEmpty, value.isEmpty else { return old }
        let isSpaced = head.dropLast().last?.isBlank == true || head.last == UInt8(ascii: ":")
        return isSpaced ? [0x20] : []
    }

    /// What is written after the value; `old` is what was there.
    func tail(_ old: ArraySlice<UInt8>) -> [UInt8] {
        let end: [UInt8] = old.last == UInt8(ascii: "\r") ? [UInt8(ascii: "\r")] : []
        switch comment {
        case .kept: return Array(old)
        case .dropped: return end
        case .withHash:
            var text = Array(old)
            if let sign = text.firstIndex(of: UInt8(ascii: ";")) { text[sign] = UInt8(ascii: "#") }
            return text
        }
    }
}
