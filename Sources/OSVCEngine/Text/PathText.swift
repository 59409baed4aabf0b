/// Paths and file names as the kernel treats them: bytes. Swift compares strings by characters: a
/// combining accent is one character with the `/` before it, and two spellings of `é` are equal.
///
/// Inlinable: an unspecialized copy in another module searches all conformances of the program when first used.
extension StringProtocol {
    /// Whether the path begins with a slash.
    @inlinable
    public var isAbsolutePath: Bool { utf8.first == UInt8(ascii: "/") }

    /// Whether the text contains a slash anywhere, so that it is a path and not a single file name.
    @inlinable
    public var hasSlash: Bool { utf8.contains(UInt8(ascii: "/")) }

    /// Whether the first bytes are exactly those of `start`.
    @inlinable
    public func begins(_ start: some StringProtocol) -> Bool { utf8.starts(with: start.utf8) }

    /// Whether the last bytes are exactly those of `end`.
    @inlinable
    public func ends(_ end: some StringProtocol) -> Bool {
        utf8.count >= end.utf8.count && utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
    }

    /// Whether both texts have the same bytes.
    @inlinable
    public func isSame(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }

    /// The text without its first `count` bytes. These must end between two characters.
    @inlinable
    public func withoutFirst(bytes count: Int) -> String {
        String(decoding: utf8.dropFirst(count), as: UTF8.self)
    }

    /// The text without its last `count` bytes. These must begin between two characters.
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

    /// The part after the last slash; the whole text when there is no slash.
    @inlinable
    public var fileName: String { folderAndName?.name ?? String(self) }
}

/// A path or file name as a dictionary key. Two keys are equal only when their bytes are.
public struct PathKey: Hashable, Sendable {
    /// The path or name, with its bytes unchanged.
    public let text: String

    public init(_ text: String) { self.text = text }

    public static func == (one: Self, other: Self) -> Bool { one.text.isSame(other.text) }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension Sequence<String> {
    /// Each string once, in the order of their bytes. Two spellings of one letter are two strings.
    public func distinctByBytes() -> [String] {
        Set(map(PathKey.init)).map(\.text).sortedByBytes()
    }

    /// The strings in the order of their bytes, the same in every locale.
    public func sortedByBytes() -> [String] {
        sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

/// Text as one word of a shell command that a person copies.
public enum ShellWord {
    /// Bytes that have no special meaning in a shell.
    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+:@%,=".utf8
    )

    /// The text itself when it is plain, else the text in quotes. Control characters are written as `$'\n'`.
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

    /// The path and the directories above it, from the innermost to `/`: `/a/b`, `/a`, `/`. Empty for another text.
    var andDirectoriesAbove: [String] {
        guard isAbsolutePath else { return [] }
        let parts = pathParts
        return (0...parts.count).reversed().map { "/" + parts.prefix($0).joined(separator: "/") }
    }

    func isAtOrBelow(_ directory: String) -> Bool {
        isSame(directory) || directory.isSame("/") || begins(directory + "/")
    }
}
