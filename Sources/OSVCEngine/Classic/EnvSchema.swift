/// The keywords that each section of a classic file accepts, made once from the drivers and used for every
/// service of a node.
public struct EnvSchema: Sendable {
    /// The keywords of one kind of section.
    struct Section: Sendable {
        let keywords: [Keyword]
        let words: EnvWords

        init(
            _ keywords: [Keyword],
            unread: Set<String> = [],
            isLater: @escaping @Sendable (String) -> Bool
        ) {
            self.keywords = keywords.filter { !unread.contains($0.name) }
            words = EnvWords(keywords: self.keywords, unread: unread, isLater: isLater)
        }

        /// The indices of the keywords that occur among the keys or the other words, in the order of
        /// the manual.
        func written(in keys: EnvKeys, _ others: [String] = []) -> [Int] {
            var isWritten = [Bool](repeating: false, count: keywords.count)
            for key in keys.all {
                if let place = words.place(of: key.word) { isWritten[place] = true }
            }
            for word in others {
                if let place = words.place(of: word) { isWritten[place] = true }
            }
            return isWritten.indices.filter { isWritten[$0] }
        }
    }

    let registry: DriverRegistry
    /// The keywords of the service itself, in DEFAULT.
    let service: Section
    /// All keywords that DEFAULT accepts: those of the service, and those that its resources inherit.
    let defaults: EnvWords
    private let common = CommonKeywords.resource.map(\.asClassic)
    private let drivers = Memo<DriverID, Section>()

    public init(_ registry: DriverRegistry) {
        self.registry = registry
        let inherited = registry.drivers.flatMap { $0.keywords } + common
        service = Section(CommonKeywords.service) { _ in false }
        defaults = EnvWords(
            keywords: CommonKeywords.service + inherited,
            unread: CommonKeywords.withoutEffect[EnvFile.defaultName] ?? [],
            isLater: CommonKeywords.isLaterInDefault
        )
    }

    func section(of type: any Driver.Type) -> Section {
        drivers.value(for: type.id) {
            let section = type.section
            return Section(
                type.keywords + common,
                unread: CommonKeywords.withoutEffect[section] ?? []
            ) { CommonKeywords.later(in: section).contains($0) }
        }
    }
}

extension Keyword {
    /// The keyword as the classic release reads it: `optional` and `monitor` differ between nodes only by
    /// the lists `optional_on` and `monitor_on`.
    fileprivate var asClassic: Keyword {
        guard ["optional", "monitor"].contains(name) else { return self }
        var keyword = self
        keyword.isScopable = false
        return keyword
    }
}
