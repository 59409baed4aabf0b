internal import OrderedCollections

/// What `node.conf` says: all of it that osvc reads (classic-env.md section 7).
///
/// Each value is judged here, once. One that its keyword does not take is in `problems`, and counts as the
/// property says.
public struct NodeSettings: Sendable, Equatable {
    public static let defaultHostMode = "TST"

    /// What the node is for; any word is taken.
    public private(set) var hostMode = NodeSettings.defaultHostMode
    /// Whether a program that others may change is refused to a start, where else it is reported as a warning
    /// (decisions.md 52). A bad value counts as true, an empty one as false.
    public private(set) var isStrict = false
    /// Whether launchers may belong to any user; otherwise only to root and to who runs osvc (decisions.md 28).
    /// A bad value counts as false.
    public private(set) var allowsAnyOwner = false
    /// The program that sets addresses, `ifconfig` or `ip`; nil: none is chosen (decisions.md 24). A bad value
    /// counts as nil.
    public private(set) var addressTool: String?
    /// What is wrong with values, with file and line.
    public private(set) var problems: [ConfigurationError] = []

    /// What holds where there is no file.
    public init() {}

    /// Reads the text of the file; `path` is for `problems`.
    ///
    /// `isTrusted` is whether only root and who runs osvc can write the file. Otherwise `isStrict` and
    /// `allowsAnyOwner` are false, whatever it says.
    public init(_ bytes: [UInt8], path: String, isTrusted: Bool = true) {
        let file = EnvFile(bytes)
        if let mode = take(NodeKeywords.hostMode, file, path) { hostMode = mode.text }
        let tool = take(NodeKeywords.addressTool, file, path)
        if tool?.value != nil { addressTool = tool?.text }
        let strict = take(NodeKeywords.strict, file, path)
        let owner = take(NodeKeywords.launcherOwner, file, path)
        guard isTrusted else { return }
        if let strict { isStrict = strict.value != .boolean(false) && !strict.text.isEmpty }
        allowsAnyOwner = owner?.value == .string("any")
    }

    /// The text of a keyword, and what it says; nil for a bad value, which is noted. From the section `[node]`,
    /// which inherits, or from DEFAULT where there is none. Nil: the keyword is not written.
    private mutating func take(_ keyword: Keyword, _ file: EnvFile, _ path: String)
        -> (text: String, value: SettingValue?)?
    {
        let own = file.section(NodeKeywords.section)?.entries[keyword.name]
        guard let entry = own ?? file.defaults.entries[keyword.name] else { return nil }
        do throws(EnvValue.Problem) {
            return (entry.value, try EnvValue.read(entry, as: keyword.kind))
        } catch {
            problems.append(
                .badValue(
                    owner: NodeKeywords.section,
                    keyword: keyword.name,
                    problem: error.text,
                    at: SourcePosition(file: path, line: entry.line)
                )
            )
            return (entry.value, nil)
        }
    }
}
