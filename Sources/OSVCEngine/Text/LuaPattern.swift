/// A Lua pattern (Lua 5.4 manual, section 6.4.1), matched here because the engine knows no Lua.
///
/// Matching works on bytes and gives up after 2,000,000 steps: a pattern such as `a-a-a-b` takes time that
/// grows with a power of the length.
struct LuaPattern: Sendable, Equatable {
    private static let stepLimit = 2_000_000
    /// Lua's own limit on nested repetition (MAXCCALLS).
    private static let depthLimit = 200

    private let pattern: [UInt8]

    init(_ text: String) {
        pattern = Array(text.utf8)
    }

    /// Whether the pattern occurs in `bytes`; nil when it is malformed or takes more steps than allowed.
    func occurs(in bytes: [UInt8]) -> Bool? {
        let isAnchored = pattern.first == UInt8(ascii: "^")
        var match = Match(
            subject: bytes,
            pattern: pattern,
            steps: Self.stepLimit,
            depth: Self.depthLimit
        )
        do throws(Match.Failure) {
            for start in 0...bytes.count {
                match.captures = []
                if try match.end(from: start, isAnchored ? 1 : 0) != nil {
                    return match.captures.contains { $0.end == nil } ? nil : true
                }
                if isAnchored { return false }
            }
            return false
        } catch {
            return nil
        }
    }
}

/// One attempt. Positions are indices into subject (`s`) and pattern (`p`).
private struct Match {
    enum Failure: Error { case malformed, tooLong }

    struct Capture {
        var start: Int
        /// Nil while open; a position capture `()` is empty.
        var end: Int?
    }

    let subject: [UInt8]
    let pattern: [UInt8]
    var steps: Int
    var depth: Int
    var captures: [Capture] = []

    /// Where a match that begins here ends; nil: no match.
    mutating func end(from s: Int, _ p: Int) throws(Failure) -> Int? {
        try spend()
        guard depth > 0 else { throw .tooLong }
        depth -= 1
        defer { depth += 1 }
        guard p < pattern.count else { return s }
        switch pattern[p] {
        case UInt8(ascii: "("): return try open(s, p)
        case UInt8(ascii: ")"): return try close(s, p)
        case UInt8(ascii: "$") where p + 1 == pattern.count: return s == subject.count ? s : nil
        case UInt8(ascii: "%") where p + 1 < pattern.count:
            switch pattern[p + 1] {
            case UInt8(ascii: "b"): return try balanced(s, p)
            case UInt8(ascii: "f"): return try frontier(s, p)
            case UInt8(ascii: "0")...UInt8(ascii: "9"): return try repeated(s, p)
            default: return try item(s, p)
            }
        default: return try item(s, p)
        }
    }

    private mutating func spend(_ count: Int = 1) throws(Failure) {
        steps -= count
        guard steps > 0 else { throw .tooLong }
    }

    // MARK: Repetition

    /// One character class with what may follow it: `* + - ?`.
    private mutating func item(_ s: Int, _ p: Int) throws(Failure) -> Int? {
        let next = try classEnd(p)
        let suffix = next < pattern.count ? pattern[next] : 0
        switch suffix {
        case UInt8(ascii: "?"):
            if try holds(s, p, next), let end = try end(from: s + 1, next + 1) { return end }
            return try end(from: s, next + 1)
        case UInt8(ascii: "*"): return try longest(s, p, next)
        case UInt8(ascii: "+"): return try holds(s, p, next) ? longest(s + 1, p, next) : nil
        case UInt8(ascii: "-"): return try shortest(s, p, next)
        default: return try holds(s, p, next) ? end(from: s + 1, next) : nil
        }
    }

    private mutating func longest(_ s: Int, _ p: Int, _ next: Int) throws(Failure) -> Int? {
        var count = 0
        while try holds(s + count, p, next) {
            count += 1
            try spend()
        }
        while count >= 0 {
            if let end = try end(from: s + count, next + 1) { return end }
            count -= 1
        }
        return nil
    }

    private mutating func shortest(_ s: Int, _ p: Int, _ next: Int) throws(Failure) -> Int? {
        var s = s
        while true {
            if let end = try end(from: s, next + 1) { return end }
            guard try holds(s, p, next) else { return nil }
            s += 1
        }
    }

    // MARK: Captures

    private mutating func open(_ s: Int, _ p: Int) throws(Failure) -> Int? {
        let isPosition = p + 1 < pattern.count && pattern[p + 1] == UInt8(ascii: ")")
        captures.append(Capture(start: s, end: isPosition ? s : nil))
        if let end = try end(from: s, p + (isPosition ? 2 : 1)) { return end }
        captures.removeLast()
        return nil
    }

    private mutating func close(_ s: Int, _ p: Int) throws(Failure) -> Int? {
        guard let index = captures.lastIndex(where: { $0.end == nil }) else { throw .malformed }
        captures[index].end = s
        if let end = try end(from: s, p + 1) { return end }
        captures[index].end = nil
        return nil
    }

