public import OrderedCollections

/// A JSON document as a value (RFC 8259). Members of an object keep their order.
///
/// Integers are exact: a number without fraction or exponent is an `Int` or an error, never rounded.
public enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int)
    /// Finite; there is no JSON for anything else, and printing it traps.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(OrderedDictionary<String, JSONValue>)

    /// Reads one document; throws at the first byte that does not belong.
    ///
    /// Refused beside broken syntax: a name twice in one object, text that is not UTF-8, half of a
    /// surrogate pair, an integer beyond 64 bits, and more than `maximumDepth` levels.
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

/// Where a JSON document breaks the rules, and how.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Both from 1; the column counts bytes.
    public var line: Int
    public var column: Int
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
