internal import OrderedCollections

/// The keywords of one section of a classic file, and whether a value suits one of them. `create`, `update` and
/// the wizard check their values with it before anything is written (classic-env.md section 5). The verdicts
/// are those of the loader.
public struct EnvWording: Sendable {
    /// What is wrong with one key.
    public enum Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// No driver of the section has the keyword; the text is that of the classic release.
        case unknownKeyword(String, section: String)
        /// Only the classic release supports the keyword.
        case later(String, section: String)
        /// The key has a scope, and the keyword cannot differ between nodes.
        case notScopable(String, section: String)
        /// The value is not of the keyword's kind. `reason` is nil for a keyword with a list of valid words, as
        /// in the classic text.
        case invalidValue(String, keyword: String, section: String, reason: String?)
        /// A new section lacks a required keyword.
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

    /// The name of the section: `fs#1`, `DEFAULT`.
    public let section: String
    /// The keywords of the section's driver; for DEFAULT those of the service.
    public let keywords: [Keyword]
    /// The keywords that it accepts in addition, as every resource does; for DEFAULT those that resources inherit.
    public let commonKeywords: [Keyword]
    private let words: EnvWords

    /// Nil when the section word is unknown. `type` is the value of the section's `type`, if it has one.
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

    /// What is wrong with a key and its value; nil: the loader accepts them.
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
        // A value of DEFAULT is valid if one of the drivers that have the keyword accepts it.
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

    /// The required keywords of a new section for which `has` returns false; `has` ignores scopes.
    public func missing(_ has: (String) -> Bool) -> [Keyword] {
        guard section != EnvFile.defaultName else { return [] }
        return keywords.filter { $0.isRequired && !has($0.name) }
    }
}

extension DriverRegistry {
    /// The driver of a section word; of several drivers, the one whose id ends in the written `type`.
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
    /// What a new service has in DEFAULT unless its definition has other values: the keywords that the classic
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
