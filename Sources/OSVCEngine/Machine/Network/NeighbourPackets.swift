internal import CLinux

/// Packets about the owners of addresses on a link: ARP (RFC 826, 5227) for IPv4.
enum ARP {
    static let ethernetType = UInt16(ETH_P_ARP)
    static let everybody = [UInt8](repeating: 0xff, count: 6)

    /// Asks whether anybody has the address, without claiming it: the sender has none.
    static func probe(_ address: IPAddress, from hardware: [UInt8]) -> [UInt8] {
        packet(1, hardware, [0, 0, 0, 0], [0, 0, 0, 0, 0, 0], address.bytes)
    }

    /// Announcements that the address is at `hardware`, as request and as reply: some listen to one kind only.
    static func announcements(_ address: IPAddress, from hardware: [UInt8]) -> [[UInt8]] {
        [1, 2].map { packet($0, hardware, address.bytes, everybody, address.bytes) }
    }

    /// The hardware address of the machine that has the address, or probes for it now; nil: the packet concerns
    /// others.
    static func claimant(of address: IPAddress, in packet: ArraySlice<UInt8>) -> [UInt8]? {
        let bytes = Array(packet)
        guard bytes.count >= 28, bytes.starts(with: [0, 1, 8, 0, 6, 4]) else { return nil }
        let sender = Array(bytes[14..<18])
        let isProbe = sender == [0, 0, 0, 0] && Array(bytes[24..<28]) == address.bytes
        return sender == address.bytes || isProbe ? Array(bytes[8..<14]) : nil
    }

    private static func packet(
        _ operation: UInt8,
        _ senderHardware: [UInt8],
        _ sender: [UInt8],
        _ targetHardware: [UInt8],
        _ target: [UInt8]
    ) -> [UInt8] {
        [0, 1, 8, 0, 6, 4, 0, operation] + senderHardware + sender + targetHardware + target
    }
}

/// The same for IPv6: neighbour discovery (RFC 4861), duplicate address detection (RFC 4862).
enum NeighbourDiscovery {
    static let ethernetType = UInt16(ETH_P_IPV6)
    static let allNodes = [UInt8]([0xff, 2] + [UInt8](repeating: 0, count: 13) + [1])
    static let allNodesHardware: [UInt8] = [0x33, 0x33, 0, 0, 0, 1]

    private static let solicitation: UInt8 = 135
    private static let advertisement: UInt8 = 136

    /// Passes only neighbour solicitations and advertisements. Offsets are from the IPv6 header: next header at
    /// 6, type of ICMPv6 at 40.
    static let filter: [sock_filter] = [
        sock_filter(code: 0x30, jt: 0, jf: 0, k: 6),
        sock_filter(code: 0x15, jt: 0, jf: 4, k: 58),
        sock_filter(code: 0x30, jt: 0, jf: 0, k: 40),
        sock_filter(code: 0x15, jt: 1, jf: 0, k: UInt32(solicitation)),
        sock_filter(code: 0x15, jt: 0, jf: 1, k: UInt32(advertisement)),
        sock_filter(code: 0x06, jt: 0, jf: 0, k: 0xffff),
        sock_filter(code: 0x06, jt: 0, jf: 0, k: 0),
    ]

    /// The Ethernet address to which the owner of an address listens.
    static func solicitedHardware(_ address: IPAddress) -> [UInt8] {
        [0x33, 0x33, 0xff] + address.bytes.suffix(3)
    }

    /// A probe for the address, from the unspecified address (RFC 4862, 5.4.2).
    static func probe(_ address: IPAddress) -> [UInt8] {
        let group =
            [0xff, 2] + [UInt8](repeating: 0, count: 9) + [1, 0xff] + address.bytes.suffix(3)
        let none = [UInt8](repeating: 0, count: 16)
        return packet(none, group, [solicitation, 0, 0, 0, 0, 0, 0, 0] + address.bytes)
    }

    /// An announcement to all nodes that the address is at `hardware`, overriding what they know (RFC 4861, 7.2.6).
    static func announcement(_ address: IPAddress, from hardware: [UInt8], isRouter: Bool)
        -> [UInt8]
    {
        let flags: UInt8 = isRouter ? 0xa0 : 0x20
        let message = [advertisement, 0, 0, 0, flags, 0, 0, 0] + address.bytes + [2, 1] + hardware
        return packet(address.bytes, allNodes, message)
    }

    /// Whether the packet is sent by a machine that has the address, or probes for it now.
    static func isClaim(of address: IPAddress, in packet: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(packet)
        guard bytes.count >= 64, bytes[6] == 58, bytes[7] == 255,
            Array(bytes[48..<64]) == address.bytes
        else { return false }
        // A solicitation from an address is sent by a machine that looks for the owner.
        let isProbe = bytes[40] == solicitation && bytes[8..<24].allSatisfy { $0 == 0 }
        return bytes[40] == advertisement || isProbe
    }

    private static func packet(_ source: [UInt8], _ target: [UInt8], _ message: [UInt8])
        -> [UInt8]
    {
        let length: [UInt8] = [UInt8(message.count >> 8), UInt8(message.count & 0xff)]
        let sum = checksum(source + target + [0, 0] + length + [0, 0, 0, 58] + message)
        var message = message
        message[2] = UInt8(sum >> 8)
        message[3] = UInt8(sum & 0xff)
        return [0x60, 0, 0, 0] + length + [58, 255] + source + target + message
    }

    /// The Internet checksum (RFC 1071) of an even number of bytes.
    static func checksum(_ bytes: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: bytes.count - 1, by: 2) {
            sum += UInt32(bytes[index]) << 8 | UInt32(bytes[index + 1])
        }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        return ~UInt16(sum)
    }
}
