internal import CLinux
internal import Glibc

/// An interface as the carrier of frames.
struct Link: Equatable {
    var index: Int32
    var name: String
    /// The kernel's IFF_… bits.
    var flags: UInt32
    /// ARPHRD_…: 1 is Ethernet.
    var type: UInt16
    var hardwareAddress: [UInt8]

    var isUp: Bool { flags & UInt32(IFF_UP) != 0 }

    /// Whether neighbours on the link can be asked for addresses.
    var hasNeighbours: Bool {
        let unfit = UInt32(IFF_LOOPBACK) | UInt32(IFF_NOARP)
        return isUp && flags & unfit == 0 && type == 1 && hardwareAddress.count == 6
    }
}

/// Builds the list of interfaces from the messages of two dumps.
struct InterfaceList {
    private(set) var links: [Link] = []
    private var addresses: [Int32: [NetworkInterface.Address]] = [:]

    var interfaces: [NetworkInterface] {
        links.map { link in
            NetworkInterface(
                name: link.name,
                isUp: link.isUp,
                addresses: addresses[link.index] ?? []
            )
        }
    }

    /// Adds an interface from an `ifinfomsg` and its attributes.
    mutating func addLink(_ message: ArraySlice<UInt8>) {
        guard message.count >= 16 else { return }
        let attributes = InterfaceList.attributes(message.dropFirst(16))
        guard let name = attributes[UInt16(IFLA_IFNAME)] else { return }
        links.append(
            Link(
                index: message.number(at: 4, Int32.self),
                name: InterfaceList.text(name),
                flags: message.number(at: 8, UInt32.self),
                type: message.number(at: 2, UInt16.self),
                hardwareAddress: Array(attributes[UInt16(IFLA_ADDRESS)] ?? [])
            )
        )
    }

    /// Adds an address from an `ifaddrmsg` and its attributes.
    mutating func addAddress(_ message: ArraySlice<UInt8>) {
        guard message.count >= 8 else { return }
        let attributes = InterfaceList.attributes(message.dropFirst(8))
        // On a point-to-point link IFA_ADDRESS is the address of the other end.
        let bytes =
            attributes[UInt16(IFA_LOCAL)] ?? attributes[UInt16(IFA_ADDRESS)]
        guard let bytes, bytes.count == 4 || bytes.count == 16 else { return }
        // Eight flags are in the message itself, all of them in the attribute (rtnetlink(7)).
        let flags =
            attributes[UInt16(IFA_FLAGS)].map { $0.number(at: 0, UInt32.self) }
            ?? UInt32(message.number(at: 2, UInt8.self))
        // For IPv6 the same bit means an address that lives for a time.
        let isSecondary = bytes.count == 4 && flags & UInt32(IFA_F_SECONDARY) != 0
        addresses[message.number(at: 4, Int32.self), default: []].append(
            NetworkInterface.Address(
                IPAddress(bytes: Array(bytes)),
                prefixLength: Int(message.number(at: 1, UInt8.self)),
                label: attributes[UInt16(IFA_LABEL)].map(InterfaceList.text),
                isSecondary: isSecondary,
                isDuplicate: flags & UInt32(IFA_F_DADFAILED) != 0
            )
        )
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Attributes by type: length, type, value, padded to 4 bytes.
    private static func attributes(_ bytes: ArraySlice<UInt8>) -> [UInt16: ArraySlice<UInt8>] {
        var found: [UInt16: ArraySlice<UInt8>] = [:]
        var rest = bytes
        while rest.count >= 4 {
            let length = Int(rest.number(at: 0, UInt16.self))
            guard length >= 4, length <= rest.count else { return found }
            found[rest.number(at: 2, UInt16.self) & 0x3fff] = rest.dropFirst(4).prefix(length - 4)
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return found
    }
}
