import Testing

@testable import OSVCEngine

/// What `node.conf` says (classic-env.md section 7).
struct NodeSettingsTests {
    private func settings(_ text: String, isTrusted: Bool = true) -> NodeSettings {
        NodeSettings(Array(text.utf8), path: "/o/etc/node.conf", isTrusted: isTrusted)
    }

    /// `node.conf`, and the mode of the node.
    @Test(
        arguments: [
            ("[node]\nhost_mode = PRD\n", "PRD"),
            ("[DEFAULT]\nhost_mode = PRD\n", "PRD"),
            ("[DEFAULT]\nhost_mode = PRD\n[node]\nhost_mode = DEV\n", "DEV"),
            ("[node]\nclusters = a\n", "TST"),
            ("[cloud#1]\nhost_mode = PRD\n", "TST"),
            ("", "TST"),
        ] as [(String, String)]
    )
    func `the mode of a node comes from its file`(text: String, mode: String) {
        #expect(settings(text).hostMode == mode)
    }

    /// A word for `strict`, whether it refuses programs, and whether it is a boolean.
    @Test(
        arguments: [
            ("true", true, true), ("Yes", true, true), ("1", true, true), ("on", true, true),
            ("False", false, true), ("no", false, true), ("0", false, true), ("off", false, true),
            ("maybe", true, false), ("2", true, false), ("", false, false),
        ] as [(String, Bool, Bool)]
    )
    func `a word that is not a boolean makes the node strict`(
        word: String,
        isStrict: Bool,
        isBoolean: Bool
    ) {
        let settings = settings("[node]\nstrict = \(word)\n")
        #expect(settings.isStrict == isStrict)
        #expect(settings.problems.isEmpty == isBoolean)
    }

    @Test func `a word that is no choice chooses nothing`() {
        let good = settings("[node]\nlauncher_owner = any\nip_tool = ip\n")
        #expect(good.allowsAnyOwner && good.addressTool == "ip")
        let bad = settings("[node]\nlauncher_owner = Any\nip_tool = netsh\n")
        #expect(!bad.allowsAnyOwner && bad.addressTool == nil)
    }

    @Test func `a file that others may write gives nobody rights`() {
        let text = "[node]\nstrict = true\nlauncher_owner = any\nip_tool = ip\nhost_mode = PRD\n"
        let settings = settings(text, isTrusted: false)
        #expect(!settings.isStrict && !settings.allowsAnyOwner)
        #expect(settings.addressTool == "ip" && settings.hostMode == "PRD")
    }

    @Test func `each bad value is named with its file and line`() {
        let text = "[DEFAULT]\nstrict = maybe\n[node]\nhost_mode = PRD\n\nip_tool = ifconfi\n"
        #expect(
            settings(text).problems.map(\.description) == [
                "/o/etc/node.conf:6: node: field 'ip_tool': 'ifconfi' is not one of ifconfig, ip"
                    + " (did you mean 'ifconfig'?)",
                "/o/etc/node.conf:2: node: field 'strict': 'maybe' is neither true, yes, on, 1 nor false,"
                    + " no, off, 0",
            ]
        )
    }
}
