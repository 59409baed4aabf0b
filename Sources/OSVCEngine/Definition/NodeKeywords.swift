/// The keywords of `node.conf`, in its section `[node]` or in DEFAULT: those that osvc reads, and those of the
/// classic release that it takes and does not act on (classic-env.md section 7).
public enum NodeKeywords {
    public static let file = "node.conf"
    public static let section = "node"

    static let hostMode = Keyword(
        "host_mode",
        .string,
        default: .string(NodeSettings.defaultHostMode),
        scopable: false,
        summary: "What the node is for. A PRD node takes PRD services alone.",
        example: "PRD"
    )
    static let strict = Keyword(
        "strict",
        .boolean,
        default: .boolean(false),
        scopable: false,
        summary:
            "Whether a program that others than root may change is not run at all, but by a stop; else it"
            + " is run with a warning.",
        example: "true"
    )
    static let launcherOwner = Keyword(
        "launcher_owner",
        .choice(["root", "any"]),
        default: .string("root"),
        scopable: false,
        summary:
            "Who may own launchers and the directories on the way to them: root (and who runs osvc), or"
            + " any user. What others than its owner may write to is refused in both cases.",
        example: "any"
    )
    static let addressTool = Keyword(
        "ip_tool",
        .choice(["ifconfig", "ip"]),
        scopable: false,
        summary:
            "The program that sets addresses; else ifconfig where it is installed, else ip.",
        example: "ip"
    )

    /// What osvc reads.
    public static let all = [hostMode, strict, launcherOwner, addressTool]

    /// What the classic release reads in `[node]`. osvc keeps it, and it has no effect.
    public static let withoutEffect: Set<String> = [
        "clusters", "dbcompliance", "dbopensvc", "repo", "repocomp", "repopkg", "ruser",
        "team_responsible", "uuid",
    ]

    /// Likewise, by how they begin.
    public static let prefixWithoutEffect = "loc_"

    /// Its sections of schedules, and what these may say.
    public static let schedules: Set<String> = [
        "appinfo", "asset", "brocade", "checks", "compliance", "dcs", "disks", "eva", "hds",
        "ibmsvc", "necism", "nsr", "packages", "patches", "rotate_root_pw", "stats", "svcconf",
        "sym", "vioserver",
    ]
    public static let scheduleKeywords: Set<String> = ["days", "interval", "period"]

    /// Its sections that may say anything: `[cloud#1]`.
    private static let freePrefix = "cloud#"

    /// Why a value is not written to `node.conf`; nil: nothing is wrong.
    public static func refusal(of key: String, in section: String, value: String) -> String? {
        guard !section.hasPrefix(freePrefix) else { return nil }
        let key = key.lowercased()
        let isNode = section == self.section || section == EnvFile.defaultName
        if isNode, let keyword = all.first(where: { $0.name == key }) {
            return problem(of: value, as: keyword)
        }
        let isSchedule = schedules.contains(section)
        guard isNode || isSchedule else {
            let known = schedules.union([self.section, EnvFile.defaultName])
            let hint = nearest(to: section, in: known).map { " (did you mean '\($0)'?)" } ?? ""
            return "section '\(section)' is not known in \(file)\(hint): see osvc doc \(file)"
        }
        let known = isNode ? withoutEffect.union(all.map(\.name)) : scheduleKeywords
        if known.contains(key) || isNode && key.hasPrefix(prefixWithoutEffect) { return nil }
        if section == EnvFile.defaultName, scheduleKeywords.contains(key) { return nil }
        let hint = nearest(to: key, in: known).map { " (did you mean '\($0)'?)" } ?? ""
        return "option '\(key)' is not known in section '\(section)'\(hint): see osvc doc \(file)"
    }

    private static func problem(of value: String, as keyword: Keyword) -> String? {
        do throws(EnvValue.Problem) {
            _ = try EnvValue.read(EnvFile.Entry(value, line: 1, isText: true), as: keyword.kind)
            return nil
        } catch {
            return "option '\(keyword.name)': \(error.text): see osvc doc \(keyword.name)"
        }
    }
}
