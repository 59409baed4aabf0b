/// A key of a section as `--param` names it: `fs#0.mnt` (classic-actions.md section 9).
public struct EnvParameter: Sendable, Equatable {
    public var section: String
    public var key: String

    /// Nil: not exactly one dot, or nothing on one side of it.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        section = String(parts[0])
        key = String(parts[1])
    }
}

extension EnvEditor {
    /// The resources that the file has: its sections but DEFAULT, and the launchers, which every service
    /// has, though not every file a section for them.
    public var resources: [String] {
        let named = sections.filter { $0 != EnvFile.defaultName }
        return named.contains(Application.section) ? named : named + [Application.section]
    }

    /// The sections of resources that can be taken away.
    public var removableResources: [String] { sections.filter { $0 != EnvFile.defaultName } }

    /// Writes `disable` in the section of each resource; of none, in DEFAULT.
    public mutating func setDisabled(_ isDisabled: Bool, _ rids: [String]) throws(EnvEditError) {
        for section in rids.isEmpty ? [EnvFile.defaultName] : rids {
            try set("disable", in: section, to: isDisabled ? "True" : "False")
        }
    }
}
