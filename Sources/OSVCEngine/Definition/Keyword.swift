/// A setting that a driver or a service accepts. The checks of a load, `osvc doc` and the manual are made from it.
public struct Keyword: Sendable, Equatable {
    /// What values a keyword takes, and how they are written.
    public enum Kind: Sendable, Equatable {
        /// Any text.
        case string
        /// An absolute path; its value is a `SettingValue.string`.
        case path
        /// A whole number in the range.
        case integer(ClosedRange<Int>)
        /// `true` or `false`.
        case boolean
        /// A time: a number of seconds, or text such as `500ms`, `10s`, `5m`, `2h`.
        case duration
        /// A size: a number of bytes, or text such as `64M`. Its value is a `SettingValue.integer` in bytes.
        case size
        /// A list of words; classic files separate them by blanks.
        case list
        /// Pairs of times of day, begin and end: `["03:59", "05:59"]`, or a list of such pairs.
        case periods
        /// Days of the week in English, as a list.
        case weekdays
        /// One of these words, with the same case.
        case choice([String])
    }

    /// How many nodes a service may name in one keyword, and for how many nodes a keyword may have values of
    /// their own.
    public static let mostNodes = 1024

    /// The word that users write: `mnt`, `sync_interval`.
    public var name: String
    /// What values the keyword takes.
    public var kind: Kind
    /// Whether a load fails when the keyword has no value.
    public var isRequired: Bool
    /// The value of a keyword that the file does not write; nil: none.
    public var defaultValue: SettingValue?
    /// Whether nodes may see different values: `ipdev@sles2`, `per_node`.
    public var isScopable: Bool
    /// One sentence for `osvc doc` and the manual.
    public var summary: String
    /// A value a reader can copy.
    public var example: String

    public init(
        _ name: String,
        _ kind: Kind,
        required: Bool = false,
        default defaultValue: SettingValue? = nil,
        scopable: Bool = true,
        summary: String,
        example: String = ""
    ) {
        self.name = name
        self.kind = kind
        self.isRequired = required
        self.defaultValue = defaultValue
        self.isScopable = scopable
        self.summary = summary
        self.example = example
    }
}

extension Keyword {
    /// Whether the value is a list of node names, of which at most `mostNodes` are allowed.
    public var namesNodes: Bool { kind == .list && Self.nodeLists.contains(name) }

    private static let nodeLists: Set<String> = [
        "nodes", "drpnodes", "drpnode", "autostart_node", "always_on", "disable_on", "optional_on",
        "monitor_on",
    ]

    /// What is wrong with the number of node names in a value; nil when nothing is.
    public func problem(with value: SettingValue) -> String? {
        guard namesNodes, case .list(let names) = value, names.count > Self.mostNodes else {
            return nil
        }
        return "\(names.count) node names, at most \(Self.mostNodes) are supported"
    }

    /// The message for a keyword with values for more than `mostNodes` single nodes.
    public static func tooManyScopes(_ keyword: String) -> String {
        "values of '\(keyword)' for more than \(mostNodes) nodes are not supported"
    }
}

/// The value of one setting, already checked against its keyword.
public enum SettingValue: Sendable, Equatable {
    /// Text: of the kinds `string`, `path` and `choice`.
    case string(String)
    /// A number, or a size in bytes.
    case integer(Int)
    /// The value of a flag.
    case boolean(Bool)
    /// A time limit or pause.
    case duration(Duration)
    /// Words, days, or times of day of which each two make a period.
    case list([String])
}
