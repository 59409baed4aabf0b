/// What may stand in each section of a classic file, made once from the drivers and used for every service
/// of a node.
public struct EnvSchema: Sendable {
    /// The keywords of one kind of section.
    struct Section: Sendable {
        let keywords: [Keyword]
        let words: EnvWords

        init(_ keywords: [Keyword], later: Set<String>, unread: Set<String> = []) {
            self.keywords = keywords.filter { !unread.contains($0.name) }
            words = EnvWords(keywords: self.keywords, later: later, unread: unread)
        }

        /// The places of the keywords that the keys have, or that are among the other words, in the order of
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
    /// The settings of the service itself, in DEFAULT.
    let service: Section
    /// All that DEFAULT may say: the service's own, and what its resources inherit.
    let defaults: EnvWords
    private let drivers: [DriverID: Section]

    public init(_ registry: DriverRegistry) {
        self.registry = registry
        let later = CommonKeywords.serviceLater.union(CommonKeywords.resourceLater)
            .union(CommonKeywords.sectionKeywordsLater.values.flatMap(\.self))
        let common = CommonKeywords.resource.map(\.asClassic)
        let inherited = registry.drivers.flatMap { $0.keywords } + common
        service = Section(CommonKeywords.service, later: [])
        defaults = EnvWords(
            keywords: CommonKeywords.service + inherited,
            later: later,
            unread: CommonKeywords.withoutEffect[EnvFile.defaultName] ?? []
        )
        drivers = Dictionary(
            registry.drivers.map { type in
                let later = CommonKeywords.later(in: type.section)
                let unread = CommonKeywords.withoutEffect[type.section] ?? []
                return (type.id, Section(type.keywords + common, later: later, unread: unread))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func section(of type: any Driver.Type) -> Section {
        guard let section = drivers[type.id] else {
            preconditionFailure("\(type.id) is no driver of this registry")
        }
        return section
    }
}

extension Keyword {
    /// As the classic release reads it: `optional` and `monitor` differ between nodes by their lists alone,
    /// `optional_on` and `monitor_on`.
    fileprivate var asClassic: Keyword {
        guard ["optional", "monitor"].contains(name) else { return self }
        var keyword = self
        keyword.isScopable = false
        return keyword
    }
}
