internal import OSVCEngine

/// What is wrong with a value, without its position: `an integer expected, got string`.
struct ValueProblem: Error, Equatable {
    var text: String

    init(_ text: String) {
        self.text = text
    }
}

/// Reads Lua values as the type that a field must have. Nothing is converted, with one exception: an integral
/// float is an integer. A string is never a number, and only `true` and `false` are booleans (lua-boundary.md
/// section 1, rules 16 and 17).
enum ValueReader {
    /// Text: valid UTF-8 without NUL.
    static func text(_ value: LuaValue) throws(ValueProblem) -> String {
        guard case .string(let bytes) = value else { throw expected("a string", value) }
        guard bytes.count <= textLimit else {
            throw ValueProblem("the string is longer than \(textLimit) bytes")
        }
        guard !bytes.contains(0) else { throw ValueProblem("the string holds a NUL byte") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ValueProblem("the string is not valid UTF-8")
        }
        return text
    }

    /// The maximum length in bytes: that of one argument of a program in the kernel.
    static let textLimit = 128 << 10

    static func path(_ value: LuaValue) throws(ValueProblem) -> String {
        let text = try text(value)
        guard text.isAbsolutePath else {
            throw ValueProblem("an absolute path expected, got '\(text)'")
        }
        return text
    }

    static func integer(
        _ value: LuaValue,
        in range: ClosedRange<Int>
    ) throws(ValueProblem) -> Int {
        let number: Int
        switch value {
        case .integer(let integer): number = integer
        case .number(let float):
            guard let exact = Int(exactly: float) else {
                throw ValueProblem("an integer expected, got \(float)")
            }
            number = exact
        default: throw expected("an integer", value)
        }
        guard range.contains(number) else {
            throw ValueProblem("\(number) is not in \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static func boolean(_ value: LuaValue) throws(ValueProblem) -> Bool {
        guard case .boolean(let flag) = value else { throw expected("true or false", value) }
        return flag
    }

    /// A time: seconds as a number, or `500ms`, `10s`, `5m`, `2h`.
    static func duration(_ value: LuaValue) throws(ValueProblem) -> Duration {
        switch value {
        case .integer(let seconds) where (0...Duration.longestSeconds).contains(seconds):
            return .seconds(seconds)
        case .number(let seconds) where seconds >= 0 && seconds <= Double(Duration.longestSeconds):
            return .milliseconds(Int((seconds * 1000).rounded()))
        case .integer, .number:
            throw ValueProblem("a time cannot be negative or endless")
        case .string:
            let text = try text(value)
            guard let duration = duration(text) else {
                throw ValueProblem("'\(text)' is not a time such as 30, \"10s\" or \"5m\"")
            }
            return duration
        default:
            throw expected("a time", value)
        }
    }

    /// `500ms`, `10s`, `1.5h`; nil for anything else.
    static func duration(_ text: String) -> Duration? {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            let amount = text.dropLast(unit.count)
            guard amount.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }),
                let number = Double(amount),
                number * Double(milliseconds) <= Double(Duration.longestSeconds) * 1000
            else { continue }
            return .milliseconds(Int((number * Double(milliseconds)).rounded()))
        }
        return nil
    }

    /// A size: bytes as an integer, or `64K`, `64M`, `2G`.
    static func size(_ value: LuaValue) throws(ValueProblem) -> Int {
        guard case .string = value else { return try integer(value, in: 0...Int.max) }
        let text = try text(value)
        let units = [("K", 10), ("M", 20), ("G", 30), ("T", 40)]
        let unit = units.first { text.hasSuffix($0.0) }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(digits), number <= Int.max >> (unit?.1 ?? 0)
        else { throw ValueProblem("'\(text)' is not a size such as 65536 or \"64M\"") }
        return number << (unit?.1 ?? 0)
    }

    /// A list of strings, or one string that is split at blanks.
    static func words(_ value: LuaValue) throws(ValueProblem) -> [String] {
        if case .string = value {
            return try text(value).split(whereSeparator: isBlank).map(String.init)
        }
        let words = try strings(value, expecting: "words, as a string or a list")
        if let word = words.first(where: { $0.isEmpty || $0.contains(where: isBlank) }) {
            throw ValueProblem("'\(word)' is not one word")
        }
        return words
    }

    /// A program and its arguments, as a list of strings.
    static func arguments(_ value: LuaValue) throws(ValueProblem) -> [String] {
        let words = try strings(value, expecting: "a program and its arguments as a list")
        guard let program = words.first, !program.isEmpty else {
            throw ValueProblem("the list names no program")
        }
        return words
    }

    static func strings(
        _ value: LuaValue,
        expecting what: String
    ) throws(ValueProblem) -> [String] {
        guard case .table(let table) = value else { throw expected(what, value) }
        try checkIsList(table)
        var texts: [String] = []
        for (index, element) in table.list.enumerated() {
            do throws(ValueProblem) {
                texts.append(try text(element))
            } catch {
                throw ValueProblem("[\(index + 1)]: \(error.text)")
            }
        }
        return texts
    }

    static func integers(_ value: LuaValue) throws(ValueProblem) -> [Int] {
        guard case .table(let table) = value else { throw expected("a list of integers", value) }
        try checkIsList(table)
        var numbers: [Int] = []
        for element in table.list { numbers.append(try integer(element, in: Int.min...Int.max)) }
        return numbers
    }

    static func checkIsList(_ table: LuaTable) throws(ValueProblem) {
        if let field = table.fields.first {
            throw ValueProblem("a list expected, '\(field.name)' is not an index")
        }
        try checkHasNoHoles(table)
    }

    /// Throws unless the keys are 1 to n, and text.
    static func checkHasNoHoles(_ table: LuaTable) throws(ValueProblem) {
        guard let other = table.others.first else { return }
        if case .integer(let index) = other.key, index > table.list.count {
            throw ValueProblem("[\(table.list.count + 1)] is nil, while [\(index)] is not")
        }
        throw ValueProblem("\(other.key.noun) is not a key")
    }

    /// Texts by name: `{ LANG = "C" }`. Numbers are not accepted as text.
    static func map(_ value: LuaValue) throws(ValueProblem) -> [String: String] {
        guard case .table(let table) = value else { throw expected("a table", value) }
        try checkHasNoHoles(table)
        guard table.list.isEmpty else {
            throw ValueProblem("a table of names, not a list, expected")
        }
        var texts: [String: String] = [:]
        for field in table.fields {
            do throws(ValueProblem) {
                texts[field.name] = try text(field.value)
            } catch {
                throw ValueProblem("\(field.name): \(error.text)")
            }
        }
        return texts
    }

    /// The value of a keyword, checked as its kind requires.
    static func setting(
        _ value: LuaValue,
        as kind: Keyword.Kind
    ) throws(ValueProblem) -> SettingValue {
        switch kind {
        case .string: return .string(try text(value))
        case .path: return .string(try path(value))
        case .integer(let range): return .integer(try integer(value, in: range))
        case .boolean: return .boolean(try boolean(value))
        case .duration: return .duration(try duration(value))
        case .size: return .integer(try size(value))
        case .list: return .list(try words(value))
        case .periods: return .list(try checked(periods(value), SyncWords.problem(periods:)))
        case .weekdays: return .list(try checked(words(value), SyncWords.problem(days:)))
        case .choice(let words):
            let word = try text(value)
            guard words.contains(word) else { throw noChoice(word, among: words) }
            return .string(word)
        }
    }

    /// Times as one list, or as a list of pairs.
    private static func periods(_ value: LuaValue) throws(ValueProblem) -> [String] {
        guard case .table(let table) = value, case .table? = table.list.first else {
            return try strings(value, expecting: "a pair of times, or a list of such pairs,")
        }
        try checkIsList(table)
        var times: [String] = []
        for pair in table.list { times += try strings(pair, expecting: "a pair of times") }
        return times
    }

    private static func checked(
        _ words: [String],
        _ problem: ([String]) -> String?
    ) throws(ValueProblem) -> [String] {
        if let problem = problem(words) { throw ValueProblem(problem) }
        return words
    }

    static func noChoice(_ word: String, among words: [String]) -> ValueProblem {
        let hint = nearest(to: word, in: words).map { " (did you mean '\($0)'?)" }
        return ValueProblem(
            "'\(word)' is not one of \(words.joined(separator: ", "))\(hint ?? "")"
        )
    }

    static func expected(_ what: String, _ value: LuaValue) -> ValueProblem {
        ValueProblem("\(what) expected, got \(value.typeName)")
    }

    static func isBlank(_ letter: Character) -> Bool { letter.isWhitespace }
}
