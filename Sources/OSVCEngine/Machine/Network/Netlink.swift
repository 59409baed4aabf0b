internal import CLinux
internal import Glibc

/// Asks the kernel for its interfaces and their addresses (rtnetlink(7)).
enum Netlink {
    static func interfaces() throws(HostError) -> [NetworkInterface] {
        try list().interfaces
    }

    static func links() throws(HostError) -> [Link] {
        try list(withAddresses: false).links
    }

    private static func list(withAddresses: Bool = true) throws(HostError) -> InterfaceList {
        let number = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | O_CLOEXEC, NETLINK_ROUTE)
        guard number >= 0 else {
            throw .system(call: "socket", subject: "netlink", errno: errno)
        }
        let socket = Descriptor(number)
        for _ in 0..<tries {
            var list = InterfaceList()
            var isWhole = try dump(Int(RTM_GETLINK), on: socket) { list.addLink($0) }
            if withAddresses, isWhole {
                isWhole = try dump(Int(RTM_GETADDR), on: socket) { list.addAddress($0) }
            }
            if isWhole { return list }
        }
        throw .system(call: "netlink dump", subject: "interfaces", errno: EINTR)
    }

    /// How often to ask: the kernel reports when something changed during a dump, which is then repeated.
    private static let tries = 8
    private static let headerSize = MemoryLayout<nlmsghdr>.size

    /// Calls `body` with the contents of each message. Returns false when something changed during the dump.
    private static func dump(
        _ type: Int,
        on socket: borrowing Descriptor,
        _ body: (ArraySlice<UInt8>) -> Void
    ) throws(HostError) -> Bool {
        try send(type, on: socket)
        var isWhole = true
        while true {
            let bytes = try receive(socket)
            var rest = bytes[...]
            while rest.count >= headerSize {
                let length = Int(rest.number(at: 0, UInt32.self))
                guard length >= headerSize, length <= rest.count else { throw broken }
                let content = rest.dropFirst(headerSize).prefix(length - headerSize)
                let flags = Int32(rest.number(at: 6, UInt16.self))
                isWhole = isWhole && flags & NLM_F_DUMP_INTR == 0
                switch Int32(rest.number(at: 4, UInt16.self)) {
                case NLMSG_DONE: return isWhole
                case NLMSG_ERROR:
                    let problem = 0 &- content.number(at: 0, Int32.self)
                    throw .system(call: "netlink dump", subject: "interfaces", errno: problem)
                default: body(content)
                }
                rest = rest.dropFirst((length + 3) & ~3)
            }
        }
    }

    private static var broken: HostError {
        .malformed(subject: "netlink", problem: "a message of impossible length")
    }

    private static func send(_ type: Int, on socket: borrowing Descriptor) throws(HostError) {
        // A header and an ifinfomsg of zeros: all families, all interfaces.
        var request = [UInt8](repeating: 0, count: headerSize + MemoryLayout<ifinfomsg>.size)
        request.set(UInt32(request.count), at: 0)
        request.set(UInt16(type), at: 4)
        request.set(UInt16(NLM_F_REQUEST | NLM_F_DUMP), at: 6)
        guard Glibc.send(socket.number, request, request.count, 0) == request.count else {
            throw .system(call: "send", subject: "netlink", errno: errno)
        }
    }

    private static func receive(_ socket: borrowing Descriptor) throws(HostError) -> [UInt8] {
        // The kernel fills at most 32 KiB per message of a dump.
        let room = 64 * 1024
        var problem: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, size in
            var count = -1
            repeat {
                count = recv(socket.number, buffer.baseAddress, room, 0)
                problem = count < 0 ? errno : 0
            } while problem == EINTR
            size = max(0, count)
        }
        guard problem == 0, !bytes.isEmpty else {
            throw .system(call: "recv", subject: "netlink", errno: problem == 0 ? EIO : problem)
        }
        return bytes
    }
}

extension ArraySlice<UInt8> {
    /// The number at an offset from the slice's start, in the byte order of this processor; 0 beyond the end.
    func number<Number: FixedWidthInteger>(at offset: Int, _: Number.Type) -> Number {
        let bytes = dropFirst(offset).prefix(MemoryLayout<Number>.size)
        guard bytes.count == MemoryLayout<Number>.size else { return 0 }
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
    }
}

extension [UInt8] {
    mutating func set<Number: FixedWidthInteger>(_ number: Number, at offset: Int) {
        withUnsafeMutableBytes { $0.storeBytes(of: number, toByteOffset: offset, as: Number.self) }
    }
}
