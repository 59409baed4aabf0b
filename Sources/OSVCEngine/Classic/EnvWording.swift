internal import OrderedCollections

/// The words of one section of a classic file, and whether a value suits one: what `create`, `update` and
/// the wizard ask before anything is written (classic-env.md section 5). The verdicts are the loader's.
public struct EnvWording: Sendable {
    /// What is wrong with one key.
    public enum Fault: Error, Sendable, Equatable, CustomStringConvertible {
        case unknownKeyword(String, section: String)
        /// The classic release knows it, this one does not.
        case later(String, section: String)
        case notScopable(String, section: String)
        /// `reason` is nil where the candidates say enough, as the classic text has it.
        case invalidValue(String, keyword: String, section: String, reason: String?)
        case noValue(keyword: String, section: String)

        public var description: String {
            switch self {
            case .unknownKeyword(let key, let section):
                "Remove unknown keyword '\(key)' from section '\(section)'"
            case .later(let key, let section):
                "keyword '\(key)' in section '\(section)' is not supported by this release"
            case .notScopable(let key, let section):
                "keyword '\(key)' in section '\(section)' cannot differ between nodes"
            case .invalidValue(let value, let key, let section, let reason):
                "'\(key)' keyword has invalid value '\(value)' in section '\(section)'"
                    + (reason.map { ": \($0)" } ?? "")
            case .noValue(let key, let section):
                "No default value for required key '\(key)' in section '\(section)'"
            }
        }
    }

    public let section: String
    /// What the section's own type takes; of DEFAULT, what the service takes.
    public let keywords: [Keyword]
    /// What it takes besides, as most resources do; of DEFAULT, what resources inherit.
    public let commonKeywords: [Keyword]
    private let words: EnvWords

    /// Nil: there is no such section word. `type` is the section's `type`, where it says one.
    public init?(section: String, type: String?, registry: DriverRegistry) {
        self.section = section
        let schema = EnvSchema(registry)
        if section == EnvFile.defaultName {
            keywords = CommonKeywords.service
            commonKeywords = registry.drivers.flatMap { $0.keywords } + CommonKeywords.resource
            words = schema.defaults
            return
        }
        let name = EnvSectionName(section, registry: registry)
        guard [.known, .schedule, .generated].contains(name.kind),
            let driver = registry.driver(section: name.word, type: type)
        else { return nil }
        let words = schema.section(of: driver).words
        self.words = words
        keywords = driver.keywords
        commonKeywords = CommonKeywords.resource.filter { words.place(of: $0.name) != nil }
    }

    /// What is wrong with a key and its value; nil: the loader takes them.
    public func fault(of text: String, value: String) -> Fault? {
        let entry = EnvFile.Entry(value, line: 1)
        var written = EnvFile.Section(name: section, line: 1)
        written.entries[text.lowercased()] = entry
        guard let key = EnvKeys(written).all.first else { return nil }
        switch words.verdict(on: key) {
        case .unknown: return .unknownKeyword(text, section: section)
        case .later, .neverHadEffect: return .later(text, section: section)
        case .notScopable: return .notScopable(text, section: section)
        case .good: break
        }
        let own = keywords.filter { $0.name == key.word }
        let takers = own.isEmpty ? commonKeywords.filter { $0.name == key.word } : own
        let faults = takers.map { Self.fault(of: text, entry, as: $0, in: section) }
        // What DEFAULT says is for every driver that takes the keyword: one that takes the value suffices.
        return faults.contains(nil) ? nil : faults.first ?? nil
    }

    private static func fault(
        of text: String,
        _ entry: EnvFile.Entry,
        as keyword: Keyword,
        in section: String
    ) -> Fault? {
        do throws(EnvValue.Problem) {
            _ = try EnvValue.read(entry, as: keyword.kind)
            return nil
        } catch {
            let isChoice =
                switch keyword.kind {
                case .choice, .boolean: true
                default: false
                }
            return .invalidValue(
                entry.value,
                keyword: text,
                section: section,
                reason: isChoice ? nil : error.text
            )
        }
    }

    /// The keywords without which a new section is not written, of those that `has` no value, whatever
    /// its scope.
    public func missing(_ has: (String) -> Bool) -> [Keyword] {
        guard section != EnvFile.defaultName else { return [] }
        return keywords.filter { $0.isRequired && !has($0.name) }
    }
}

extension DriverRegistry {
    /// The driver of a section word; of several, the one whose id ends in the `type` that is written.
    func driver(section word: String, type: String?) -> (any Driver.Type)? {
        guard let first = driver(section: word) else { return nil }
        let hasOthers = drivers.contains { $0.section == word && $0.id != first.id }
        guard hasOthers, let type, let driver = driver(DriverID("\(word).\(type)")),
            driver.section == word
        else { return first }
        return driver
    }
}

extension EnvNode {
    /// What a new service has in DEFAULT unless it says otherwise: the keywords that the classic
    /// release requires, with its defaults (classic-env.md section 5).
    public var serviceDefaults: [(keyword: String, value: String)] {
        let types = EnvValidation.serviceTypes
        return [
            ("mode", "hosted"),
            ("service_type", types.contains(hostMode) ? hostMode : NodeSettings.defaultHostMode),
            ("nodes", name),
            ("autostart_node", name),
        ]
    }
}
