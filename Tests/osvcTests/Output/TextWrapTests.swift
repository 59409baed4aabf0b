import Testing

@testable import osvc

struct TextWrapTests {
    @Test(arguments: [
        ("", 10, []),
        ("one two", 10, ["one two"]),
        ("one two three", 7, ["one two", "three"]),
        ("a  b\n c", 10, ["a  b  c"]),
        ("a  b   c", 5, ["a  b", "c"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("well-known", 6, ["well-", "known"]),
        ("x abcdefgh", 4, ["x ab", "cdef", "gh"]),
        ("a-well known", 7, ["a-well", "known"]),
        ("web1-data xy", 9, ["web1-data", "xy"]),
        ("web-01a", 5, ["web-", "01a"]),
        ("web-01", 5, ["web-0", "1"]),
        ("/srv/open-ha", 9, ["/srv", "/open-ha"]),
        ("x, a_b-cd", 7, ["x, a_b-", "cd"]),
        ("one--two", 5, ["one--", "two"]),
    ])
    func `wrapping follows the classic rules`(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(wrapped(text, width: width) == lines)
    }

    /// A script may write as much under a status.
    @Test(arguments: ["a", "ab-", "-", "a1-1", "x- ", "!", "é-"])
    func `a long text is wrapped in one go, and nothing of it is lost`(_ piece: String) {
        let text = String(repeating: piece, count: 100_000)
        let lines = wrapped(text, width: 43)
        #expect(lines.allSatisfy { $0.count <= 43 })
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
    }
}
