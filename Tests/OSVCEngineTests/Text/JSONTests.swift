import Testing

@testable import OSVCEngine

@Suite struct JSONTests {
    private static let documents: [(String, JSONValue)] = [
        ("null", JSONValue.null), (" true ", true), ("false", false), ("0", 0), ("-0", 0),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("1.5", .number(1.5)), ("1e2", .number(100)), ("-2.5E-1", .number(-0.25)),
        (#""a\n\u00e9\ud83d\ude00\/""#, "a\né😀/"), ("[]", []), ("[1, [2]]", [1, [2]]),
        ("{}", [:]), (#"{"b": 1, "a": {"c": null}}"#, ["b": 1, "a": ["c": .null]]),
    ]

    @Test(arguments: documents)
    func `a document is read as what it says`(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == value)
    }

    @Test(arguments: [
        ("", "line 1, column 1: the document ends too early"),
        ("nul", "line 1, column 1: a value is expected"),
        ("01", "line 1, column 2: text after the document"),
        ("1.", "line 1, column 3: a digit is expected"),
        ("+1", "line 1, column 1: a value is expected"),
        ("9223372036854775808", "line 1, column 1: 9223372036854775808 does not fit 64 bits"),
        ("1e999", "line 1, column 1: 1e999 is too large"),
        ("[1,]", "line 1, column 4: a value is expected"),
        ("[1 2]", "line 1, column 4: ',' or ']' is expected"),
        ("{\"a\":1,\n \"a\":2}", "line 2, column 2: the name \"a\" occurs twice"),
        ("{a:1}", "line 1, column 2: a name in quotes is expected"),
        ("{\"a\" 1}", "line 1, column 6: ':' is expected"),
        ("\"a", "line 1, column 1: the text does not end"),
        ("\"\t\"", "line 1, column 2: a control character must be escaped"),
        (#""\x""#, "line 1, column 3: unknown escape"),
        (#""\ud83d""#, "line 1, column 2: half of a surrogate pair"),
        (#""\ude00""#, "line 1, column 2: half of a surrogate pair"),
        (#""\ud800\u0041""#, "line 1, column 2: half of a surrogate pair"),
        (#""\ud800\ud800""#, "line 1, column 2: half of a surrogate pair"),
        (#""\ud800\ue000""#, "line 1, column 2: half of a surrogate pair"),
        (#""\udfff\ud800""#, "line 1, column 2: half of a surrogate pair"),
        (#""\ud800\u""#, "line 1, column 10: four hexadecimal digits are expected"),
        (#""\ud800\n""#, "line 1, column 2: half of a surrogate pair"),
        (#""\ud800"#, "line 1, column 2: half of a surrogate pair"),
        ("-1e999", "line 1, column 1: -1e999 is too large"),
        (
            "99999999999999999999",
            "line 1, column 1: 99999999999999999999 does not fit 64 bits"
        ),
        (#""\u12g4""#, "line 1, column 6: four hexadecimal digits are expected"),
        ("1 2", "line 1, column 3: text after the document"),
    ])
    func `a broken document is refused where it breaks`(_ text: String, _ problem: String) {
        do throws(JSONError) {
            let value = try JSONValue(parsing: text)
            Issue.record("\(text) is \(value)")
        } catch {
            #expect(error.description == problem)
        }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }

    @Test func `halves of characters are read in pairs alone, at the ends of their ranges, too`()
        throws
    {
        #expect(try JSONValue(parsing: #""\ud800\udc00""#) == "\u{10000}")
        #expect(try JSONValue(parsing: #""\udbff\udfff""#) == "\u{10FFFF}")
    }

    @Test func `16 MB of brackets are refused`() throws {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 16 << 20)
        #expect(throws: JSONError.self) { try JSONValue(parsing: deep) }
    }

    @Test func `a number that JSON has no word for is null`() {
        #expect(JSONValue.array([.number(.nan), .number(-.infinity)]).compactText == "[null,null]")
    }

    @Test func `depth is limited`() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try JSONValue(parsing: deep) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[\(deep)]") }
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: String(repeating: "[", count: 1_000_000))
        }
    }

    @Test func `what is printed is read back the same, in both forms`() throws {
        let value: JSONValue = [
            "z": [1, .number(2.5), .null, true], "a": ["": "q\"\\\u{01}\u{7F}é\n"], "e": [],
            "o": [:],
        ]
        #expect(try JSONValue(parsing: value.compactText) == value)
        #expect(try JSONValue(parsing: value.prettyText) == value)
        #expect(
            value.compactText
                == #"{"z":[1,2.5,null,true],"a":{"":"q\"\\\u0001\u007fé\n"},"e":[],"o":{}}"#
        )
        #expect(
            (["a": [1], "b": [:]] as JSONValue).prettyText == """
                {
                  "a": [
                    1
                  ],
                  "b": {}
                }
                """
        )
    }
}
