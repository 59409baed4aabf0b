public import OrderedCollections

/// The text of a classic service file, or of `node.conf`, as sections of keys with their lines.
///
/// Implements classic-env.md section 2 with decisions.md 1: a blank and `#` begin a comment, on every line.
/// Only the form is checked here, not what sections and keys mean.
public struct EnvFile: Sendable, Equatable {
    /// A value with the line of its key. Of several keys with one name in a section the last counts.
    public struct Entry: Sendable, Equatable {
        /// Lines of a continued value are joined by newlines.
        public var value: String
        /// The line of the key, from 1.
        public var line: Int
        /// Whether the bytes are valid UTF-8; if not, `value` has U+FFFD for the invalid ones.
        public var isText: Bool

        public init(_ value: String, line: Int, isText: Bool = true) {
            self.value = value
            self.line = line
            self.isText = isText
        }
    }

    /// The keys of all sections with one name.
    public struct Section: Sendable, Equatable {
        /// The name in brackets.
        public var name: String
        /// The line of the first section with this name, from 1.
        public var line: Int
        /// The values by key, in lower case with `@scope`, in the order in which the keys first occur.
        public var entries: OrderedDictionary<String, Entry> = [:]
    }

    /// A line that is neither a comment, a section, a key nor a continuation.
    public struct Problem: Sendable, Equatable {
        /// The line, from 1.
        public var line: Int
        /// What is wrong with the line, for a message.
        public var text: String
    }

    /// A key or section that is written again; of a key the last value counts, sections are one.
    public struct Repetition: Sendable, Equatable {
        /// `[fs#1]`, or `[fs#1] mnt`.
        public var name: String
        /// The line on which it is first written, from 1.
        public var first: Int
        /// The line on which it is written again.
        public var line: Int
    }

    /// What the name of a classic service file ends in.
    public static let suffix = ".env"
    /// Bytes of one file: as for every file that osvc reads.
    public static let sizeLimit = 1 << 20

    /// The section DEFAULT, from which all others inherit.
    public private(set) var defaults = Section(name: EnvFile.defaultName, line: 1)
    /// The sections except DEFAULT, in the order in which they first occur.
    public private(set) var sections: [Section] = []
    /// The invalid lines, in the order of the file.
    public private(set) var problems: [Problem] = []
    /// What is written more than once, in the order of the file.
    public private(set) var repetitions: [Repetition] = []

    static let defaultName = "DEFAULT"

    private var places: [String: Int] = [:]
    /// The section of the next key; nil: before any section.
    private var current: Place?
    /// The key that an indented line continues; it is stored once its value is complete.
    private var pending: (key: String, line: Int, bytes: [UInt8])?

    private var isDefaultOpened = false

    private enum Place: Equatable {
        case defaults
        case section(Int)
    }

    public init(_ bytes: [UInt8]) {
        var lexer = EnvLexer()
        for (index, line) in EnvLexer.lines(of: bytes).enumerated() {
            read(lexer.read(line), number: index + 1)
        }
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

    private mutating func read(_ line: EnvLine, number: Int) {
        switch line {
        case .nothing: break
        case .section(let name): open(name, number)
        case .key(let key, _, let value):
            store()
            pending = (key, number, value.elementsEqual(Array("\"\"".utf8)) ? [] : Array(value))
        case .continuation(let text): pending?.bytes += [EnvLexer.newline] + text
        case .problem(let text): problems.append(Problem(line: number, text: text))
        }
    }

    private mutating func open(_ name: String, _ number: Int) {
        store()
        if name == Self.defaultName {
            if isDefaultOpened { repeated("[\(name)]", defaults.line, number) }
            if defaults.entries.isEmpty { defaults.line = number }
            isDefaultOpened = true
            current = .defaults
            return
        }
        if let place = places[name], !sections[place].name.isSame(name) {
            let first = sections[place].line
            let text = "[\(name)] is the section of line \(first) in another spelling"
            problems.append(Problem(line: number, text: text))
        }
        if let place = places[name] {
            repeated("[\(name)]", sections[place].line, number)
        } else {
            places[name] = sections.count
            sections.append(Section(name: name, line: number))
        }
        current = places[name].map(Place.section)
    }

    /// Stores the pending value in its section.
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
        case .defaults:
            noteKey(key, line, in: defaults)
            defaults.entries[key] = entry
        case .section(let index):
            noteKey(key, line, in: sections[index])
            sections[index].entries[key] = entry
        }
    }

    private mutating func noteKey(_ key: String, _ line: Int, in section: Section) {
        guard let first = section.entries[key] else { return }
        repeated("[\(section.name)] \(key)", first.line, line)
    }

    private mutating func repeated(_ name: String, _ first: Int, _ line: Int) {
        repetitions.append(Repetition(name: name, first: first, line: line))
    }

    /// The bytes of a file with `[DEFAULT]` in place of `[default]`, as the classic loader corrects it; nil:
    /// nothing is to be corrected.
    public static func corrected(_ bytes: [UInt8]) -> [UInt8]? {
        let small = Array("[default]".utf8)
        // A fast check: every load asks, and hardly any file has it.
        let occurs = bytes.withUnsafeBytes { all in
            all.indices.contains { all[$0] == small[0] && all[$0...].starts(with: small) }
        }
        guard occurs else { return nil }
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

    /// The section with this name; nil: the file does not have it. DEFAULT is `defaults`.
    public func section(_ name: String) -> Section? { places[name].map { sections[$0] } }
}
