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

/// The value of one setting, already checked against its keyword.
public enum SettingValue: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case boolean(Bool)
    case duration(Duration)
    case list([String])
}
