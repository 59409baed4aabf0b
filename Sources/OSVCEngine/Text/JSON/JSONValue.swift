public import OrderedCollections

/// A JSON document as a value (RFC 8259). Members of an object keep their order.
///
/// Integers are exact: a number without fraction or exponent is an `Int` or an error, never rounded.
public enum JSONValue: Sendable, Equatable {
    /// The literal `null`.
    case null
    /// The literals `true` and `false`.
    case boolean(Bool)
    /// A number without fraction and exponent; it fits in 64 bits.
    case integer(Int)
    /// A finite number with a fraction or exponent. JSON has no infinity and no NaN; they are printed as `null`.
    case number(Double)
    /// A string without its quotes and escapes.
    case string(String)
    /// The elements of an array, in the order of the document.
    case array([JSONValue])
    /// The members of an object, in the order of the document; no name occurs twice.
    case object(OrderedDictionary<String, JSONValue>)

    /// Reads one document.
    ///
    /// Throws at the first byte that breaks the syntax. Also refused: a name twice in one object, text that is
    /// not UTF-8, half of a surrogate pair, an integer beyond 64 bits, and more than `maximumDepth` levels.
    public init(parsing bytes: [UInt8], maximumDepth: Int = 64) throws(JSONError) {
        var parser = JSONParser(bytes, maximumDepth: maximumDepth)
        self = try parser.document()
    }

    public init(parsing text: String, maximumDepth: Int = 64) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), maximumDepth: maximumDepth)
    }

    /// The document in one line.
    public var compactText: String {
        var printer = JSONPrinter(indentation: nil)
        printer.print(self, depth: 0)
        return printer.text
    }

    /// The document for people: one member per line, two blanks per level, no final newline.
    public var prettyText: String {
        var printer = JSONPrinter(indentation: 2)
        printer.print(self, depth: 0)
        return printer.text
    }

    /// The member of an object; nil for absent members and for values that are not objects.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }
}

/// Where a JSON document is invalid, and why.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Lines are counted from 1.
    public var line: Int
    /// Columns are counted in bytes, from 1.
    public var column: Int
    /// What is wrong there, as a phrase for a message: `a value is expected`.
    public var problem: String

    public init(line: Int, column: Int, problem: String) {
        self.line = line
        self.column = column
        self.problem = problem
    }

    public var description: String { "line \(line), column \(column): \(problem)" }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(OrderedDictionary(elements) { _, last in last })
    }
}
