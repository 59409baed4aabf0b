/// The options of each classic program. Options that only the classic release has are refused by name.
extension ClassicOptions.Option {
    typealias Option = ClassicOptions.Option

    private static let common: [Option] = [
        Option("help", "h", .flag(\.help), "show this help"),
        Option("version", nil, .flag(\.version), "show the version"),
        Option("debug", nil, .flag(\.debug), "log more, to search for a fault"),
    ]

    /// Options of svcmgr, and of the programs that name their services in other ways.
    private static let ofServices: [Option] =
        common + [
            Option("force", "f", .flag(\.force), "bypass schedules, stop standby resources too"),
            Option("cluster", "c", .flag(\.cluster), "the cluster software calls: no safety net"),
            Option("cron", nil, .flag(\.cron), "a scheduled run: say nothing of what is skipped"),
            Option("parallel", "p", .flag(\.parallel), "act on all services at once"),
            Option("rid", nil, .list(\.rids), "only these resources: --rid fs#0,fs#1"),
            Option("tags", nil, .list(\.tags), "only resources with such a tag"),
            Option(
                "disable-rollback",
                nil,
                .flag(\.disableRollback),
                "leave what a failed start brought up"
            ),
            Option("waitlock", nil, .seconds(\.waitlock), "seconds to wait for another action"),
            Option("to", nil, .text(\.destination), "switch: the node to go to"),
            Option("dry-run", nil, .flag(\.dryRun), "show what would be done; do nothing"),
            Option("node", nil, .text(\.node), "--dry-run, printsvc: what that node would do"),
            Option("param", nil, .text(\.parameter), "get, set, unset: section.keyword"),
            Option("value", nil, .text(\.value), "set: the value"),
            Option("resource", nil, .repeated(\.resources), "create, update: a resource as JSON"),
            Option("interactive", "i", .flag(\.interactive), "create: ask keyword by keyword"),
        ] + notYetOfServices

    private static let notYetOfServices = later(
        """
        ignore-affinity slaves slave master provision attach module moduleset ruleset ruleset-date
        duration account begin end comment author id table
        """
    )

    static let svcmgr: [Option] =
        [
            Option("service", "s", .list(\.services), "the services: -s svc1,svc2"),
            Option("status", nil, .text(\.status), "only services in this state: up, down, warn"),
            Option("onlyprimary", nil, .flag(\.onlyPrimary), "only services that start here"),
            Option("onlysecondary", nil, .flag(\.onlySecondary), "only those that start elsewhere"),
            Option("envfile", nil, .text(\.envFile), "install: the service file"),
        ] + ofServices

    /// Options of a program whose name determines the services.
    static let named: [Option] = ofServices

    static let svcmon: [Option] =
        common + [
            Option("service", "s", .list(\.services), "only these services"),
            Option("verbose", nil, .flag(\.verbose), "show the tree of each service"),
            Option("rows", nil, .flag(\.rows)),
            Option(
                "updatedb",
                nil,
                .flag(\.updateDatabase),
                "refresh the push stamps; nothing is sent anywhere"
            ),
            Option(
                "maxdelaydb",
                nil,
                .seconds(\.maximumDelay),
                "was the longest wait before sending; nothing is sent, so nobody waits"
            ),
        ]

    static let nodemgr: [Option] =
        common + [
            Option("param", nil, .text(\.parameter), "get, set, unset: section.keyword"),
            Option("value", nil, .text(\.value), "set: the value"),
        ] + notYetOfNode

    private static let notYetOfNode = later(
        """
        force cron stats-dir module moduleset ruleset filterset ruleset-date attach symcli-db-file duration
        begin end comment author id resource object sync table
        """
    )

    private static func later(_ names: String) -> [Option] {
        names.split(whereSeparator: \.isWhitespace).map { Option(String($0), nil, .later) }
    }
}
