/// The actions of the classic release (classic-actions.md section 9).
enum ClassicAction {
    /// Whether this release refuses the action by name.
    static func isLater(_ name: String) -> Bool { later.contains(name) || asksCollector(name) }

    static func asksCollector(_ name: String) -> Bool {
        name.hasPrefix("compliance_") || name.hasPrefix("collector_")
    }

    private static let later: Set<String> = [
        "freezestop", "migrate", "postsync", "presync", "provision", "prstart", "prstatus",
        "prstop", "push_appinfo", "resync", "startcontainer", "startpool", "startshare",
        "stopcontainer", "stoppool", "stopshare", "switch", "syncbreak", "syncestablish",
        "syncfullsync", "syncquiesce", "syncresume", "syncresync", "syncsplit", "syncswap",
        "syncupdate", "syncverify",
    ]
}
