/// The comments of a classic file, with the section or key that each is about: the line that it ends, or
/// else the next line that says something.
public struct EnvComments: Sendable, Equatable {
    public struct Comment: Sendable, Equatable {
        /// Without its sign, in one line without control characters.
        public var text: String
        /// The line of the section or key; nil: nothing follows.
        public var owner: Int?
        /// Whether it ends the line it is about, or stands alone before it.
        public var isTrailing: Bool
    }

    public private(set) var all: [Comment] = []

    /// The places in `all` of comments that wait for the line they are about.
    private var waiting: [Int] = []
    /// The line of the key that indented lines go on with.
    private var pending: Int?
    private var hasSection = false

    public init(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { read(line, number: index + 1) }
    }

    private mutating func read(_ line: ArraySlice<UInt8>, number: Int) {
        guard !line.isEnvComment else {
            if !line.trimmed.isEmpty { addAlone(line.trimmed) }
            return
        }
        let said = line.withoutComment
        let rest = line[said.endIndex...]
        guard let first = said.first, !said.trimmed.isEmpty else {
            if !rest.isEmpty { addAlone(rest) }
            return
        }
        var owner = number
        if first.isBlank, let pending { owner = pending } else { settle(number) }
        if first == UInt8(ascii: "["), let end = said.firstIndex(of: UInt8(ascii: "]")) {
            hasSection = true
            pending = nil
            let note = said[(end + 1)...].trimmed
            if !note.isEmpty { add(note, owner) }
        } else if owner == number {
            pending = hasSection ? number : nil
            addSemicolon(of: said, owner)
        }
        if !rest.isEmpty { add(rest, owner) }
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
        if bytes.isEnvComment, let first = bytes.first, first | 0x20 == UInt8(ascii: "r") {
            bytes = bytes.dropFirst(3)
        }
        let signs: Set<UInt8> = [UInt8(ascii: "#"), UInt8(ascii: ";")]
        let plain = bytes.trimmed.drop { signs.contains($0) }.trimmed
            .map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        return String(decoding: plain, as: UTF8.self)
    }
}
