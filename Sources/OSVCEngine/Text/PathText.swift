/// Paths and file names as the kernel takes them: bytes. Swift's own comparison is one of letters, where a
/// combining accent is one letter with the `/` before it, and two spellings of `é` are one name.
///
/// Inlinable: an unspecialized copy in another module searches all conformances of the program at its first use.
extension StringProtocol {
    /// Whether it begins with a slash.
    @inlinable
    public var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

    @inlinable
    public var hasSlash: Bool { utf8.contains(UInt8(ascii: "/")) }

    /// Begins with these very bytes.
    @inlinable
    public func begins(_ start: some StringProtocol) -> Bool { utf8.starts(with: start.utf8) }

    /// Ends with these very bytes.
    @inlinable
    public func ends(_ end: some StringProtocol) -> Bool {
        utf8.count >= end.utf8.count && utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
    }

    /// Has the same bytes.
    @inlinable
    public func isSame(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    /// Without its first bytes; they must be whole characters of their own.
    @inlinable
    public func withoutFirst(bytes count: Int) -> String {
        String(decoding: utf8.dropFirst(count), as: UTF8.self)
    }

    /// Without its last bytes; they must be whole characters of their own.
    @inlinable
    public func withoutLast(bytes count: Int) -> String {
        String(decoding: utf8.dropLast(count), as: UTF8.self)
    }

    /// The names between the slashes; empty ones are left out.
    @inlinable
    public var pathParts: [String] {
        Array(utf8).split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The parts before and after the last slash; nil: no slash. `folder` of `/x` is `/`.
    @inlinable
    public var folderAndName: (folder: String, name: String)? {
        let bytes = Array(utf8)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        let name = String(decoding: bytes[(slash + 1)...], as: UTF8.self)
        guard slash != 0 else { return ("/", name) }
        return (String(decoding: bytes[..<slash], as: UTF8.self), name)
    }

    /// What stands behind the last slash, or all of it.
    @inlinable
    public var fileName: String { folderAndName?.name ?? String(self) }
}

/// A path or file name as a key: equal only when the bytes are.
public struct PathKey: Hashable, Sendable {
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (one: Self, other: Self) -> Bool { one.text.isSame(other.text) }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Sequence<String> {
    /// Sorted by the bytes.
    public func sortedByBytes() -> [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// Text as one word of a shell command that a person copies.
public enum ShellWord {
    /// Bytes that mean nothing to a shell.
    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%,=".utf8
    )

    /// The word itself where it is plain; else in quotes, with control characters as `$'\n'`.
    public static func quoted(_ text: some StringProtocol) -> String {
        if !text.isEmpty, text.utf8.allSatisfy(plain.contains) { return String(text) }
        let isPrintable = text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .nonspacingMark,
                .enclosingMark:
                false
            default: true
            }
        }
        guard isPrintable else { return "$'" + text.utf8.map(escaped).joined() + "'" }
        let inner = text.utf8.split(
            separator: UInt8(ascii: "'"),
            omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
        return "'" + inner.joined(separator: "'\\''") + "'"
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "'"), UInt8(ascii: "\\"):
            return "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7E: return String(UnicodeScalar(byte))
        default:
            let digits = String(byte, radix: 16)
            return "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits
        }
    }
}

extension String {
    /// `/srv/` as `/srv`; `/` stays.
    var withoutFinalSlash: String {
        var bytes = utf8[...]
        while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return bytes.count == utf8.count ? self : String(Substring(bytes))
    }

    func isAtOrBelow(_ directory: String) -> Bool {
        isSame(directory) || directory.isSame("/") || begins(directory + "/")
    }
}
