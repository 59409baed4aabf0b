import OSVCEngine
import OrderedCollections
import Testing

/// The form of a classic file (classic-env.md section 2, decisions.md 1).
struct EnvFileTests {
    /// The value of `key` in `[x]`, whose lines are given.
    private func value(_ lines: String, _ key: String = "key") -> String? {
        EnvFile("[x]\n\(lines)\n").section("x")?.entries[key]?.value
    }

    /// A line, and the value that is read from it.
    @Test(
        arguments: [
            ("key = value", "value"),
            ("key=value", "value"),
            ("key: value", "value"),
            ("key\t=\t a b \t", "a b"),
            ("KEY = Value", "Value"),  // keys in small letters, values as they are
            ("key = a=b:c", "a=b:c"),
            ("key = \"\"", ""),
            ("key = \"a\"", "\"a\""),
            ("key =", ""),
            ("key = a # b", "a"),
            ("key = a\t# b", "a"),
            ("key = a#b", "a#b"),
            ("key = # b", ""),
            ("key =#b", "#b"),
            ("key = a ; b", "a"),
            ("key = a;b", "a;b"),
            ("key = x;y ; z", "x;y ; z"),  // only the first semicolon counts
            ("key = ; a", "; a"),
            ("key = ;a ", ";a"),
            ("key = x;y # z", "x;y"),
            ("key = value\r", "value"),
        ] as [(String, String)]
    )
    func `a value is what stands between the separator and a comment`(
        line: String,
        wanted: String
    ) {
        #expect(value(line) == wanted)
    }

    @Test(arguments: ["# key = 1", "; key = 1", "rem key = 1", "REM", "Rem\tkey = 1", "", "  \t "])
    func `comments and blank lines say nothing`(line: String) {
        let file = EnvFile("[x]\n\(line)\n")
        #expect(file.problems == [])
        #expect(file.section("x")?.entries.isEmpty == true)
    }

    @Test func `a key may begin as a comment word does`() {
        #expect(value("remote = 1", "remote") == "1")
    }

    @Test(arguments: ["[x]", "[x] # note", "[x]note", "[x]\t; note", "[x]\r"])
    func `a section ends at its bracket`(line: String) {
        #expect(EnvFile(line).sections.map(\.name) == ["x"])
    }

    @Test func `an indented line goes on with the value before it`() {
        #expect(value("key = a\n  b\n\n\tc # d\n  # e\nother = 1") == "a\nb\nc")
        #expect(value("key =\n  a ; b") == "\na ; b")
    }

    @Test func `an indented line without a value before it is a problem`() {
        let file = EnvFile("[x]\n  a\n  # b\n")
        #expect(file.problems.map(\.line) == [2])
    }

    @Test func `sections of one name are one, at the place of the first`() {
        let file = EnvFile("[b]\nk = 1\n[a]\n[b]\nk = 2\nl = 3\n")
        #expect(file.sections.map(\.name) == ["b", "a"])
        #expect(file.sections.map(\.line) == [1, 3])
        #expect(file.section("b")?.entries["k"] == EnvFile.Entry("2", line: 5))
    }

    @Test func `default in small letters is DEFAULT`() {
        let small = EnvFile("[default]\na = 1\n[DEFAULT]\nb = 2\n")
        #expect(Array(small.defaults.entries.keys) == ["a", "b"])
        #expect(EnvFile("[Default]\n").sections.map(\.name) == ["Default"])
    }

    /// A file, and what it is put right to; nil: nothing is to be done.
    @Test(
        arguments: [
            (
                "[default]\r\na = [default]\n[default] # x",
                "[DEFAULT]\r\na = [default]\n[DEFAULT] # x"
            ),
            ("[DEFAULT]\n [default]\n[defaults]\n", nil),
            ("", nil),
        ] as [(String, String?)]
    )
    func `only the lines that begin with it are put right`(text: String, wanted: String?) {
        let corrected = EnvFile.corrected(Array(text.utf8))
        #expect(corrected.map { String(decoding: $0, as: UTF8.self) } == wanted)
    }

    /// A text, and the lines that are a problem.
    @Test(
        arguments: [
            ("[x]\nword\n", [2]),
            ("[x]\n= 1\n", [2]),
            ("key = 1\n[x]\n", [1]),
            ("[]\n", [1]),
            ("[x\n[y]\nword\n", [1, 3]),
            ("[x]\nkey = 1", []),
            ("[fs#\u{e9}]\n[fs#e\u{301}]\n[fs#\u{e9}]\n", [2]),
        ] as [(String, [Int])]
    )
    func `what is no line of such a file is told by its number`(text: String, lines: [Int]) {
        #expect(EnvFile(text).problems.map(\.line) == lines)
    }

    @Test func `any bytes may stand in comments, and only values say that they are no text`() {
        let bytes = Array("[x]\n# ".utf8) + [0xE9] + Array("\nkey = ".utf8) + [0xE9, 0x0A]
        let entry = EnvFile(bytes).section("x")?.entries["key"]
        #expect(entry == EnvFile.Entry("\u{FFFD}", line: 3, isText: false))
        #expect(value("key = données") == "données")
    }

    @Test func `a byte order mark is not part of the first line`() {
        #expect(EnvFile([0xEF, 0xBB, 0xBF] + Array("[x]\n".utf8)).problems == [])
    }

    @Test func `a long continued value costs its length, not its square`() {
        let text = "[x]\nkey = a\n" + String(repeating: " b\n", count: 100_000)
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(value(String(text.dropFirst(4)))?.utf8.count == 200_001)
        }
        #expect(time < .seconds(20))
    }
}
