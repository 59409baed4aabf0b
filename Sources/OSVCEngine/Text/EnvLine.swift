/// What one line of a classic file is by its form. The slices keep their indices in the file.
enum EnvLine: Equatable {
    /// A blank line or a comment.
    case nothing
    case section(String)
    /// The key in lower case, and its value as far as this line goes, without blanks at its ends. `head`
    /// ends with the separator.
    case key(String, head: ArraySlice<UInt8>, value: ArraySlice<UInt8>)
    /// What an indented line adds to the previous value.
    case continuation(ArraySlice<UInt8>)
    case problem(String)
}

/// Recognizes the lines of a classic file: all of classic-env.md section 2, with decisions.md 1. The only place
/// that knows the form, both for reading and for editing. Takes lines in order, without their newline.
struct EnvLexer {
    static let newline = UInt8(ascii: "\n")
    /// The bytes with which some editors begin a file; they belong to no line.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var hasSection = false
    /// Whether an indented line continues a value.
    private var isPending = false

    static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let isMarked = bytes.starts(with: byteOrderMark)
        let text = isMarked ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        return text.split(separator: newline, omittingEmptySubsequences: false)
    }

    mutating func read(_ line: ArraySlice<UInt8>) -> EnvLine {
        guard !Self.isComment(line) else { return .nothing }
        let line = line.withoutComment
        guard let first = line.first, !line.trimmed.isEmpty else { return .nothing }
        if first.isBlank, isPending { return .continuation(line.trimmed) }
        if let name = sectionName(line) {
            hasSection = true
            isPending = false
            return .section(name)
        }
        return key(line)
    }

    static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
        guard let first = line.first else { return true }
        if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { return true }
        let word = line.prefix { !$0.isBlank }
        return word.count == 3 && word.map { $0 | 0x20 } == Array("rem".utf8)
    }

    /// The name in `[name]` at the first column; what follows the bracket is ignored.
    private func sectionName(_ line: ArraySlice<UInt8>) -> String? {
        guard line.first == UInt8(ascii: "["),
            let end = line.firstIndex(of: UInt8(ascii: "]")), end > line.startIndex + 1
        else { return nil }
        let name = String(decoding: line[(line.startIndex + 1)..<end], as: UTF8.self)
        return name == "default" ? EnvFile.defaultName : name
    }

    private mutating func key(_ line: ArraySlice<UInt8>) -> EnvLine {
        let separator = line.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
        guard let separator, let first = line.first, !first.isBlank, separator > line.startIndex
        else { return .problem("neither a section nor 'key = value'") }
        guard hasSection else { return .problem("a key before any [section]") }
        isPending = true
        return .key(
            String(decoding: line[..<separator].trimmed, as: UTF8.self).lowercased(),
            head: line[...separator],
            value: line[(separator + 1)...].withoutSemicolonComment.trimmed
        )
    }
}

extension UInt8 {
    /// Whether the classic parser treats the byte as a blank; a carriage return is one.
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension ArraySlice<UInt8> {
    /// The line without the blanks at its ends; for a blank line the empty slice at its start.
    var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isBlank }),
            let last = lastIndex(where: { !$0.isBlank })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }

    /// The line up to the first `#` after a blank.
    var withoutComment: ArraySlice<UInt8> {
        guard
            let sign = indices.first(where: {
                self[$0] == UInt8(ascii: "#") && $0 > startIndex && self[$0 - 1].isBlank
            })
        else { return self }
        return self[..<sign]
    }

    /// The value up to the first `;`, if that follows a blank and does not begin the value. A later `;` never
    /// begins a comment.
    var withoutSemicolonComment: ArraySlice<UInt8> {
        guard let sign = firstIndex(of: UInt8(ascii: ";")), sign > startIndex,
            self[sign - 1].isBlank, trimmed.first != UInt8(ascii: ";")
        else { return self }
        return self[..<sign]
    }
}
