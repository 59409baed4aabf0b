/// The comments of a classic file, each with the section or key that it is about: the one whose line it ends,
/// or else the next one.
public struct EnvComments: Sendable {
    /// One comment, or one line of a longer comment.
    public struct Comment: Sendable, Equatable {
        /// The text without its comment sign; control characters are replaced by blanks.
        public var text: String
        /// The line of the section or key that the comment is about, from 1; nil: no section or key follows.
        public var owner: Int?
        /// Whether the comment ends that line; false: it has a line of its own before it.
        public var isTrailing: Bool
    }

    /// All comments, in the order of the file.
    public private(set) var all: [Comment] = []

    /// The indices in `all` of the comments that are about the next section or key.
    private var waiting: [Int] = []
    /// The line of the key that indented lines continue.
    private var pending = 0
    private var lexer = EnvLexer()

    public init(_ bytes: [UInt8]) {
        for (index, line) in EnvLexer.lines(of: bytes).enumerated() {
            read(line, number: index + 1)
        }
    }

    private mutating func read(_ line: ArraySlice<UInt8>, number: Int) {
        let said = line.withoutComment
        let rest = line[said.endIndex...]
        switch lexer.read(line) {
        case .nothing:
            let text = EnvLexer.isComment(line) ? line.trimmed : rest
            if !text.isEmpty { addAlone(text) }
        case .section:
            settle(number)
            let end = said.firstIndex(of: UInt8(ascii: "]")) ?? said.startIndex
            let note = said[(end + 1)...].trimmed
            if !note.isEmpty { add(note, number) }
            if !rest.isEmpty { add(rest, number) }
        case .key:
            settle(number)
            pending = number
            addSemicolon(of: said, number)
            if !rest.isEmpty { add(rest, number) }
        case .continuation:
            if !rest.isEmpty { add(rest, pending) }
        case .problem:
            settle(number)
        }
    }

    private mutating func addSemicolon(of line: ArraySlice<UInt8>, _ owner: Int) {
        let separator = line.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
        guard let separator else { return }
        let value = line[(separator + 1)...]
        let rest = value[value.withoutSemicolonComment.endIndex...]
        if !rest.isEmpty { add(rest, owner) }
    }

    private mutating func addAlone(_ bytes: ArraySlice<UInt8>) {
        waiting.append(all.count)
        all.append(Comment(text: Self.text(bytes), owner: nil, isTrailing: false))
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>, _ owner: Int) {
        all.append(Comment(text: Self.text(bytes), owner: owner, isTrailing: true))
    }

    private mutating func settle(_ number: Int) {
        for index in waiting { all[index].owner = number }
        waiting = []
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        if EnvLexer.isComment(bytes), let first = bytes.first, first | 0x20 == UInt8(ascii: "r") {
            bytes = bytes.dropFirst(3)
        }
        let signs: Set<UInt8> = [UInt8(ascii: "#"), UInt8(ascii: ";")]
        let plain = bytes.trimmed.drop { signs.contains($0) }.trimmed
            .map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        return String(decoding: plain, as: UTF8.self)
    }
}
