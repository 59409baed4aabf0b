internal import OrderedCollections

/// The keys of one section, split at `@`. A few keys are searched one by one, many by an index.
struct EnvKeys {
    struct Key {
        /// The key as written, in lower case: `mnt@n1`.
        var text: String
        /// The part before `@`: `mnt`.
        var word: String
        var scope: Scope
        var entry: EnvFile.Entry

        var line: Int { entry.line }
        var value: String { entry.value }
    }

    private(set) var all: [Key] = []
    /// Whether the section may have triggers; few sections do.
    private(set) var hasTriggers = false
    /// The indices of each word's keys in `all`, when there are many keys.
    private var places: [String: [Int]] = [:]
    private var texts: Set<String> = []
    private static let few = 16

    init() {}

    init(_ section: EnvFile.Section) {
        all.reserveCapacity(section.entries.count)
        for (text, entry) in section.entries {
            guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "@")) else {
                all.append(Key(text: text, word: text, scope: .everywhere, entry: entry))
                continue
            }
            let scope = Scope(word: String(text[text.utf8.index(after: sign)...]))
            all.append(Key(text: text, word: String(text[..<sign]), scope: scope, entry: entry))
        }
        hasTriggers = all.contains { key in
            Self.triggerPrefixes.contains { key.word.utf8.starts(with: $0.utf8) }
        }
        guard isIndexed else { return }
        for (place, key) in all.enumerated() {
            places[key.word, default: []].append(place)
            texts.insert(Self.text(key.word, key.scope))
        }
    }

    private var isIndexed: Bool { all.count > Self.few }

    private static func text(_ word: String, _ scope: Scope) -> String {
        scope.word.map { "\(word)@\($0)" } ?? word
    }

    /// The keys of a word with any scope, in the order of the file.
    func keys(of word: String) -> [Key] {
        isIndexed ? (places[word] ?? []).map { all[$0] } : all.filter { $0.word == word }
    }

    /// `mnt` of `MNT@n1`.
    static func word(of text: String) -> String { String(text.lowercased().prefix { $0 != "@" }) }

    /// The value that holds everywhere.
    subscript(word: String) -> EnvFile.Entry? {
        isIndexed
            ? keys(of: word).first { $0.scope == .everywhere }?.entry
            : all.first { $0.scope == .everywhere && $0.word == word }?.entry
    }

    /// Whether the word is written with any scope.
    func has(_ word: String) -> Bool {
        isIndexed ? places[word] != nil : all.contains { $0.word == word }
    }

    /// Whether the word is written with exactly this scope.
    func has(_ word: String, _ scope: Scope) -> Bool {
        isIndexed
            ? texts.contains(Self.text(word, scope))
            : all.contains { $0.word == word && $0.scope == scope }
    }

    private static let triggerPrefixes = ["pre_", "post_", Trigger.blockingPrefix]
}

/// The words that one section accepts, and the verdict on any other.
struct EnvWords: Sendable {
    enum Verdict {
        case good
        /// Only the classic release supports the keyword.
        case later
        /// The keyword had no effect in the classic release either (classic-resources.md section 5).
        case neverHadEffect
        case notScopable
        case unknown
    }

    /// The keywords that list the nodes of the service.
    static let nodeLists = ["nodes", "drpnodes", "drpnode"]
    static let triggers = Trigger.Moment.allCases.flatMap {
        [$0.rawValue, Trigger.blockingPrefix + $0.rawValue]
    }

    /// The index of each keyword in the list, and whether its values may differ between nodes.
    private let keywords: [String: (place: Int, isScopable: Bool)]
    private let isLater: @Sendable (String) -> Bool
    private let unread: Set<String>

    /// `unread`: what may be written and has no effect; `isLater`: whether a word is refused by name.
    init(
        keywords: [Keyword],
        unread: Set<String> = [],
        isLater: @escaping @Sendable (String) -> Bool
    ) {
        self.keywords = Dictionary(
            keywords.enumerated().map { ($0.element.name, ($0.offset, $0.element.isScopable)) },
            uniquingKeysWith: { first, other in (first.0, first.1 || other.1) }
        )
        self.isLater = isLater
        self.unread = unread
    }

    /// All accepted words, for hints about similar ones.
    var known: [String] { keywords.keys + Self.triggers }

    /// The index of a keyword in the list; nil: it is not in it.
    func place(of word: String) -> Int? { keywords[word]?.place }

    func verdict(on key: EnvKeys.Key) -> Verdict {
        if let isScopable = keywords[key.word]?.isScopable {
            if key.scope == .everywhere || isScopable { return .good }
            return Self.nodeLists.contains(key.word) ? .later : .notScopable
        }
        if Self.triggers.contains(key.word) { return .good }
        let isUnread = unread.contains(key.word)
        guard isUnread || isLater(key.word) else { return .unknown }
        guard !isSwitchedOff(key) else { return .good }
        return isUnread ? .neverHadEffect : .later
    }

    /// Whether the key is a flag that is off: then it requires nothing.
    private func isSwitchedOff(_ key: EnvKeys.Key) -> Bool {
        switch key.word {
        case "scsireserv", "no_preempt_abort", "drnoaction":
            ["0", "no", "false", "off"].contains(key.value.lowercased())
        default: false
        }
    }
}
