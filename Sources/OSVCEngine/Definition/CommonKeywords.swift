/// The keywords that belong to no driver: those of the service itself, and those that every resource accepts.
public enum CommonKeywords {
    /// What a service without the keyword `service_type` is for, in classic files and in Lua.
    static let defaultServiceType = "TST"

    /// The keywords of the service itself: in classic files those of the section DEFAULT.
    public static let service = serviceItself + sync

    private static let serviceItself = [
        Keyword(
            "app",
            .string,
            scopable: false,
            summary: "Application code, shown to people and given to scripts.",
            example: "MyApp"
        ),
        Keyword(
            "comment",
            .string,
            scopable: false,
            summary: "Free text for operators.",
            example: "call the web team first"
        ),
        Keyword(
            "service_type",
            .choice(["PRD", "PPRD", "REC", "INT", "DEV", "TST", "TMP", "DRP", "FOR", "PRA"]),
            default: .string(defaultServiceType),
            scopable: false,
            summary: "What the service is for; a site's hooks choose services by it.",
            example: "PRD"
        ),
        Keyword(
            "mode",
            .choice(["hosted"]),
            default: .string("hosted"),
            scopable: false,
            summary: "Who manages the resources: osvc itself.",
            example: "hosted"
        ),
        Keyword(
            "cluster_type",
            .choice(["failover"]),
            default: .string("failover"),
            summary: "Up on one node at a time.",
            example: "failover"
        ),
        Keyword(
            "nodes",
            .list,
            scopable: false,
            summary: "The nodes that may run the service; empty: any node.",
            example: "sles1 sles2"
        ),
        Keyword(
            "drpnodes",
            .list,
            scopable: false,
            summary: "The nodes of the recovery site.",
            example: "dr1"
        ),
        Keyword(
            "drpnode",
            .list,
            scopable: false,
            summary:
                "The preferred node of the recovery site; it counts as one of drpnodes, listed there or not.",
            example: "dr1"
        ),
        Keyword(
            "autostart_node",
            .list,
            summary: "The nodes on which a boot starts the service.",
            example: "sles1"
        ),
        Keyword(
            "rollback_on_signal",
            .boolean,
            default: .boolean(false),
            summary: "Whether a start that a signal interrupts is rolled back.",
            example: "true"
        ),
        Keyword(
            classicName,
            .boolean,
            default: .boolean(false),
            scopable: false,
            summary: "Applies the rules of classic files where those of Lua differ; true in them.",
            example: "true"
        ),
        Keyword(
            "monitor_action",
            .choice(["reboot", "crash", "freezestop"]),
            scopable: false,
            summary: "What resource_monitor does when a monitored resource is lost.",
            example: "freezestop"
        ),
    ]

    /// The keyword that says whether the rules of classic files hold. With these rules:
    ///
    /// - launchers have no time limit, and a launcher that fails does not fail the start (decisions.md 9, 10);
    /// - a start does not ask launchers again whether they are up;
    /// - launchers are asked nothing while storage is only `stdby up`;
    /// - programs see the caller's environment, and neither OPENSVC_NODE nor OPENSVC_ACTION;
    /// - a missing launcher directory is reported;
    /// - `dev` must exist, for tmpfs too;
    /// - the failure of a trigger that does not block is not reported.
    public static let classicName = "classic"

    /// The values of `app` keywords that the file does not write: `on_error` and `timeout`, which depend on
    /// `isClassic` (decisions.md 9, 10).
    public static func applicationDefaults(isClassic: Bool) -> [(String, SettingValue)] {
        guard !isClassic else { return [("on_error", .string("continue"))] }
        return [("on_error", .string("abort")), ("timeout", .duration(.seconds(300)))]
    }

    /// The keywords that every resource accepts, whatever its driver.
    public static let resource: [Keyword] = [
        Keyword(
            "disable",
            .boolean,
            default: .boolean(false),
            summary: "Leaves the resource out of actions and status.",
            example: "true"
        ),
        Keyword(
            "disable_on",
            .list,
            scopable: false,
            summary: "Nodes, or the words nodes and drpnodes, where the resource is left out.",
            example: "drpnodes"
        ),
        Keyword(
            "optional",
            .boolean,
            default: .boolean(false),
            summary: "Whether an action goes on when this resource fails.",
            example: "true"
        ),
        Keyword(
            "optional_on",
            .list,
            scopable: false,
            summary: "Nodes, or the words nodes and drpnodes, where the resource is optional.",
            example: "sles2"
        ),
        Keyword(
            "monitor",
            .boolean,
            default: .boolean(false),
            summary: "Marks the resource as one whose loss matters; shown as flag M.",
            example: "true"
        ),
        Keyword(
            "monitor_on",
            .list,
            scopable: false,
            summary: "Nodes, or the words nodes and drpnodes, where the resource is monitored.",
            example: "nodes"
        ),
        Keyword(
            "restart",
            .integer(0...1000),
            default: .integer(0),
            summary: "How often resource_monitor tries to start it before it counts as lost.",
            example: "2"
        ),
        Keyword(
            "always_on",
            .list,
            scopable: false,
            summary: "Nodes, or the words nodes and drpnodes, where it stays up (standby).",
            example: "nodes"
        ),
        Keyword(
            "tags",
            .list,
            summary: "Words for --tags; noaction keeps the resource out of actions.",
            example: "storage noaction"
        ),
        Keyword(
            "after",
            .list,
            scopable: false,
            summary: "Resources that must be up before this one starts.",
            example: "fs#1"
        ),
    ]
}
