/// The tokens of a Lua file, as far as finding keys in table constructors needs them.
///
/// Used for messages only; it skips what it does not understand.
struct LuaTokenizer {
    enum Kind: Equatable {
        case name(String)
        case string(String)
        case number(String)
        /// An operator or bracket of one or more letters.
        case symbol(String)
    }

    struct Token {
        var kind: Kind
        /// From 1.
        var line: Int
        /// From 1, in letters as an editor counts them: UTF-8 continuation bytes do not count.
        var column: Int
    }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    /// Letters of the line before `counted`: each is counted once, however long the line.
    private var letters = 0
    private var counted = 0

    init(_ source: [UInt8]) {
        bytes = source
    }

    static func tokens(of source: [UInt8]) -> [Token] {
        var tokenizer = LuaTokenizer(source)
        var tokens: [Token] = []
        while let token = tokenizer.next() { tokens.append(token) }
        return tokens
    }

    mutating func next() -> Token? {
        skipBlanks()
        guard let byte = peek() else { return nil }
        let line = line
        letters += bytes[counted..<index].count { $0 & 0xC0 != 0x80 }
        counted = index
        let column = letters + 1
        return Token(kind: kind(byte), line: line, column: column)
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        index + ahead < bytes.count ? bytes[index + ahead] : nil
    }

    private mutating func advance() {
        if bytes[index] == UInt8(ascii: "\n") {
            line += 1
            letters = 0
            counted = index + 1
        }
        index += 1
    }

    private mutating func skipBlanks() {
        if index == 0, peek() == UInt8(ascii: "#") { skipLine() }
        while let byte = peek() {
            if byte == UInt8(ascii: "-"), peek(1) == byte {
                index += 2
                if longString() == nil { skipLine() }
            } else if byte <= 32 {
                advance()
            } else {
                return
            }
        }
    }

    private mutating func skipLine() {
        while let byte = peek(), byte != UInt8(ascii: "\n") { advance() }
    }

    private mutating func kind(_ byte: UInt8) -> Kind {
        if byte.isNameStart { return .name(text { $0.isNamePart }) }
        if byte.isDigit || (byte == UInt8(ascii: "."), peek(1)?.isDigit == true) == (true, true) {
            return .number(text { $0.isNamePart || $0 == UInt8(ascii: ".") })
        }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return shortString(byte) }
        if byte == UInt8(ascii: "["), let text = longString() { return .string(text) }
        return symbol()
    }

    private mutating func text(while matches: (UInt8) -> Bool) -> String {
        let start = index
        while let byte = peek(), matches(byte) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func symbol() -> Kind {
        for length in [3, 2] where index + length <= bytes.count {
            let text = String(decoding: bytes[index..<index + length], as: UTF8.self)
            guard Self.symbols.contains(text) else { continue }
            index += length
            return .symbol(text)
        }
        defer { advance() }
        return .symbol(String(decoding: [bytes[index]], as: UTF8.self))
    }

    private static let symbols: Set = [
        "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>",
    ]

    /// A quoted string; escapes other than of the quote are kept as written.
    private mutating func shortString(_ quote: UInt8) -> Kind {
        var text: [UInt8] = []
        advance()
        while let byte = peek(), byte != quote, byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "\\"), let escaped = peek(1) {
                if escaped != quote { text.append(byte) }
                text.append(escaped)
                advance()
            } else {
                text.append(byte)
            }
            advance()
        }
        if peek() == quote { advance() }
        return .string(String(decoding: text, as: UTF8.self))
    }

    /// `[[...]]` or `[==[...]==]` here, or nil with nothing read.
    private mutating func longString() -> String? {
        var level = 0
        while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
        guard peek() == UInt8(ascii: "["), peek(1 + level) == UInt8(ascii: "[") else { return nil }
        for _ in 0..<level + 2 { advance() }
        let closing =
            [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "="), count: level)
            + [UInt8(ascii: "]")]
        let start = index
        while index < bytes.count, !bytes[index...].starts(with: closing) { advance() }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        index = min(index + closing.count, bytes.count)
        return text
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (48...57).contains(self) }
    fileprivate var isNameStart: Bool {
        (65...90).contains(self) || (97...122).contains(self) || self == 95
    }
    fileprivate var isNamePart: Bool { isNameStart || isDigit }
}
