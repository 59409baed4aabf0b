import OSVCEngine
import OrderedCollections
import Testing

/// Edits of a classic file: one line changes, the rest survives to the byte (decisions.md 20).
struct EnvEditorTests {
    private func editor(_ text: String) -> EnvEditor { EnvEditor(Array(text.utf8)) }

    private func text(_ editor: EnvEditor) -> String {
        String(decoding: editor.bytes, as: UTF8.self)
    }

    /// A text, a value for `key` of `[x]`, and the text after.
    @Test(
        arguments: [
            ("[x]\nkey = a\n", "b", "[x]\nkey = b\n"),
            ("[x]\nKey=a\n", "b", "[x]\nKey=b\n"),
            ("[x]\nkey\t:  a\n", "b c", "[x]\nkey\t:  b c\n"),
            ("[x]\nkey = a   # note\n", "b", "[x]\nkey = b   # note\n"),
            ("[x]\nkey = a ; note\n", "b", "[x]\nkey = b ; note\n"),
            ("[x]\nkey = a\r\nl = 1\r\n", "b", "[x]\nkey = b\r\nl = 1\r\n"),
            ("[x]\nkey = a", "b", "[x]\nkey = b"),
            // The last of several counts.
            ("[x]\nkey = 1\nkey = 2\n", "b", "[x]\nkey = 1\nkey = b\n"),
            ("[x]\nkey = 1\n[y]\n[x]\nkey = 2\n", "b", "[x]\nkey = 1\n[y]\n[x]\nkey = b\n"),
            // A continued value is replaced whole; what stands between its lines stays.
            ("[x]\nkey = a\n\n# n\n  b\n\tc\nl = 1\n", "d", "[x]\nkey = d\n\n# n\nl = 1\n"),
            ("[x]\nkey = a\n  b", "d", "[x]\nkey = d"),
            ("[x]\nkey = a\n  b\n", "c\nd\ne", "[x]\nkey = c\n  d\n  e\n"),
            ("[x]\r\nkey = a\r\n", "c\nd", "[x]\r\nkey = c\r\n\td\r\n"),
            // No value before, or none after.
            ("[x]\nkey =\n", "b", "[x]\nkey = b\n"),
            ("[x]\nkey=\n", "b", "[x]\nkey=b\n"),
            ("[x]\nkey:\n", "b", "[x]\nkey: b\n"),
            ("[x]\nkey = # note\n", "b", "[x]\nkey = b # note\n"),
            ("[x]\nkey = a # note\n", "", "[x]\nkey = # note\n"),
            ("[x]\nkey = \"\"\n", "b", "[x]\nkey = b\n"),
            ("[x]\nkey = a\n", "\nb", "[x]\nkey =\n\tb\n"),
            // Values that the usual form would not give back.
            ("[x]\nkey = a ; note\n", "x;y", "[x]\nkey = x;y # note\n"),
            ("[x]\nkey = a ; note\n", "", "[x]\nkey = # note\n"),
            ("[x]\nkey = a\n", "#1", "[x]\nkey =#1\n"),
            ("[x]\nkey = a\n", ";1 ; 2", "[x]\nkey = ;1 ; 2\n"),
            // A key that is new: behind the last line of its section.
            ("[x]\nl = 1\n\n# about y\n[y]\n", "b", "[x]\nl = 1\nkey = b\n\n# about y\n[y]\n"),
            ("[x]\n\n[y]\n", "b", "[x]\nkey = b\n\n[y]\n"),
            ("[x] # note\nl = 1\n  2\n", "b", "[x] # note\nl = 1\n  2\nkey = b\n"),
            ("[x]\r\nl = 1\r\n\r\n", "b", "[x]\r\nl = 1\r\nkey = b\r\n\r\n"),
            ("[x]\nl = 1", "b", "[x]\nl = 1\nkey = b"),
            ("[x]\n[y]\n[x]\n[z]", "b", "[x]\n[y]\n[x]\nkey = b\n[z]"),
            ("[x]\n", "", "[x]\nkey =\n"),
            ("[x]\n", "#1", "[x]\nkey =#1\n"),
            // A section that is new: at the end.
            ("", "b", "[x]\nkey = b\n"),
            ("[y]\nl = 1\n", "b", "[y]\nl = 1\n\n[x]\nkey = b\n"),
            ("[y]\nl = 1\n\n", "b", "[y]\nl = 1\n\n[x]\nkey = b\n"),
            ("[y]\nl = 1", "b", "[y]\nl = 1\n\n[x]\nkey = b"),
            ("[y]\r\n# z", "b", "[y]\r\n# z\r\n\r\n[x]\r\nkey = b"),
            ("[x]\r\nl = 1", "b", "[x]\r\nl = 1\r\nkey = b"),
            ("[y]\r\n", "b", "[y]\r\n\r\n[x]\r\nkey = b\r\n"),
            ("\u{FEFF}[x]\nkey = a\n", "b", "\u{FEFF}[x]\nkey = b\n"),
        ] as [(String, String, String)]
    )
    func `a value changes its line and no other`(before: String, value: String, after: String)
        throws
    {
        var editor = editor(before)
        try editor.set("KEY", in: "x", to: value)
        #expect(text(editor) == after)
        #expect(editor.value(of: "key", in: "x") == Array(value.utf8))
        #expect(EnvFile(editor.bytes).section("x")?.entries["key"]?.value == value)
    }

