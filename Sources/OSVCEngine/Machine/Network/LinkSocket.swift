internal import CLinux
internal import Glibc

/// Sends and receives the frames of one protocol on one link (packet(7)).
struct LinkSocket: ~Copyable {
    struct Received {
        var sender: [UInt8]
        var bytes: ArraySlice<UInt8>
    }

    let descriptor: Descriptor
    private let link: Link
    private let ethernetType: UInt16

    /// Opens a socket; needs CAP_NET_RAW. `filter` is a classic BPF program for what follows the Ethernet header.
    static func open(_ link: Link, ethernetType: UInt16, filter: [sock_filter] = [])
        throws(HostError) -> LinkSocket
    {
        let type = Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK
        // Protocol 0 receives nothing before `bind`: no frame arrives before the filter is set.
        let number = socket(AF_PACKET, type, 0)
        guard number >= 0 else { throw .system(call: "socket", subject: link.name, errno: errno) }
        let socket = LinkSocket(
            descriptor: Descriptor(number),
            link: link,
            ethernetType: ethernetType
        )
        try socket.attach(filter)
        try socket.bindToLink()
        return socket
    }

    private func bindToLink() throws(HostError) {
        var address = target([])
        guard SocketAddress.call(&address, { bind(descriptor.number, $0, $1) }) == 0 else {
            throw .system(call: "bind", subject: link.name, errno: errno)
        }
    }

    /// Makes the interface receive frames to an Ethernet multicast address.
    func join(_ group: [UInt8]) {
        var request = packet_mreq()
        request.mr_ifindex = link.index
        request.mr_type = UInt16(PACKET_MR_MULTICAST)
        request.mr_alen = 6
        withUnsafeMutableBytes(of: &request.mr_address) { $0.copyBytes(from: group) }
        let size = socklen_t(MemoryLayout<packet_mreq>.size)
        _ = setsockopt(descriptor.number, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, size)
    }

    func send(_ bytes: [UInt8], to hardwareAddress: [UInt8]) throws(HostError) {
        var address = target(hardwareAddress)
        let count = SocketAddress.call(&address) {
            sendto(descriptor.number, bytes, bytes.count, 0, $0, $1)
        }
        guard count == bytes.count else {
            throw .system(call: "send", subject: link.name, errno: errno)
        }
    }

    /// The next frame, without waiting; nil: there is none.
    func receive() -> Received? {
        var bytes = [UInt8](repeating: 0, count: 256)
        var address = sockaddr_ll()
        var size = socklen_t(MemoryLayout<sockaddr_ll>.size)
        let count = SocketAddress.call(&address) { sender, _ in
            recvfrom(descriptor.number, &bytes, bytes.count, 0, sender, &size)
        }
        guard count >= 0 else { return nil }
        let sender = withUnsafeBytes(of: address.sll_addr) { Array($0.prefix(6)) }
        return Received(sender: sender, bytes: bytes[..<count])
    }

    private func target(_ hardwareAddress: [UInt8]) -> sockaddr_ll {
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_protocol = ethernetType.bigEndian
        address.sll_ifindex = link.index
        address.sll_halen = UInt8(hardwareAddress.count)
        withUnsafeMutableBytes(of: &address.sll_addr) { $0.copyBytes(from: hardwareAddress) }
        return address
    }

    private func attach(_ filter: [sock_filter]) throws(HostError) {
        guard !filter.isEmpty else { return }
        var filter = filter
        let result = filter.withUnsafeMutableBufferPointer { instructions in
            var program = sock_fprog()
            program.len = UInt16(instructions.count)
            program.filter = instructions.baseAddress
            let size = socklen_t(MemoryLayout<sock_fprog>.size)
            return setsockopt(descriptor.number, SOL_SOCKET, SO_ATTACH_FILTER, &program, size)
        }
        guard result == 0 else {
            throw .system(call: "SO_ATTACH_FILTER", subject: link.name, errno: errno)
        }
    }
}