    /// `%1`: the text that a capture matched, once more.
    private mutating func repeated(_ s: Int, _ p: Int) throws(Failure) -> Int? {
        let index = Int(pattern[p + 1]) - Int(UInt8(ascii: "1"))
        guard captures.indices.contains(index), let last = captures[index].end else {
            throw .malformed
        }
        let text = subject[captures[index].start..<last]
        try spend(text.count / 8)
        guard subject[s...].starts(with: text) else { return nil }
        return try end(from: s + text.count, p + 2)
    }

    // MARK: %b and %f

    private mutating func balanced(_ s: Int, _ p: Int) throws(Failure) -> Int? {
        guard p + 3 < pattern.count else { throw .malformed }
        let (first, last) = (pattern[p + 2], pattern[p + 3])
        guard s < subject.count, subject[s] == first else { return nil }
        var level = 1
        for index in (s + 1)..<max(s + 1, subject.count) {
            try spend()
            if subject[index] == last {
                level -= 1
                if level == 0 { return try end(from: index + 1, p + 4) }
            } else if subject[index] == first {
                level += 1
            }
        }
        return nil
    }

    private mutating func frontier(_ s: Int, _ p: Int) throws(Failure) -> Int? {
        guard p + 2 < pattern.count, pattern[p + 2] == UInt8(ascii: "[") else { throw .malformed }
        let next = try classEnd(p + 2)
        let before = s == 0 ? 0 : subject[s - 1]
        let after = s < subject.count ? subject[s] : 0
        try spend((next - p) / 4)
        guard !isInSet(before, p + 2, next), isInSet(after, p + 2, next) else { return nil }
        return try end(from: s, next)
    }

    // MARK: Classes

    /// The index after the class that begins at `p`.
    private mutating func classEnd(_ p: Int) throws(Failure) -> Int {
        let end = try findClassEnd(p)
        try spend((end - p) / 8)
        return end
    }

    private func findClassEnd(_ p: Int) throws(Failure) -> Int {
        switch pattern[p] {
        case UInt8(ascii: "%"):
            guard p + 1 < pattern.count else { throw .malformed }
            return p + 2
        case UInt8(ascii: "["):
            var index = p + 1
            if index < pattern.count, pattern[index] == UInt8(ascii: "^") { index += 1 }
            // A bracket in the first place stands for itself.
            repeat {
                guard index < pattern.count else { throw .malformed }
                index += pattern[index] == UInt8(ascii: "%") ? 2 : 1
            } while index >= pattern.count || pattern[index] != UInt8(ascii: "]")
            return index + 1
        default: return p + 1
        }
    }

    private mutating func holds(_ s: Int, _ p: Int, _ next: Int) throws(Failure) -> Bool {
        guard s < subject.count else { return false }
        try spend((next - p) / 8)
        switch pattern[p] {
        case UInt8(ascii: "."): return true
        case UInt8(ascii: "%"): return isInClass(subject[s], pattern[p + 1])
        case UInt8(ascii: "["): return isInSet(subject[s], p, next)
        default: return pattern[p] == subject[s]
        }
    }

    /// A set from its bracket at `p` to the index after its closing one.
    private func isInSet(_ byte: UInt8, _ p: Int, _ next: Int) -> Bool {
        let isNegated = pattern[p + 1] == UInt8(ascii: "^")
        var index = p + (isNegated ? 2 : 1)
        while index < next - 1 {
            if pattern[index] == UInt8(ascii: "%") {
                if isInClass(byte, pattern[index + 1]) { return !isNegated }
                index += 2
            } else if index + 2 < next - 1, pattern[index + 1] == UInt8(ascii: "-") {
                if pattern[index] <= byte, byte <= pattern[index + 2] { return !isNegated }
                index += 3
            } else {
                if pattern[index] == byte { return !isNegated }
                index += 1
            }
        }
        return isNegated
    }

    private func isInClass(_ byte: UInt8, _ letter: UInt8) -> Bool {
        let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter)
        guard let found = ByteClass(letter: isUpper ? letter + 32 : letter)?.contains(byte) else {
            return letter == byte
        }
        return found != isUpper
    }
}

/// The classes of single letters, in the C locale.
private enum ByteClass: UInt8 {
    case letters = 0x61, controls = 0x63, digits = 0x64, printed = 0x67, lowercase = 0x6C
    case punctuation = 0x70, blanks = 0x73, uppercase = 0x75, alphanumeric = 0x77, hex = 0x78

    init?(letter: UInt8) { self.init(rawValue: letter) }

    func contains(_ byte: UInt8) -> Bool {
        switch self {
        case .letters: Self.lowercase.contains(byte) || Self.uppercase.contains(byte)
        case .controls: byte < 0x20 || byte == 0x7F
        case .digits: (0x30...0x39).contains(byte)
        case .printed: (0x21...0x7E).contains(byte)
        case .lowercase: (0x61...0x7A).contains(byte)
        case .punctuation: Self.printed.contains(byte) && !Self.alphanumeric.contains(byte)
        case .blanks: byte == 0x20 || (0x09...0x0D).contains(byte)
        case .uppercase: (0x41...0x5A).contains(byte)
        case .alphanumeric: Self.letters.contains(byte) || Self.digits.contains(byte)
        case .hex:
            Self.digits.contains(byte) || (0x41...0x46).contains(byte)
                || (0x61...0x66).contains(byte)
        }
    }
}
