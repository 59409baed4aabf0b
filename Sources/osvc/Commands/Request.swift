import OSVCEngine

/// What can be asked of one service.
enum Request: Equatable {
    case act(Action)
    case statusCode
    case printStatus
    case jsonStatus
    case freeze
    case thaw
    case frozen
    case push
    case printModified
    case printService
    /// Stops here and starts elsewhere.
    case switchOver

    private static let looks: [(String, Request)] = [
        ("status", .statusCode), ("print status", .printStatus), ("json status", .jsonStatus),
        ("freeze", .freeze), ("thaw", .thaw), ("frozen", .frozen), ("push", .push),
        ("print env mtime", .printModified), ("printsvc", .printService),
    ]

    private static let names: [(String, Request)] =
        Action.allCases.filter { $0 != .status }.map { ($0.rawValue, .act($0)) } + looks

    /// What a help or an error names.
    static var allNames: [String] { names.map(\.0) }

    /// Two words, or one with an underscore: `print status` and `print_status` are the same.
    init?(words: [String]) {
        let name = Self.joined(words).split(separator: "_").joined(separator: " ")
        if name == "switch" {
            self = .switchOver
            return
        }
        guard let found = Self.names.first(where: { $0.0 == name }) else { return nil }
        self = found.1
    }

    /// The name of an action as the classic release has it: words joined by underscores.
    static func joined(_ words: [String]) -> String {
        words.joined(separator: "_").split(separator: " ").joined(separator: "_")
    }

    /// Why the words are no action: this release does not have it, or nobody does.
    static func refusal(of words: [String], among known: [String] = allNames) -> String {
        let word = words.joined(separator: " ")
        if ClassicAction.later.contains(joined(words)) {
            return "action '\(word)' is not supported by this release"
        }
        let hint = nearest(to: word, in: known).map { " (did you mean '\($0)'?)" } ?? ""
        return "unknown action '\(word)'\(hint): \(known.joined(separator: ", "))"
    }

    /// Whether it drives resources or other nodes, so that a frozen service or the cluster software may
    /// have something against it; `act` is asked by its runner.
    var isGuarded: Bool { self == .switchOver }

    /// Whether its output is read by programs, which the lines about the collector would disturb.
    var isForPrograms: Bool { self == .jsonStatus }
}

/// The actions of the classic release (classic-actions.md section 9).
enum ClassicAction {
    /// What this release does not do, and refuses by name.
    static let later: Set<String> = [
        "create", "delete", "disable", "enable", "freezestop", "get", "install", "json_devlist",
        "json_disklist", "migrate", "postsync", "presync", "print_devlist", "print_disklist",
        "provision", "prstart", "prstatus", "prstop", "push_appinfo", "resource_monitor", "resync",
        "set", "startcontainer", "startpool", "startshare", "stonith", "stopcontainer", "stoppool",
        "stopshare", "switch", "syncall", "syncbreak", "syncdrp", "syncestablish", "syncfullsync",
        "syncnodes", "syncquiesce", "syncresume", "syncresync", "syncsplit", "syncswap",
        "syncupdate", "syncverify", "unset", "update",
    ]
}
