import Testing

@testable import OSVCEngine

struct LuaPatternTests {
    /// Subject, pattern, whether `string.find` finds it in Lua 5.4.
    @Test(arguments: [
        ("It Works !", "Works", true),
        ("It Works !", "works", false),
        ("It Works !", "^It", true),
        ("It Works !", "^Works", false),
        ("It Works !", "!$", true),
        ("It Works !", "Works$", false),
        ("a$b", "a$b", true),  // a dollar inside stands for itself
        ("", "", true),
        ("abc", "", true),
        ("a.c", "a%.c", true),
        ("abc", "a%.c", false),
        ("abc", "a.c", true),
        ("x = 42;", "%d+", true),
        ("x = ;", "%d+", false),
        ("x = ;", "%d*;", true),
        ("colour color", "colou?r c", true),
        ("<b>bold</b>", "<b>.-</b>", true),
        ("key=value", "^(%w+)=(%w+)$", true),
        ("key:value", "^(%w+)=(%w+)$", false),
        ("say \"hi\"", "([\"']).-%1", true),
        ("say \"hi'", "([\"']).-%1", false),
        ("f(a(b)c)d", "%b()d", true),
        ("f(a(b)cd", "%b()d", false),
        ("THE (quick) fox", "%f[%a]%a+%f[%A]", true),
        ("123", "%f[%a]%a", false),
        ("x]y", "[]]", true),
        ("xy", "[]]", false),
        ("x^y", "[x^]y", true),
        ("b", "[^a-c]", false),
        ("d", "[^a-c]", true),
        ("-", "[a-]", true),
        ("-", "[%-]", true),
        ("é", "^..$", true),  // bytes, not characters
        ("beef", "^%x+$", true),
        ("beet", "^%x+$", false),
        ("a b", "%S%s%S", true),
        ("AB", "%l", false),
        ("AB", "%u%u", true),
        ("a,b", "%p", true),
        ("ab", "()b()", true),
    ])
    func `a pattern matches as in Lua`(subject: String, pattern: String, occurs: Bool) {
        #expect(LuaPattern(pattern).occurs(in: Array(subject.utf8)) == occurs)
    }

    @Test(arguments: ["[", "[a", "%", "(a", "a)", "%1", "%b(", "%fa", "[%"])
    func `a malformed pattern is no answer`(pattern: String) {
        #expect(LuaPattern(pattern).occurs(in: Array("abc(a".utf8)) != true)
        #expect(LuaPattern(pattern).occurs(in: Array("aaa".utf8)) == nil)
    }

    @Test func `letters that follow each other do not nest`() {
        let text = String(repeating: "ab", count: 300)
        #expect(LuaPattern(text).occurs(in: Array("x\(text)".utf8)) == true)
        #expect(LuaPattern("(\(text)%d?)$").occurs(in: Array(text.utf8)) == true)
    }

    @Test func `a pattern that would take for ever gives up`() {
        let pattern = String(repeating: "a-", count: 20) + "b"
        #expect(
            LuaPattern(pattern).occurs(in: Array(repeating: UInt8(ascii: "a"), count: 60)) == nil
        )
    }

    @Test(arguments: [
        "%bxy", "(x*)%1y", "[\(String(repeating: "a", count: 100_000))]y", "%f[^x]y",
        "x*x*y",
    ])
    func `each byte that a pattern looks at counts`(pattern: String) {
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 250_000)
        // Without a limit each of these takes minutes or hours.
        #expect(LuaPattern(pattern).occurs(in: body) != true)
    }
}
