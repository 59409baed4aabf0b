/// Questions about addresses, names and connections.
@EngineActor
public protocol HostNetwork {
    /// The network interfaces of this network namespace, with their addresses.
    func interfaces() throws(HostError) -> [NetworkInterface]
    /// The addresses of a name: the name itself if it is an address, then `/etc/hosts`, then the system's name
    /// service.
    func resolve(_ name: String) async throws(HostError) -> [IPAddress]
    /// Whether another machine answers for the address on the link of `device`.
    func answers(_ address: IPAddress, on device: String, within limit: Duration)
        async
        throws(HostError) -> Bool
    /// Whether a TCP connection is accepted within `limit`. `address` is an address or a name, `port` 1 to 65535.
    func connects(to address: String, port: Int, within limit: Duration) async throws(HostError)
        -> Bool
    /// Announces to the neighbours on the link that the address is here, by ARP or neighbour advertisement.
    func announce(_ address: IPAddress, on device: String) throws(HostError)
}

/// A network interface and its addresses.
public struct NetworkInterface: Sendable, Equatable {
    /// One address of an interface.
    public struct Address: Sendable, Equatable {
        /// The address itself, without its prefix length.
        public var address: IPAddress
        /// The length of the network part in bits.
        public var prefixLength: Int
        /// The label of the address, which ifconfig(8) shows: `eth0:1`; nil: it has none.
        public var label: String?
        /// Whether another address of the same network is before it (IFA_F_SECONDARY): the kernel removes it with
        /// that one, or promotes it, as `promote_secondaries` of the interface says.
        public var isSecondary: Bool
        /// Whether another machine has the IPv6 address, so that the kernel does not use it (IFA_F_DADFAILED).
        public var isDuplicate: Bool

        public init(
            _ address: IPAddress,
            prefixLength: Int,
            label: String? = nil,
            isSecondary: Bool = false,
            isDuplicate: Bool = false
        ) {
            self.address = address
            self.prefixLength = prefixLength
            self.label = label
            self.isSecondary = isSecondary
            self.isDuplicate = isDuplicate
        }
    }

    /// The name of the interface: `eth0`.
    public var name: String
    /// Whether the interface is administratively up (IFF_UP); its link may still be missing.
    public var isUp: Bool
    /// Its addresses, in the order of the kernel.
    public var addresses: [Address]

    public init(name: String, isUp: Bool, addresses: [Address] = []) {
        self.name = name
        self.isUp = isUp
        self.addresses = addresses
    }
}
