internal import CLinux
internal import Glibc

/// Asks who has an address on a link, and announces that it is here.
extension LinuxHost {
    /// How many probes are sent within the limit (RFC 5227: PROBE_NUM).
    private static let probes = 3

    /// Returns true as soon as another machine answers, or probes for the same address; false at the limit. On
    /// a link without neighbours (missing, down, loopback, NOARP) it returns false at once.
    public func answers(_ address: IPAddress, on device: String, within limit: Duration)
        async throws(HostError) -> Bool
    {
        let links = try Netlink.links()
        guard let link = links.first(where: { $0.name == device }), link.hasNeighbours else {
            return false
        }
        let own = Set(links.map(\.hardwareAddress))
        let socket = try LinuxHost.probeSocket(address, link)
        let end = MonotonicInstant.now.advanced(by: limit)
        for left in (1...LinuxHost.probes).reversed() {
            try LinuxHost.probe(address, link, socket)
            let pause = MonotonicInstant.now.duration(to: end) / left
            let next = MonotonicInstant.now.advanced(by: pause)
            while case let rest = MonotonicInstant.now.duration(to: next), rest > .zero,
                try await loop.wait(for: socket.descriptor.number, .read, within: rest)
            {
                while let received = socket.receive() {
                    guard let claimant = LinuxHost.claimant(address, received) else { continue }
                    if !own.contains(claimant) { return true }
                }
            }
        }
        return false
    }

    /// Sends gratuitous ARP or an unsolicited neighbour advertisement; nothing on a link without neighbours.
    /// Throws ENODEV for an interface that does not exist.
    public func announce(_ address: IPAddress, on device: String) throws(HostError) {
        defer { forget() }
        guard let link = try Netlink.links().first(where: { $0.name == device }) else {
            throw .system(call: "announce", subject: "\(address) on \(device)", errno: ENODEV)
        }
        guard link.hasNeighbours else { return }
        if address.isIPv6 {
            let socket = try LinkSocket.open(link, ethernetType: NeighbourDiscovery.ethernetType)
            let packet = NeighbourDiscovery.announcement(
                address,
                from: link.hardwareAddress,
                isRouter: LinuxHost.forwardsIPv6(device)
            )
            try socket.send(packet, to: NeighbourDiscovery.allNodesHardware)
        } else {
            let socket = try LinkSocket.open(link, ethernetType: ARP.ethernetType)
            for packet in ARP.announcements(address, from: link.hardwareAddress) {
                try socket.send(packet, to: ARP.everybody)
            }
        }
    }

    private static func probeSocket(_ address: IPAddress, _ link: Link) throws(HostError)
        -> LinkSocket
    {
        guard address.isIPv6 else {
            return try LinkSocket.open(link, ethernetType: ARP.ethernetType)
        }
        let socket = try LinkSocket.open(
            link,
            ethernetType: NeighbourDiscovery.ethernetType,
            filter: NeighbourDiscovery.filter
        )
        // The answer goes to the group of all nodes, which an interface without IPv6 does not receive unasked.
        socket.join(NeighbourDiscovery.allNodesHardware)
        socket.join(NeighbourDiscovery.solicitedHardware(address))
        return socket
    }

    private static func probe(_ address: IPAddress, _ link: Link, _ socket: borrowing LinkSocket)
        throws(HostError)
    {
        if address.isIPv6 {
            let target = NeighbourDiscovery.solicitedHardware(address)
            try socket.send(NeighbourDiscovery.probe(address), to: target)
        } else {
            try socket.send(ARP.probe(address, from: link.hardwareAddress), to: ARP.everybody)
        }
    }

    /// The hardware address of the machine that claims the address; nil: the packet concerns others.
    private static func claimant(_ address: IPAddress, _ received: LinkSocket.Received)
        -> [UInt8]?
    {
        if address.isIPv6 {
            return NeighbourDiscovery.isClaim(of: address, in: received.bytes)
                ? received.sender : nil
        }
        return ARP.claimant(of: address, in: received.bytes)
    }

    private static func forwardsIPv6(_ device: String) -> Bool {
        // Without the file there is no IPv6 on the device, let alone routing.
        let path = "/proc/sys/net/ipv6/conf/\(device)/forwarding"
        return (try? FileReader.whole(path, limit: 64))??.first == UInt8(ascii: "1")
    }
}
