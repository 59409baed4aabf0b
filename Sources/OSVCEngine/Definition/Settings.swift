/// The settings of one resource on one node: checked values, by keyword, with where they were written.
///
/// Values were checked against the keywords when the file was loaded, so a read of the wrong type is a
/// fault of the driver's own keyword table and traps.
public struct Settings: Sendable, Equatable {
    /// `ip#0`: who the settings belong to, for messages.
    public let owner: String
    /// Where the resource was written.
    public let position: SourcePosition
    /// Few, so they are searched one by one.
    private let entries: [Named]
    /// The launchers of an `app` section, in file order; empty for everything else.
    public let launchers: [Launcher]
    /// What a driver may want to know of its service.
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

    /// Where the keyword was written, else where the resource was.
    public func position(of keyword: String) -> SourcePosition {
        entry(keyword)?.position ?? position
    }

    /// Whether the keyword has a value here, written or by default.
    public func has(_ keyword: String) -> Bool { entry(keyword) != nil }

    /// The value, whatever its kind.
    func value(_ keyword: String) -> SettingValue? { entry(keyword)?.value }

    public func string(_ keyword: String) -> String? {
        guard let value = entry(keyword)?.value else { return nil }
        guard case .string(let text) = value else { preconditionFailure("\(keyword) is no string") }
        return text
    }

    public func requiredString(_ keyword: String) throws(ConfigurationError) -> String {
        guard let text = string(keyword), !text.isEmpty else {
            throw .missingKeyword(owner: owner, keyword: keyword, at: position)
        }
        return text
    }

    public func integer(_ keyword: String) -> Int? {
        guard let value = entry(keyword)?.value else { return nil }
        guard case .integer(let number) = value else {
            preconditionFailure("\(keyword) is no integer")
        }
        return number
    }

    public func boolean(_ keyword: String) -> Bool {
        guard let value = entry(keyword)?.value else { return false }
        guard case .boolean(let flag) = value else {
            preconditionFailure("\(keyword) is no boolean")
        }
        return flag
    }

    public func duration(_ keyword: String) -> Duration? {
        guard let value = entry(keyword)?.value else { return nil }
        guard case .duration(let time) = value else {
            preconditionFailure("\(keyword) is no duration")
        }
        return time
    }

    public func list(_ keyword: String) -> [String] {
        guard let value = entry(keyword)?.value else { return [] }
        guard case .list(let words) = value else { preconditionFailure("\(keyword) is no list") }
        return words
    }
}

/// What drivers may know of the service around them, and where osvc keeps its files.
public struct ServiceFacts: Sendable, Equatable {
    public var name: String
    public var node: String
    public var groups: NodeGroups
    /// The root of the mutable files (`etc log tmp var`).
    public var root: String
    /// Whether the service was written in the classic format.
    public var isClassic: Bool
    /// Where launchers of a classic launcher directory are run: where osvc was called, as ever.
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
