extension String {
    /// The text with its control characters written out, as `\r` and `\x1b`; newlines and tabs stay. On a terminal
    /// such characters move the cursor, change colours and titles, or hide what was written.
    public var printable: String {
        guard utf8.contains(where: Self.mayBeginControl) else { return self }
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\r": text += "\\r"
            case _ where !scalar.isControl: text.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x80: text += "\\x" + scalar.hex(digits: 2)
            default: text += "\\u{" + scalar.hex(digits: 4) + "}"
            }
        }
        return text
    }

    /// Whether a control character, as `isControl` has it, may begin with the byte.
    private static func mayBeginControl(_ byte: UInt8) -> Bool {
        byte < 0x20 && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\t") || byte == 0x7F
            || byte == 0xC2 || byte == 0xE2
    }
}

extension Unicode.Scalar {
    /// Whether it is a control character other than newline and tab, or one that turns the direction of text.
    fileprivate var isControl: Bool {
        switch value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate func hex(digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
