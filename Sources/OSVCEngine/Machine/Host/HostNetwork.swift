/// Addresses, names and connections.
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
    /// Whether a TCP connection is accepted.
    func connects(to address: String, port: Int, within limit: Duration) async throws(HostError)
        -> Bool
    /// Tells the neighbours on the link that the address is here now.
    func announce(_ address: IPAddress, on device: String) throws(HostError)
}

/// A network interface and its addresses.
public struct NetworkInterface: Sendable, Equatable {
    public struct Address: Sendable, Equatable {
        public var address: IPAddress
        /// Bits of the network part.
        public var prefixLength: Int
        /// The name that ifconfig(8) shows: `eth0:1`.
        public var label: String?

        public init(_ address: IPAddress, prefixLength: Int, label: String? = nil) {
            self.address = address
            self.prefixLength = prefixLength
            self.label = label
        }
    }

    public var name: String
    public var isUp: Bool
    public var addresses: [Address]

    public init(name: String, isUp: Bool, addresses: [Address] = []) {
        self.name = name
        self.isUp = isUp
        self.addresses = addresses
    }
}
