/// Wraps text into lines of at most `width` characters, as the classic status tree does
/// (classic-status.md section 5): by the rules of Python 2.7's `textwrap`. Lines break at blanks, which
/// are dropped there, and after hyphens inside words; a word longer than a line is cut.
func wrapped(_ text: String, width: Int) -> [String] {
    var chunks = TextChunks(text).all[...]
    var lines: [String] = []
    while !chunks.isEmpty {
        if !lines.isEmpty, chunks.first?.first == " " { chunks.removeFirst() }
        var line: [Character] = []
        var isBlankLast = false
        while let chunk = chunks.first, line.count + chunk.count <= width {
            line += chunk
            isBlankLast = chunk.first == " "
            chunks.removeFirst()
        }
        if let long = chunks.first, long.count > width {
            // It fills the rest of this line.
            let room = width - line.count
            if room > 0 { isBlankLast = false }
            line += long.prefix(room)
            chunks[chunks.startIndex] = long.dropFirst(room)
        }
        if isBlankLast { while line.last == " " { line.removeLast() } }
        if !line.isEmpty { lines.append(String(line)) }
    }
    return lines
}

/// Text in the pieces between which a line may break: blanks, words, and parts of words that end in a
/// hyphen. Such a part has two letters or more before the hyphen, the last no digit, and as much after it;
/// signs before it belong to it, so that `/srv/open-ha` is `/srv`, `/open-` and `ha`.
private struct TextChunks {
    private(set) var all: [ArraySlice<Character>] = []
    private let text: [Character]
    // For each place, so that the time for a long word is proportional to its length.
    private let wordEnds: [Int]
    private let signEnds: [Int]
    private let dashEnds: [Int]
    private let nextLetters: [Int]

    init(_ string: String) {
        let text = string.map { $0.isWhitespace ? " " : $0 }
        self.text = text
        wordEnds = Self.ends(in: text, of: Self.isWord)
        signEnds = Self.ends(in: text) { $0 != " " && !Self.isWord($0) }
        dashEnds = Self.ends(in: text) { $0 == "-" }
        nextLetters = Self.ends(in: text) { !Self.isLetter($0) }
        var begun = 0
        var place = 0
        while place < text.count {
            guard let end = separator(at: place) else {
                place += 1
                continue
            }
            add(begun..<place)
            add(place..<end)
            begun = end
            place = end
        }
        add(begun..<text.count)
    }

    private mutating func add(_ range: Range<Int>) {
        if !range.isEmpty { all.append(text[range]) }
    }

    /// The end of a piece that begins here and separates words.
    private func separator(at place: Int) -> Int? {
        if text[place] == " " { return text[place...].firstIndex { $0 != " " } ?? text.count }
        return hyphenated(at: place) ?? dashes(at: place)
    }

    private func hyphenated(at place: Int) -> Int? {
        let word = signEnds[place]
        let hyphen = wordEnds[word]
        guard hyphen - word >= 2, Self.isLetter(text[hyphen - 1]), hyphen < text.count,
            text[hyphen] == "-"
        else { return nil }
        let rest = hyphen + 1
        let end = wordEnds[rest]
        return end - rest >= 2 && nextLetters[rest + 1] < end ? rest : nil
    }

    /// Two hyphens or more between words.
    private func dashes(at place: Int) -> Int? {
        let end = dashEnds[place]
        guard end - place >= 2, place > 0, end < text.count, Self.isWord(text[end]),
            Self.isWord(text[place - 1]) || "!\"'&.,?".contains(text[place - 1])
        else { return nil }
        return end
    }

    /// For each place of a text, and for its end, the first place from there on that has another sign.
    private static func ends(in text: [Character], of isOne: (Character) -> Bool) -> [Int] {
        var ends = [Int](repeating: text.count, count: text.count + 1)
        for place in text.indices.reversed() {
            ends[place] = isOne(text[place]) ? ends[place + 1] : place
        }
        return ends
    }

    private static func isWord(_ sign: Character) -> Bool {
        sign == "_" || sign.isASCII && (sign.isLetter || sign.isNumber)
    }

    /// Whether the sign is a letter and not a digit.
    private static func isLetter(_ sign: Character) -> Bool {
        isWord(sign) && !sign.isNumber
    }
}
