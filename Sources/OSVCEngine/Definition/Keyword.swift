/// A setting that a driver or a service accepts; checking, help and manual are all made from it.
public struct Keyword: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        case string
        /// An absolute path.
        case path
        case integer(ClosedRange<Int>)
        case boolean
        /// Seconds, or text such as `500ms`, `10s`, `5m`, `2h`.
        case duration
        /// Bytes, or text such as `64M`.
        case size
        /// Words.
        case list
        /// Pairs of times of day, begin and end: `["03:59", "05:59"]`, or a list of such pairs.
        case periods
        /// Days of the week in English, as a list.
        case weekdays
        /// One of the words, written as they are.
        case choice([String])
    }

    /// So many nodes a service may name in one keyword, and so many of them may see a value of their own.
    public static let mostNodes = 1024

    public var name: String
    public var kind: Kind
    public var isRequired: Bool
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
    /// Whether the words of the value are names of nodes.
    public var namesNodes: Bool { kind == .list && Self.nodeLists.contains(name) }

    private static let nodeLists: Set<String> = [
        "nodes", "drpnodes", "drpnode", "autostart_node", "always_on", "disable_on", "optional_on",
        "monitor_on",
    ]

    /// What is wrong with the number of words in a value; nil: nothing.
    public func problem(with value: SettingValue) -> String? {
        guard namesNodes, case .list(let names) = value, names.count > Self.mostNodes else {
            return nil
        }
        return "\(names.count) node names, at most \(Self.mostNodes) are supported"
    }

    /// What is said of a keyword with too many values for single nodes.
    public static func tooManyScopes(_ keyword: String) -> String {
        "values of '\(keyword)' for more than \(mostNodes) nodes are not supported"
    }
}

/// The value of one setting, already checked against its keyword.
public enum SettingValue: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case duration(Duration)
    case list([String])
}
