internal import OrderedCollections

/// The keys of one section, taken apart at `@`. Few are searched one by one, many by an index.
struct EnvKeys {
    struct Key {
        /// As written, in small letters: `mnt@n1`.
        var text: String
        /// `mnt`.
        var word: String
        var scope: Scope
        var entry: EnvFile.Entry

        var line: Int { entry.line }
        var value: String { entry.value }
    }

    private(set) var all: [Key] = []
    /// Whether there may be commands around actions; few sections have them.
    private(set) var hasTriggers = false
    /// The places of each word, once there are many keys.
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

    /// The keys of a word, for whatever scope, in the order of the file.
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

    /// Whether the word is written, for whatever scope.
    func has(_ word: String) -> Bool {
        isIndexed ? places[word] != nil : all.contains { $0.word == word }
    }

    /// Whether the word is written for just this scope.
    func has(_ word: String, _ scope: Scope) -> Bool {
        isIndexed
            ? texts.contains(Self.text(word, scope))
            : all.contains { $0.word == word && $0.scope == scope }
    }

    private static let triggerPrefixes = ["pre_", "post_", Trigger.blockingPrefix]
}

/// The words that may stand in one section, and what is said of the others.
struct EnvWords: Sendable {
    enum Verdict {
        case good
        /// The classic release knows it, and here it would have no effect.
        case later
        /// It had no effect in the classic release, either (classic-resources.md section 5).
        case neverHadEffect
        case notScopable
        case unknown
    }

    /// What says which nodes the service has.
    static let nodeLists = ["nodes", "drpnodes", "drpnode"]
    static let triggers = Trigger.Moment.allCases.flatMap {
        [$0.rawValue, Trigger.blockingPrefix + $0.rawValue]
    }

    /// Where each stands in the list, and whether nodes may see different values of it.
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

    /// For who looks for the nearest.
    var known: [String] { keywords.keys + Self.triggers }

    /// The place of a keyword in the list.
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

    /// A switch that is off asks for nothing.
    private func isSwitchedOff(_ key: EnvKeys.Key) -> Bool {
        switch key.word {
        case "scsireserv", "no_preempt_abort", "drnoaction":
            ["0", "no", "false", "off"].contains(key.value.lowercased())
        default: false
        }
    }
}
