internal import OrderedCollections

/// The keys of one section, taken apart at `@`.
struct EnvKeys {
    struct Key {
        /// As written, in small letters: `mnt@n1`.
        var text: String
        /// `mnt`.
        var word: String
        var scope: Scope
        var line: Int
        var value: String
    }

    private(set) var all: [Key] = []
    private var byWord: [String: [Scope: EnvFile.Entry]] = [:]

    init() {}

    init(_ section: EnvFile.Section) {
        for (text, entry) in section.entries {
            let parts = Self.parts(of: text)
            let word = String(parts[0])
            let scope = parts.count > 1 ? Scope(word: String(parts[1])) : .everywhere
            all.append(
                Key(text: text, word: word, scope: scope, line: entry.line, value: entry.value)
            )
            byWord[word, default: [:]][scope] = entry
        }
    }

    private static func parts(of text: String) -> [Substring] {
        text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    }

    /// `mnt` of `MNT@n1`.
    static func word(of text: String) -> String { String(parts(of: text.lowercased())[0]) }

    /// The value that holds everywhere.
    subscript(word: String) -> EnvFile.Entry? { byWord[word]?[.everywhere] }

    func entries(_ word: String) -> [Scope: EnvFile.Entry] { byWord[word] ?? [:] }
}

/// The words that may stand in one section, and what is said of the others.
struct EnvWords {
    enum Verdict {
        case good
        /// The classic release knows it, and here it would have no effect.
        case later
        case notScopable
        case unknown
    }

    static let blocking = "blocking_"
    static let triggers = Trigger.Moment.allCases.flatMap { [$0.rawValue, blocking + $0.rawValue] }

    private let keywords: [String: Bool]
    private let later: Set<String>

    /// `later`: what is refused by name.
    init(keywords: [Keyword], later: Set<String>) {
        self.keywords = Dictionary(keywords.map { ($0.name, $0.isScopable) }) { $0 || $1 }
        self.later = later
    }

    /// For who looks for the nearest.
    var known: [String] { keywords.keys + Self.triggers }

    func verdict(on key: EnvKeys.Key) -> Verdict {
        if let isScopable = keywords[key.word] {
            if key.scope == .everywhere || isScopable { return .good }
            return ["nodes", "drpnodes"].contains(key.word) ? .later : .notScopable
        }
        if Self.triggers.contains(key.word) { return key.scope == .everywhere ? .good : .later }
        guard later.contains(key.word) else { return .unknown }
        return isWithoutEffect(key) ? .good : .later
    }

    /// A switch that is off asks for nothing; `containerize` never had an effect
    /// (classic-resources.md section 5).
    private func isWithoutEffect(_ key: EnvKeys.Key) -> Bool {
        switch key.word {
        case "containerize": true
        case "scsireserv", "no_preempt_abort", "restart", "drnoaction":
            ["0", "no", "false", "off"].contains(key.value.lowercased())
        default: false
        }
    }
}
