import Testing

@testable import osvc

struct TextWrapTests {
    @Test(arguments: [
        ("", 10, []),
        ("one two", 10, ["one two"]),
        ("one two three", 7, ["one two", "three"]),
        ("a  b\n c", 10, ["a b c"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("well-known", 6, ["well-", "known"]),
        ("x abcdefgh", 4, ["x ab", "cdef", "gh"]),
    ])
    func `wrapping follows the classic rules`(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(wrapped(text, width: width) == lines)
    }
}
