/// The keywords that belong to no driver: those of the service, and those every resource has.
public enum CommonKeywords {
    /// Of the service itself: the DEFAULT section of classic files.
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
            default: .string("TST"),
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
                "The node of the recovery site that is preferred; one of drpnodes, said there or not.",
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
            summary: "Keeps the rules of classic files, where those of Lua differ; true in them.",
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

    /// The keyword that says whether the rules of classic files hold: launchers have no time limit and may
    /// fail (decisions.md 9, 10), a start does not ask them again, they are asked nothing while storage is up
    /// as a standby only, programs see the caller's environment
    /// and no OPENSVC_NODE or OPENSVC_ACTION, a missing launcher directory is told, `dev` must exist for
    /// tmpfs too, triggers that do not block are not told to have failed.
    public static let classicName = "classic"

    /// What the `app` of a service says where it is not written (decisions.md 9, 10).
    public static func applicationDefaults(isClassic: Bool) -> [(String, SettingValue)] {
        guard !isClassic else { return [("on_error", .string("continue"))] }
        return [("on_error", .string("abort")), ("timeout", .duration(.seconds(300)))]
    }

    /// Of every resource.
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
            summary: "How often resource_monitor tries to start it before it takes it for lost.",
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
