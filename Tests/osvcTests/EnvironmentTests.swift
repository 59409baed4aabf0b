import Testing

@testable import osvc

/// What the variables of whoever calls osvc decide.
struct EnvironmentTests {
    @Test(
        arguments: ["OSVC_ROOT", "XDG_STATE_HOME", "HOME"],
        ["foo", ".", "..", "./", "../x", "~", " ", "\u{FFFD}", "/", "//", "/x/"]
    )
    func `the root is absolute, whatever a variable says`(name: String, value: String) {
        for user: UInt32 in [0, 1000] {
            let root = Environment.root(for: user) { $0 == name ? value : nil }
            #expect(root.hasPrefix("/"))
        }
    }

    @Test func `without any variable there is a root, too`() {
        #expect(Environment.root(for: 1000) { _ in nil } == "/nonexistent/.local/state/osvc")
    }
}
