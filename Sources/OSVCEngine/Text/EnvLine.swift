/// One line of a classic file, as its form has it. The slices keep their indices in the file.
enum EnvLine: Equatable {
    /// A blank line or a comment.
    case nothing
    case section(String)
    /// The key in small letters; its value, as far as this line goes, without blanks at its ends. `head`
    /// ends with the separator.
    case key(String, head: ArraySlice<UInt8>, value: ArraySlice<UInt8>)
    /// What an indented line adds to the value before it.
    case continuation(ArraySlice<UInt8>)
    case problem(String)
}

/// Tells the lines of a classic file apart: all of classic-env.md section 2, with decisions.md 1. The one
/// place that knows the form, both to read and to edit. Takes lines in order, without newline.
struct EnvLexer {
    static let newline = UInt8(ascii: "\n")
    /// What a file of some editors begins with; it belongs to no line.
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private var hasSection = false
    /// Whether an indented line goes on with a value.
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

    /// `[name]` at the first column; what follows the bracket does not count.
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
    /// What the classic parser takes for a blank; a carriage return is one.
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension ArraySlice<UInt8> {
    /// Without the blanks at its ends; of nothing but blanks, the empty slice at its start.
    var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isBlank }),
            let last = lastIndex(where: { !$0.isBlank })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }

    /// Up to the first `#` that stands behind a blank.
    var withoutComment: ArraySlice<UInt8> {
        guard
            let sign = indices.first(where: {
                self[$0] == UInt8(ascii: "#") && $0 > startIndex && self[$0 - 1].isBlank
            })
        else { return self }
        return self[..<sign]
    }

    /// Up to the first `;` when it stands behind a blank and the value does not begin with it; a later
    /// one never counts.
    var withoutSemicolonComment: ArraySlice<UInt8> {
        guard let sign = firstIndex(of: UInt8(ascii: ";")), sign > startIndex,
            self[sign - 1].isBlank, trimmed.first != UInt8(ascii: ";")
        else { return self }
        return self[..<sign]
    }
}
