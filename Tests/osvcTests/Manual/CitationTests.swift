import OSVCEngine
import Testing

/// The documents that comments, scripts and documents name.
struct CitationTests {
    @Test func `every document, section and decision that is cited exists`() {
        let citations = Self.citingFiles.flatMap(Citation.all(in:))
        #expect(citations.count > 200)
        let missing = citations.filter { !Library.shared.holds($0) }.map(\.description)
        #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))")
    }

    @Test(arguments: [
        ("// See nowhere.md, please.", "nowhere.md"),
        ("/// As classic-env.md sections 2 and 99 say.", "classic-env.md 99"),
        ("// classic-env.md section 4.9", "classic-env.md 4.9"),
        ("// A rule (decisions.md 1, 999).", "decisions.md 999"),
        ("// docs/nowhere/", "docs/nowhere"),
        ("// That is decision 998.", "decisions.md 998"),
    ])
    func `what does not exist is found`(_ comment: String, _ expected: String) {
        let citations = Citation.all(in: comment, of: "Sources/Some.swift")
        let missing = citations.filter { !Library.shared.holds($0) }
        #expect(missing.map(\.text) == [expected])
        #expect(missing.first?.description == "Sources/Some.swift:1: \(expected)")
    }

    @Test func `a citation goes on in the next line of a comment`() {
        let text =
            "let a = 1  // classic-env.md\n// section 2.\nlet b = \"x.md\"\n// decisions.md 9\n// and 10: x"
        #expect(
            Citation.all(in: text, of: "Sources/Some.swift").map(\.text)
                == ["classic-env.md 2", "decisions.md 9", "decisions.md 10"]
        )
    }

    /// Recorded output and the tutorial are not ours to correct; this file cites what does not exist.
    private static let unread = [
        "Tests/Fixtures/", "Tests/Conformance/cases/", "Tests/osvcTests/Manual/CitationTests.swift",
    ]

    private static var citingFiles: [String] {
        let files = ["Sources", "Tests", "docs", "packaging"].flatMap(Project.files(below:))
        return ["README.md", "Makefile"]
            + files.filter { file in
                !unread.contains(where: file.hasPrefix) && CommentStyle(of: file) != nil
            }
    }
}

/// Where the comments of a file are.
private enum CommentStyle {
    /// After `//`.
    case slashes
    /// Lines that begin with `#`.
    case signs
    /// The whole text.
    case everything

    /// Nil: the file is not read.
    init?(of file: String) {
        let name = file.split(separator: "/").last ?? ""
        let ending = name.split(separator: ".").dropFirst().last
        switch ending {
        case "swift": self = .slashes
        case "h", "c", "md": self = .everything
        case "bash", "sh": self = .signs
        case nil: self = .signs
        default: return nil
        }
    }

    /// The comment in a line; nil: there is none.
    func comment(in line: Substring) -> Substring? {
        switch self {
        case .everything: return line
        case .signs: return line.drop { $0 == " " || $0 == "\t" }.hasPrefix("#") ? line : nil
        case .slashes:
            let bytes = line.utf8
            guard
                let start = zip(bytes.indices, bytes.indices.dropFirst())
                    .first(where: { bytes[$0] == 0x2F && bytes[$1] == 0x2F })?.0
            else { return nil }
            return line[start...].drop { $0 == "/" }
        }
    }
}

/// A document that a file names, and the section or decision in it.
private struct Citation: CustomStringConvertible {
    var file: String
    var line: Int
    var document: String
    /// `4`, `4.3`; nil: the document as a whole.
    var number: String?

    var text: String { number.map { "\(document) \($0)" } ?? document }
    var description: String { "\(file):\(line): \(text)" }

    static func all(in file: String) -> [Citation] { all(in: Project.text(file), of: file) }

    static func all(in text: String, of file: String) -> [Citation] {
        guard let style = CommentStyle(of: file) else { return [] }
        let lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map(Substring.init)
        return lines.indices.flatMap { index -> [Citation] in
            guard lines[index].mayCite, let comment = style.comment(in: lines[index]) else {
                return []
            }
            let next = lines[(index + 1)...].first.flatMap(style.comment(in:)) ?? ""
            let words = comment.words + next.words
            return comment.words.indices.flatMap { place in
                citations(words[place...]).map { (document, number) in
                    Citation(file: file, line: index + 1, document: document, number: number)
                }
            }
        }
    }

