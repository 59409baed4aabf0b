/// The id of a resource, exactly as users write it: `fs#1`, `app`.
public struct ResourceID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The whole id. Two spellings of one letter make two ids.
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    /// The part before `#`: `fs` of `fs#1`. It is the section word of classic service files.
    public var section: String {
        text.utf8.firstIndex(of: UInt8(ascii: "#")).map { String(text[..<$0]) } ?? text
    }

    public var description: String { text }

    /// Compares the bytes: two spellings of one letter are two ids.
    public static func == (one: Self, other: Self) -> Bool { one.text.isSame(other.text) }

    public func hash(into hasher: inout Hasher) { PathKey(text).hash(into: &hasher) }

    public static func < (one: Self, other: Self) -> Bool {
        one.text.utf8.lexicographicallyPrecedes(other.text.utf8)
    }
}
