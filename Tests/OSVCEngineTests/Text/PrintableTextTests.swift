import OSVCEngine
import Testing

struct PrintableTextTests {
    @Test(
        arguments: [
            ("", ""), ("plain\n\ttext\n", "plain\n\ttext\n"), ("Église · ☃", "Église · ☃"),
            ("a\u{1B}[31mred", "a\\x1b[31mred"), ("over\rwritten", "over\\rwritten"),
            ("bell\u{7} del\u{7F} nul\0", "bell\\x07 del\\x7f nul\\x00"),
            ("csi\u{9B}1m", "csi\\u{009b}1m"), ("turn\u{202E}ed", "turn\\u{202e}ed"),
            ("line\r\nend", "line\\r\nend"),
        ]
    )
    func `control characters are written out, newlines and tabs stay`(text: String, shown: String) {
        #expect(text.printable.utf8.elementsEqual(shown.utf8))
    }
}
