import OSVCEngine

/// What `run` can be asked for.
enum Request: Equatable {
    case act(Action)
    case statusCode
    case printStatus
    case jsonStatus
    case freeze
    case thaw

    private static let names: [(String, Request)] = [
        ("start", .act(.start)), ("stop", .act(.stop)), ("restart", .act(.restart)),
        ("startstandby", .act(.startstandby)), ("status", .statusCode),
        ("print status", .printStatus), ("json status", .jsonStatus), ("freeze", .freeze),
        ("thaw", .thaw),
    ]

    static var allNames: [String] { names.map(\.0) }

    /// Two words, or one with an underscore: `print status` and `print_status` are the same.
    init?(words: [String]) {
        let name = words.joined(separator: " ").split(separator: "_").joined(separator: " ")
        guard let found = Self.names.first(where: { $0.0 == name }) else { return nil }
        self = found.1
    }

    /// Why the words are no action: this release does not have it, or nobody does.
    static func refusal(of words: [String]) -> String {
        let word = words.joined(separator: " ")
        let name = words.joined(separator: "_").split(separator: " ").joined(separator: "_")
        if ClassicAction.later.contains(name) {
            return "action '\(word)' is not supported by this release"
        }
        let hint = nearest(to: word, in: allNames).map { " (did you mean '\($0)'?)" } ?? ""
        return "unknown action '\(word)'\(hint): \(allNames.joined(separator: ", "))"
    }
}

/// The actions of the classic release (classic-actions.md section 9).
enum ClassicAction {
    /// What this release does not do, and refuses by name.
    static let later: Set<String> = [
        "boot",
        "create",
        "delete",
        "disable",
        "enable",
        "freezestop",
        "frozen",
        "get",
        "install",
        "json_devlist",
        "json_disklist",
        "migrate",
        "postsync",
        "presync",
        "print_devlist",
        "print_disklist",
        "print_env_mtime",
        "printsvc",
        "provision",
        "prstart",
        "prstatus",
        "prstop",
        "push",
        "push_appinfo",
        "resource_monitor",
        "resync",
        "set",
        "shutdown",
        "startapp",
        "startcontainer",
        "startdisk",
        "startfs",
        "startip",
        "startloop",
        "startpool",
        "startshare",
        "startvg",
        "stonith",
        "stopapp",
        "stopcontainer",
        "stopdisk",
        "stopfs",
        "stopip",
        "stoploop",
        "stoppool",
        "stopshare",
        "stopvg",
        "switch",
        "syncall",
        "syncbreak",
        "syncdrp",
        "syncestablish",
        "syncfullsync",
        "syncnodes",
        "syncquiesce",
        "syncresume",
        "syncresync",
        "syncsplit",
        "syncswap",
        "syncupdate",
        "syncverify",
        "unset",
        "update",
    ]
}
