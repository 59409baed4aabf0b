internal import OrderedCollections

/// Writes JSON values as text.
struct JSONPrinter {
    /// Blanks per level; nil: all in one line.
    let indentation: Int?
    private(set) var text = ""

    init(indentation: Int?) {
        self.indentation = indentation
    }

    mutating func print(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: text += "null"
        case .boolean(let flag): text += flag ? "true" : "false"
        case .integer(let number): text += "\(number)"
        case .number(let number):
            // JSON has no word for the others.
            text += number.isFinite ? "\(number)" : "null"
        case .string(let string): print(string)
        case .array(let elements):
            printList("[", "]", elements, depth: depth) { printer, element in
                printer.print(element, depth: depth + 1)
            }
        case .object(let members):
            printList("{", "}", members.elements, depth: depth) { printer, member in
                printer.print(member.key)
                printer.text += printer.indentation == nil ? ":" : ": "
                printer.print(member.value, depth: depth + 1)
            }
        }
    }

    private mutating func printList<Elements: Collection>(
        _ open: String,
        _ close: String,
        _ elements: Elements,
        depth: Int,
        each: (inout Self, Elements.Element) -> Void
    ) {
        text += open
        for (position, element) in elements.enumerated() {
            if position > 0 { text += "," }
            breakLine(depth: depth + 1)
            each(&self, element)
        }
        if !elements.isEmpty { breakLine(depth: depth) }
        text += close
    }

    private mutating func breakLine(depth: Int) {
        guard let indentation else { return }
        text += "\n" + String(repeating: " ", count: indentation * depth)
    }

    private mutating func print(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\t": text += "\\t"
            case "\r": text += "\\r"
            case "\u{00}"..<"\u{20}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