    /// The document that the first word names, once for each number that follows it.
    private static func citations(_ words: ArraySlice<Substring>) -> [(String, String?)] {
        if let word = words.first, word.isDecision {
            return numbers(words.dropFirst()).map { ("decisions.md", $0) }
        }
        guard let document = words.first?.documentName else { return [] }
        // The name ends the sentence or the parenthesis.
        guard words.first?.last?.isLetter == true || words.first?.last == "`" else {
            return [(document, nil)]
        }
        var rest = words.dropFirst()
        if ["section", "sections"].contains(rest.first) {
            rest = rest.dropFirst()
        } else if !document.hasSuffix("decisions.md") {
            return [(document, nil)]
        }
        let numbers = Self.numbers(rest)
        return numbers.isEmpty ? [(document, nil)] : numbers.map { (document, $0) }
    }

    /// `3`, `3 and 5`, `3 to 5`, `3, 4`: the numbers at the beginning.
    private static func numbers(_ words: ArraySlice<Substring>) -> [String] {
        var found: [String] = []
        for word in words {
            if !found.isEmpty, ["and", "to", "or"].contains(word) { continue }
            let digits = word.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            let number = digits.last == "." ? digits.dropLast() : digits
            guard number.first?.isNumber == true else { break }
            found.append(String(number))
            // Only a bare number or one before a comma can be followed by another.
            guard digits == word || word.dropFirst(digits.count) == ",", digits.last != "." else {
                break
            }
        }
        return found
    }
}

extension Substring {
    /// Whether `.md`, `.tsv`, `docs/` or `decision` may be in it; cheaper than taking it apart.
    fileprivate var mayCite: Bool {
        var last: (UInt8, UInt8, UInt8) = (0, 0, 0)
        for byte in utf8 {
            last = (last.1, last.2, byte)
            switch last {
            // ".md", "tsv", "cs/", "cis"
            case (0x2E, 0x6D, 0x64), (0x74, 0x73, 0x76), (0x63, 0x73, 0x2F), (0x63, 0x69, 0x73):
                return true
            default: continue
            }
        }
        return false
    }

    fileprivate var words: [Substring] {
        split { $0 == " " || $0 == "\t" || $0 == "|" || $0 == ">" || $0 == "]" }
    }

    /// Whether it is the word for decisions.md in the documents: `(decision 9)`.
    fileprivate var isDecision: Bool {
        let word = first == "(" ? dropFirst() : self
        return ["decision", "decisions", "Decision", "Decisions"].contains(word)
    }

    /// The document in a word such as ``(`docs/lua.md`,``; nil: it names none.
    fileprivate var documentName: String? {
        let isName: (Character) -> Bool = { character in
            character.isASCII
                && (character.isLetter || character.isNumber || "-_./".contains(character))
        }
        var name = drop { !isName($0) }.prefix(while: isName)
        while let last = name.last, last == "." || last == "/" { name.removeLast() }
        let isDocument = name.hasSuffix(".md") || name.hasSuffix(".tsv") || name.hasPrefix("docs/")
        // An ending alone, a path from the root of the machine and a driver's name are not documents.
        guard isDocument, DriverRegistry.builtIn.driver(DriverID(String(name))) == nil,
            name.first?.isLetter == true || name.hasPrefix("../")
        else { return nil }
        return String(name)
    }
}

/// The documents of the project, each read once.
private struct Library {
    static let shared = Library()

    /// Where a document is looked for whose directory is not written.
    private static let places = ["docs/spec/", "docs/", "docs/classic/", ""]

    /// The beginnings of numbered headings (`4.3`) and rows, by document.
    private let numbers: [String: Set<String>] = Dictionary(
        uniqueKeysWithValues: Project.files(below: "docs").filter { $0.hasSuffix(".md") }
            .map { ($0, Self.numbers(in: $0)) }
    )

    private static func numbers(in document: String) -> Set<String> {
        let lines = Project.text(document).utf8.split(separator: 0x0A).map(Substring.init)
        return Set(
            lines.compactMap { line in
                let words = line.split(separator: " ")
                guard words.count > 1 else { return nil }
                let number = words[1].hasSuffix(".") ? words[1].dropLast() : words[1]
                let isRow = document.hasSuffix("decisions.md") && words[0] == "|"
                guard isRow || words[0] == "##" || words[0] == "###" else { return nil }
                return number.first?.isNumber == true ? String(number) : nil
            }
        )
    }

    func holds(_ citation: Citation) -> Bool {
        guard let path = path(of: citation) else { return false }
        guard let number = citation.number else { return true }
        return numbers[path]?.contains(number) == true
    }

    private func path(of citation: Citation) -> String? {
        let beside = citation.file.split(separator: "/").dropLast()
        var name = citation.document[...]
        var directory = beside
        while name.hasPrefix("../") {
            name = name.dropFirst(3)
            directory = directory.dropLast()
        }
        let own = directory.map { "\($0)/" }.joined() + name
        return ([own] + Self.places.map { $0 + name }).first(where: Project.exists)
    }
}
