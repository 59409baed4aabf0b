/// The name of a driver as the status tree and the manual show it: `fs`, `disk.vg`, `sync.rsync`.
public struct DriverID: Sendable, Hashable, CustomStringConvertible {
    /// The whole id, group and type: `disk.vg`.
    public let text: String
    /// The group in which the status of its resources is summed: `disk` of `disk.vg`. Nil: the id names none, and its
    /// resources are neither shown nor counted.
    public let group: StatusGroup?

    public init(_ text: String) {
        self.text = text
        let dot = text.utf8.firstIndex(of: UInt8(ascii: "."))
        group = StatusGroup(rawValue: dot.map { String(text[..<$0]) } ?? text)
    }

    public var description: String { text }

    // The group follows from the text.
    public static func == (one: Self, other: Self) -> Bool { one.text == other.text }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
