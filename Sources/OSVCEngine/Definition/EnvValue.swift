/// Reads the text of a classic file as the kind of value that a keyword takes (classic-env.md section 2).
enum EnvValue {
    /// What is wrong with a text, without its position.
    struct Problem: Error, Equatable {
        var text: String

        init(_ text: String) {
            self.text = text
        }
    }

    static func read(_ entry: EnvFile.Entry, as kind: Keyword.Kind) throws(Problem)
        -> SettingValue
    {
        // A text can be shown with U+FFFD in it; a path would lead elsewhere.
        guard entry.isText || kind != .path else {
            throw Problem("the path is not valid UTF-8: rename what it leads to")
        }
        let text = entry.value
        guard !text.utf8.contains(0) else { throw Problem("the value holds a NUL byte") }
        switch kind {
        case .string: return .string(text)
        case .path:
            guard text.isAbsolutePath || text.isEmpty else {
                throw Problem("an absolute path expected, got '\(text)'")
            }
            return .string(text)
        case .integer(let range): return .integer(try integer(text, in: range))
        case .boolean: return .boolean(try boolean(text))
        case .duration: return .duration(try duration(text))
        case .size: return .integer(try size(text))
        case .list: return .list(words(text))
        case .periods:
            return .list(try checked(strings(text), SyncWords.problem(periods:)))
        case .weekdays:
            return .list(try checked(strings(text), SyncWords.problem(days:)))
        case .choice(let words):
            guard words.contains(text) else {
                let hint = nearest(to: text, in: words).map { " (did you mean '\($0)'?)" } ?? ""
                throw Problem("'\(text)' is not one of \(words.joined(separator: ", "))\(hint)")
            }
            return .string(text)
        }
    }

    /// The strings of a JSON list, or of a list of lists, in order; for other values an empty list.
    private static func strings(_ text: String) throws(Problem) -> [String] {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: text)
        } catch {
            throw Problem("'\(text)' is not JSON: \(error)")
        }
        guard case .array(let elements) = value else { return [] }
        return elements.flatMap { element -> [String] in
            switch element {
            case .string(let word): [word]
            case .array(let pair): pair.map { if case .string(let word) = $0 { word } else { "" } }
            default: [""]
            }
        }
    }

    private static func checked(
        _ words: [String],
        _ problem: ([String]) -> String?
    ) throws(Problem) -> [String] {
        if let problem = problem(words) { throw Problem(problem) }
        return words
    }

    static func words(_ text: String) -> [String] {
        // The fast path for ASCII, which nearly all texts are.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            return text.split(whereSeparator: \.isWhitespace).map(String.init)
        }
        return text.utf8.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.map {
            String(Substring($0))
        }
    }

    static func boolean(_ text: String) throws(Problem) -> Bool {
        switch text.lowercased() {
        case "1", "yes", "true", "on": return true
        case "0", "no", "false", "off": return false
        default:
            throw Problem("'\(text)' is neither true, yes, on, 1 nor false, no, off, 0")
        }
    }

    static func integer(_ text: String, in range: ClosedRange<Int>) throws(Problem) -> Int {
        guard let number = Int(text) else { throw Problem("an integer expected, got '\(text)'") }
        guard range.contains(number) else {
            throw Problem("\(number) is not in \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A time: seconds, or `500ms`, `10s`, `5m`, `2h`.
    private static func duration(_ text: String) throws(Problem) -> Duration {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("", 1000)]
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            let amount = text.dropLast(unit.count)
            guard amount.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }),
                let number = Double(amount),
                number * Double(milliseconds) <= Double(Duration.longestSeconds) * 1000
            else { continue }
            return .milliseconds(Int((number * Double(milliseconds)).rounded()))
        }
        throw Problem("'\(text)' is not a time such as 30, 10s or 5m")
    }

    /// A size in bytes: a number of bytes, or `64K`, `64M`, `2G`.
    private static func size(_ text: String) throws(Problem) -> Int {
        let units = [("k", 10), ("m", 20), ("g", 30), ("t", 40)]
        let unit = units.first { text.lowercased().hasSuffix($0.0) }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits), number <= Int.max >> (unit?.1 ?? 0)
        else { throw Problem("'\(text)' is not a size such as 65536 or 64M") }
        return number << (unit?.1 ?? 0)
    }
}
