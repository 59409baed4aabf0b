public import OrderedCollections

/// The text of a classic service file, or of `node.conf`, as sections of keys with their lines.
///
/// All of classic-env.md section 2, with decisions.md 1: a blank and `#` begin a comment, on every line.
/// Nothing is judged here but the form: what sections and keys mean is said elsewhere.
public struct EnvFile: Sendable, Equatable {
    /// A key with its value; of several in one section, the last.
    public struct Entry: Sendable, Equatable {
        /// Lines of a continued value are joined by newlines.
        public var value: String
        /// The line that the key stands on, from 1.
        public var line: Int
        /// Whether the bytes were UTF-8; else `value` has U+FFFD for what was not.
        public var isText: Bool

        public init(_ value: String, line: Int, isText: Bool = true) {
            self.value = value
            self.line = line
            self.isText = isText
        }
    }

    public struct Section: Sendable, Equatable {
        public var name: String
        /// Where the first section of this name stands.
        public var line: Int
        /// By key, in lower case, `@scope` included; in the order in which they first occur.
        public var entries: OrderedDictionary<String, Entry> = [:]
    }

    /// A line that is none of comment, section, key and continuation.
    public struct Problem: Sendable, Equatable {
        public var line: Int
        public var text: String
    }

    /// Bytes of one file: as for every file that osvc reads.
    public static let sizeLimit = 1 << 20

    /// What every other section inherits.
    public private(set) var defaults = Section(name: EnvFile.defaultName, line: 1)
    /// In the order in which each first occurs.
    public private(set) var sections: [Section] = []
    public private(set) var problems: [Problem] = []

    static let defaultName = "DEFAULT"

    private var places: [String: Int] = [:]
    /// Where the next key belongs; nil: before any section.
    private var current: Place?
    /// The key that an indented line goes on with; it is stored once its value is whole.
    private var pending: (key: String, line: Int, bytes: [UInt8])?

    private enum Place: Equatable {
        case defaults
        case section(Int)
    }

    public init(_ bytes: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { read(line, number: index + 1) }
        store()
        current = nil
    }

    public init(_ text: String) {
        self.init(Array(text.utf8))
    }

    public static func == (one: EnvFile, other: EnvFile) -> Bool {
        one.defaults == other.defaults && one.sections == other.sections
            && one.problems == other.problems
    }

    // MARK: Lines

    private mutating func read(_ line: ArraySlice<UInt8>, number: Int) {
        guard !line.isEnvComment else { return }
        let line = line.withoutComment
        guard let first = line.first, !line.trimmed.isEmpty else { return }
        if first.isBlank, pending != nil {
            pending?.bytes += [UInt8(ascii: "\n")] + line.trimmed
        } else if let name = sectionName(line) {
            open(name, number)
        } else {
            readKey(line, number)
        }
    }

    /// `[name]` at the first column; what follows the bracket does not count.
    private func sectionName(_ line: ArraySlice<UInt8>) -> String? {
        guard line.first == UInt8(ascii: "["),
            let end = line.firstIndex(of: UInt8(ascii: "]")), end > line.startIndex + 1
        else { return nil }
        return String(decoding: line[(line.startIndex + 1)..<end], as: UTF8.self)
    }

    private mutating func open(_ name: String, _ number: Int) {
        store()
        if name == Self.defaultName || name == "default" {
            if defaults.entries.isEmpty { defaults.line = number }
            current = .defaults
            return
        }
        if places[name] == nil {
            places[name] = sections.count
            sections.append(Section(name: name, line: number))
        }
        current = places[name].map(Place.section)
    }

    private mutating func readKey(_ line: ArraySlice<UInt8>, _ number: Int) {
        let separator = line.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
        guard let separator, let first = line.first, !first.isBlank, separator > line.startIndex
        else {
            problems.append(Problem(line: number, text: "neither a section nor 'key = value'"))
            return
        }
        guard current != nil else {
            problems.append(Problem(line: number, text: "a key before any [section]"))
            return
        }
        let key = String(decoding: line[..<separator].trimmed, as: UTF8.self).lowercased()
        var value = line[(separator + 1)...].withoutSemicolonComment.trimmed
        if value.elementsEqual(Array("\"\"".utf8)) { value = [] }
        store()
        pending = (key, number, Array(value))
    }

    /// Writes the pending value where it belongs.
    private mutating func store() {
        guard let current, let (key, line, bytes) = pending else { return }
        pending = nil
        let text = String(validating: bytes, as: UTF8.self)
        let entry = Entry(
            text ?? String(decoding: bytes, as: UTF8.self),
            line: line,
            isText: text != nil
        )
        switch current {
        case .defaults: defaults.entries[key] = entry
        case .section(let index): sections[index].entries[key] = entry
        }
    }

    /// The bytes of a file with DEFAULT in place of `[default]`, as the classic loader puts it right; nil:
    /// there is nothing to put right.
    public static func corrected(_ bytes: [UInt8]) -> [UInt8]? {
        let small = Array("[default]".utf8)
        var corrected: [UInt8] = []
        corrected.reserveCapacity(bytes.count)
        var isChanged = false
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if index > 0 { corrected.append(UInt8(ascii: "\n")) }
            guard line.starts(with: small) else {
                corrected += line
                continue
            }
            isChanged = true
            corrected += Array("[\(defaultName)]".utf8) + line.dropFirst(small.count)
        }
        return isChanged ? corrected : nil
    }

    public func section(_ name: String) -> Section? { places[name].map { sections[$0] } }
}

extension UInt8 {
    /// What the classic parser takes for a blank; a carriage return is one.
    var isBlank: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

extension ArraySlice<UInt8> {
    /// Whether the line as a whole is a comment, or empty.
    var isEnvComment: Bool {
        guard let first else { return true }
        if first == UInt8(ascii: "#") || first == UInt8(ascii: ";") { return true }
        let word = prefix { !$0.isBlank }
        return word.count == 3 && word.map { $0 | 0x20 } == Array("rem".utf8)
    }

    var trimmed: ArraySlice<UInt8> {
        guard let first = firstIndex(where: { !$0.isBlank }),
            let last = lastIndex(where: { !$0.isBlank })
        else { return [] }
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