    @Test func `a value that is there already changes nothing`() throws {
        var editor = editor("[x]\nkey=a # n\n")
        try editor.set("key", in: "x", to: "a")
        #expect(text(editor) == "[x]\nkey=a # n\n")
    }

    @Test func `default in small letters is DEFAULT, as it is written`() throws {
        var small = editor("[default]\na = 1\n")
        try small.set("b", in: "DEFAULT", to: "2")
        try small.set("c", in: "default", to: "3")
        #expect(text(small) == "[default]\na = 1\nb = 2\nc = 3\n")
    }

    /// A value, and why no file would give it back.
    @Test(
        arguments: [
            ("a # b", "a blank and '#' begin a comment"),
            ("a\t#", "a blank and '#' begin a comment"),
            ("a\n#b", "a blank and '#' begin a comment"),
            ("a ; b", "a blank and ';' begin a comment"),
            (" a", "blanks at the ends of a line are lost"),
            ("a\r", "blanks at the ends of a line are lost"),
            ("a\n b", "blanks at the ends of a line are lost"),
            ("a\n", "a line of it is empty"),
            ("a\n\nb", "a line of it is empty"),
            ("\"\"", "it would be read as empty"),
            ("a\0b", "it holds a NUL byte"),
        ] as [(String, String)]
    )
    func `a value that cannot be read back is refused, and why`(value: String, reason: String) {
        var editor = editor("[x]\nkey = a\n")
        #expect(throws: EnvEditError.unwritableValue(value, reason: reason)) {
            try editor.set("key", in: "x", to: value)
        }
        #expect(text(editor) == "[x]\nkey = a\n")
    }

    @Test(arguments: ["a=b", "#a", ";a", "[a]", "rem b", " a", "a ", "a #b", "", "a\nb", "a:"])
    func `a key that would be read as something else is refused`(key: String) {
        var editor = editor("[x]\nl = 1\n")
        #expect(throws: EnvEditError.unwritableKey(key, section: "x")) {
            try editor.set(key, in: "x", to: "1")
        }
        #expect(text(editor) == "[x]\nl = 1\n")
    }

    @Test(arguments: ["", "a]b", "a\nb", "a #b"])
    func `a section that would be read as something else is refused`(name: String) {
        var editor = editor("[x]\nl = 1\n")
        #expect(throws: EnvEditError.self) { try editor.set("k", in: name, to: "1") }
        #expect(throws: EnvEditError.unwritableSection(name)) { try editor.addSection(name) }
        #expect(text(editor) == "[x]\nl = 1\n")
    }

    @Test func `a file that does not load is edited nevertheless, but nothing slips in`() throws {
        var editor = editor("junk = 1\n[x]\nbad\nkey = a\n  b\n")
        try editor.set("key", in: "x", to: "c")
        #expect(text(editor) == "junk = 1\n[x]\nbad\nkey = c\n")
        // Behind the header the line that is none would go on with the value.
        var stray = EnvEditor(Array("[x]\n  stray\n".utf8))
        try stray.set("key", in: "x", to: "c")
        #expect(text(stray) == "[x]\n  stray\nkey = c\n")
    }

    @Test func `bytes that are no text survive and are given back`() throws {
        let before = Array("# ".utf8) + [0xE9] + Array("\n[x]\nk = ".utf8) + [0xE9, 0x0A]
        var editor = EnvEditor(before)
        #expect(editor.value(of: "k", in: "x") == [0xE9])
        try editor.set("l", in: "x", to: "1")
        #expect(editor.bytes == before + Array("l = 1\n".utf8))
    }

    // MARK: Reading

    @Test func `what a section does not say, DEFAULT does`() {
        let editor = editor("[DEFAULT]\nA = 1\nb = 2\n[x]\nb = 3\n  4\n")
        #expect(editor.value(of: "a", in: "x") == Array("1".utf8))
        #expect(editor.value(of: "B", in: "x") == Array("3\n4".utf8))
        #expect(editor.value(of: "c", in: "x") == nil)
        #expect(editor.sections == ["DEFAULT", "x"])
        #expect(self.editor("").hasSection("DEFAULT") && !editor.hasSection("X"))
    }

    // MARK: Taking away

    /// A text, and what is left without `key` of `[x]`.
    @Test(
        arguments: [
            ("[x]\nkey = a # n\nl = 1\n", "[x]\nl = 1\n"),
            ("[x]\nl = 1\nkey = a", "[x]\nl = 1"),
            ("[x]\nkey = a\n b\n# n\n\n c\nl = 1\n", "[x]\n# n\n\nl = 1\n"),
            ("[x]\nKEY = 1\nl = 1\n[y]\nkey = 2\n[x]\nkey = 3", "[x]\nl = 1\n[y]\nkey = 2\n[x]"),
            ("[x]\nkey = a\n b", "[x]"),
        ] as [(String, String)]
    )
    func `a key goes with all its lines and no other`(before: String, after: String) throws {
        var editor = editor(before)
        try editor.unset("Key", in: "x")
        #expect(text(editor) == after)
    }

    @Test func `what is not there is not taken away, and is named`() {
        var editor = editor("[DEFAULT]\nkey = 1\n[x]\n")
        #expect(throws: EnvEditError.noKey("key", section: "x")) {
            try editor.unset("key", in: "x")
        }
        #expect(throws: EnvEditError.noSection("y")) { try editor.unset("key", in: "y") }
        #expect(throws: EnvEditError.noSection("y")) { try editor.removeSection("y") }
        #expect(
            EnvEditError.noKey("key", section: "x").description
                == "option 'key' not found in section 'x'"
        )
        #expect(EnvEditError.noSection("y").description == "section 'y' not found")
    }

    /// A text, and what is left without `[x]`.
    @Test(
        arguments: [
            ("[a]\nk = 1\n\n[x]\nk = 2\n\n[b]\n", "[a]\nk = 1\n\n[b]\n"),
            ("[a]\n\n[x]\nk = 2\n# of k\nl = 1\n\n# of b\n[b]", "[a]\n\n# of b\n[b]"),
            ("[x]\n", ""),
            ("[a]\n[x]\nk = 1", "[a]"),
            ("[x]\nk = 1\n[a]\n[x]\nl = 1\n", "[a]\n"),
        ] as [(String, String)]
    )
    func `a section goes with its keys and the blank lines after it`(before: String, after: String)
        throws
    {
        var editor = editor(before)
        try editor.removeSection("x")
        #expect(text(editor) == after)
    }
}
