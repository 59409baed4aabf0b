import OSVCEngine
import Testing

struct GlobTests {
    @Test(arguments: [
        ("vg#0", "vg#*", true), ("fs#0", "vg#*", false), ("app", "*", true), ("", "*", true),
        ("fs#10", "fs#?", false), ("fs#1", "fs#?", true), ("abcabc", "a*c", true),
        ("abcabd", "a*c", false), ("", "", true), ("x", "", false),
    ])
    func `globs match whole names`(_ text: String, _ pattern: String, _ matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }
}
