/// The settings of one resource on one node: checked values by keyword, each with the position where it is written.
///
/// A load checks the values against the keywords. A read of the wrong type is therefore an error in the
/// driver's own keyword table and traps.
public struct Settings: Sendable, Equatable {
    /// The id of the resource, as messages name it: `ip#0`.
    public let owner: String
    /// Where the resource is written.
    public let position: SourcePosition
    /// Searched one by one, because they are few.
    private let entries: [Named]
    /// The launchers of an `app` section, in file order; empty for everything else.
    public let launchers: [Launcher]
    /// The facts about the service that drivers may use.
    public let service: ServiceFacts

    /// A value with its keyword.
    struct Named: Sendable, Equatable {
        var name: String
        var entry: ScopedSetting.Entry
    }

    public init(
        owner: String,
        position: SourcePosition,
        entries: [String: ScopedSetting.Entry],
        launchers: [Launcher] = [],
        service: ServiceFacts = ServiceFacts()
    ) {
        self.init(
            owner: owner,
            position: position,
            entries: entries.map { Named(name: $0.key, entry: $0.value) }
                .sorted { $0.name < $1.name },
            launchers: launchers,
            service: service
        )
    }

    init(
        owner: String,
        position: SourcePosition,
        entries: [Named],
        launchers: [Launcher],
        service: ServiceFacts
    ) {
        self.owner = owner
        self.position = position
        self.entries = entries
        self.launchers = launchers
        self.service = service
    }

    private func entry(_ keyword: String) -> ScopedSetting.Entry? {
        entries.first { $0.name == keyword }?.entry
    }

    /// Where the keyword is written; where the resource is when the keyword is not written.
    public func position(of keyword: String) -> SourcePosition {
        entry(keyword)?.position ?? position
    }

    /// The error for a value that the driver rejects; `problem` says why.
    public func badValue(_ keyword: String, _ problem: String) -> ConfigurationError {
        .badValue(owner: owner, keyword: keyword, problem: problem, at: position(of: keyword))
    }

    /// Whether the keyword has a value on this node, written or by default.
    public func has(_ keyword: String) -> Bool { entry(keyword) != nil }

    /// The value of any kind; nil when there is none.
    func value(_ keyword: String) -> SettingValue? { entry(keyword)?.value }

    // The readers of both kinds of files refuse a value that is not of its keyword's type. So a value of another type
    // means that a driver asks for a type that its keyword does not have, whatever a file says.

    /// The text of a keyword; nil when it has no value.
    public func string(_ keyword: String) -> String? {
        guard let value = entry(keyword)?.value else { return nil }
        guard case .string(let text) = value else {
            preconditionFailure("the driver declares \(keyword) as a string")
        }
        return text
    }

    /// The text of a keyword. Throws `.missingKeyword` when it has no value or an empty one.
    public func requiredString(_ keyword: String) throws(ConfigurationError) -> String {
        guard let text = string(keyword), !text.isEmpty else {
            throw .missingKeyword(owner: owner, keyword: keyword, at: position)
        }
        return text
    }

    /// The number of a keyword, in bytes for a size; nil when it has no value.
    public func integer(_ keyword: String) -> Int? {
        guard let value = entry(keyword)?.value else { return nil }
        guard case .integer(let number) = value else {
            preconditionFailure("the driver declares \(keyword) as a number")
        }
        return number
    }

    /// The flag of a keyword; false when it has no value.
    public func boolean(_ keyword: String) -> Bool {
        guard let value = entry(keyword)?.value else { return false }
        guard case .boolean(let flag) = value else {
            preconditionFailure("the driver declares \(keyword) as a flag")
        }
        return flag
    }

    /// The time of a keyword; nil when it has no value.
    public func duration(_ keyword: String) -> Duration? {
        guard let value = entry(keyword)?.value else { return nil }
        guard case .duration(let time) = value else {
            preconditionFailure("the driver declares \(keyword) as a time")
        }
        return time
    }

    /// The words of a keyword; empty when it has no value.
    public func list(_ keyword: String) -> [String] {
        guard let value = entry(keyword)?.value else { return [] }
        guard case .list(let words) = value else {
            preconditionFailure("the driver declares \(keyword) as a list")
        }
        return words
    }
}

/// What drivers may know about their service, and where osvc keeps its files.
public struct ServiceFacts: Sendable, Equatable {
    /// The name of the service.
    public var name: String
    /// The node on which the service is looked at; scopes are chosen for it.
    public var node: String
    /// All nodes that the service names.
    public var groups: NodeGroups
    /// The root of osvc's own files (`Layout`).
    public var root: String
    /// Whether the rules of classic files hold for the service (`CommonKeywords.classicName`).
    public var isClassic: Bool
    /// The directory in which entries of the launcher directory run. As in the classic release: the one in
    /// which osvc was called.
    public var workingDirectory: String

    public init(
        name: String = "",
        node: String = "",
        groups: NodeGroups = NodeGroups(nodes: []),
        root: String = "/opt/opensvc",
        isClassic: Bool = false,
        workingDirectory: String = "/"
    ) {
        self.name = name
        self.node = node
        self.groups = groups
        self.root = root
        self.isClassic = isClassic
        self.workingDirectory = workingDirectory
    }
}
