/// A key of a section as `--param` names it: `fs#0.mnt` (classic-actions.md section 9).
public struct EnvParameter: Sendable, Equatable {
    /// The part before the dot, a section or DEFAULT.
    public var section: String
    /// The part after the dot, its scope included: `ipdev@sles2`.
    public var key: String

    /// Reads `section.key`; nil when the text does not have exactly one dot with something on both sides.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        section = String(parts[0])
        key = String(parts[1])
    }
}

extension EnvEditor {
    /// The ids of the resources: all sections except DEFAULT, and the launchers, which every service has even
    /// without a section.
    public var resources: [String] {
        let named = sections.filter { $0 != EnvFile.defaultName }
        return named.contains(Application.section) ? named : named + [Application.section]
    }

    /// The sections that can be removed: all except DEFAULT.
    public var removableResources: [String] { sections.filter { $0 != EnvFile.defaultName } }

    /// Sets `disable` in the section of each resource; without resources in DEFAULT. Throws as `set` does.
    public mutating func setDisabled(_ isDisabled: Bool, _ rids: [String]) throws(EnvEditError) {
        for section in rids.isEmpty ? [EnvFile.defaultName] : rids {
            try set("disable", in: section, to: isDisabled ? "True" : "False")
        }
    }
}
