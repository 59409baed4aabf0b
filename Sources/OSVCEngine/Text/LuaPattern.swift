internal import CPattern

/// A Lua pattern (Lua 5.4 manual, section 6.4.1), as the functions of `string` take it.
///
/// Matching works on bytes and gives up after 2,000,000 steps: a pattern such as `a-a-a-b` takes time that
/// grows with a power of the length.
struct LuaPattern: Sendable, Equatable {
    private static let stepLimit = 2_000_000

    private let pattern: [UInt8]

    init(_ text: String) {
        pattern = Array(text.utf8)
    }

    /// Whether the pattern occurs in `bytes`; nil when it is malformed or takes more steps than allowed.
    func occurs(in bytes: [UInt8]) -> Bool? {
        switch osvc_pattern_occurs(bytes, bytes.count, pattern, pattern.count, Self.stepLimit) {
        case 1: true
        case 0: false
        default: nil
        }
    }
}
