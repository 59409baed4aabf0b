internal import Glibc

/// An IPv4 or IPv6 address, by value: 4 or 16 bytes in network order.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 bytes for IPv4, 16 for IPv6, in network order.
    public let bytes: [UInt8]

    /// Whether the address has 16 bytes.
    public var isIPv6: Bool { bytes.count == 16 }

    /// Traps unless there are 4 or 16 bytes.
    public init(bytes: [UInt8]) {
        // Whoever has bytes of another length has no address: the readers of netlink and inet_pton(3) look first.
        precondition(bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes")
        self.bytes = bytes
    }

    /// Reads the notations of inet_pton(3); nil when `text` is not an address, but perhaps a name.
    public init?(_ text: String) {
        var buffer = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &buffer) == 1 {
            self.init(bytes: Array(buffer.prefix(4)))
        } else if inet_pton(AF_INET6, text, &buffer) == 1 {
            self.init(bytes: buffer)
        } else {
            return nil
        }
    }

    /// Why a text can be neither an address nor a name that resolves to one; nil: it can.
    static func problem(with text: String) -> String? {
        if text.contains("/") {
            return "'\(text)' has a slash: the prefix length belongs in netmask"
        }
        let isNumeric =
            text.contains(".")
            && text.utf8.allSatisfy { $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
        guard isNumeric || text.contains(":"), IPAddress(text) == nil else { return nil }
        let hasLeadingZero = text.split(separator: ".").contains { $0.count > 1 && $0.first == "0" }
        return isNumeric && hasLeadingZero
            ? "'\(text)' has a number with a leading zero, which some programs read as octal"
            : "'\(text)' is not an address"
    }

    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard
            inet_ntop(isIPv6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count)) != nil
        else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The mask of an IPv4 prefix length, 0 to 32; other lengths count as the nearest of these. 27 gives
    /// `255.255.255.224`.
    public static func mask(prefixLength: Int) -> IPAddress {
        // A shift by all bits gives 0.
        let bits = UInt32.max << UInt32(32 - min(32, max(0, prefixLength)))
        return IPAddress(bytes: (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) })
    }

    /// The prefix length of a contiguous mask, IPv4 or IPv6; nil when the bits have a gap.
    public var prefixLengthAsMask: Int? {
        let bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        let ones = bits.prefix { $0 == 1 }.count
        return bits.dropFirst(ones).allSatisfy { $0 == 0 } ? ones : nil
    }
}
