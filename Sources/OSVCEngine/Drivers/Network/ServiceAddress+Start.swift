extension ServiceAddress {
    /// Where the address is.
    enum Place {
        case unresolved
        case unknown(String)
        case absent(IPAddress)
        /// On the interface, by this service or by one whose records are lost, with a label that services have.
        case here(NetworkInterface.Address)
        /// On the interface, and nothing tells that this service brought it up.
        case foreign(NetworkInterface.Address)
        case elsewhere(IPAddress, on: String)
    }

    func place(_ seen: Seen) -> Place {
        if let problem = seen.problem { return .unknown(problem) }
        guard let address = seen.address else { return .unresolved }
        if let found = found(address, seen) {
            return isOurs(found, seen) ? .here(found) : .foreign(found)
        }
        let other = seen.interfaces.first { $0.addresses.contains { $0.address == address } }
        return other.map { .elsewhere(address, on: $0.name) } ?? .absent(address)
    }

    /// The address on the interface.
    func found(_ address: IPAddress, _ seen: Seen) -> NetworkInterface.Address? {
        seen.interfaces.first { $0.name == device }?.addresses.first { $0.address == address }
    }

    /// Whether the label is one that services get: `eth0:1`.
    func hasServiceLabel(_ found: NetworkInterface.Address) -> Bool {
        found.label?.hasPrefix("\(device):") == true
    }

    /// An address without such a label may be the node's own, by which it is reached (decisions.md 44).
    private func isOurs(_ found: NetworkInterface.Address, _ seen: Seen) -> Bool {
        hasServiceLabel(found)
            || seen.recorded?.contains { item in
                guard case .address(found.address, _, device) = item.thing else { return false }
                return true
            } == true
    }

    var unresolved: String { "could not resolve \(name) to an ip address" }

    // MARK: Start

    public func startSteps(_ seen: Seen) -> [Step] {
        switch place(seen) {
        case .unresolved: return [.fail(unresolved)]
        case .unknown(let problem): return [.fail(problem)]
        case .here(let found):
            if found.isDuplicate { return [.fail(duplicate(found))] }
            return [isUp, .note(.info, "\(found.address) is already up on \(device)")]
        case .foreign(let found):
            return [
                .fail(
                    "\(found.address) is on \(device) already, and this service did not bring it up:"
                        + " a stop would take it from the node"
                )
            ]
        case .elsewhere(let address, let other):
            return [isUp, .fail("\(address) is already up on \(other), not on \(device)")]
        case .absent(let address):
            guard let prefix = prefixLength(for: address, seen) else {
                return [isUp, .fail(noPrefix(for: address))]
            }
            return [isUp, add(address, prefix: prefix, seen), tellNeighbours(address, seen)]
        }
    }

    /// Recorded before it is added: without a label nothing else tells whose it is.
    public func claimedHoldings(_ seen: Seen) -> [Holding] {
        guard case .absent(let address) = place(seen),
            let prefix = prefixLength(for: address, seen)
        else { return [] }
        return [.address(address, prefixLength: prefix, device: device)]
    }

    public func holdings(_ seen: Seen) -> [Holding] {
        guard case .here(let found) = place(seen) else { return [] }
        return [.address(found.address, prefixLength: found.prefixLength, device: device)]
    }

    func duplicate(_ found: NetworkInterface.Address) -> String {
        "another machine has \(found.address): the kernel does not use it (dadfailed)"
    }

    private var isUp: Step {
        .require(
            .interfaceUp(device),
            orFail: "Interface \(device) is not up. Cannot stack over it."
        )
    }

    /// The keyword, else what the first address of the same family on the interface has.
    private func prefixLength(for address: IPAddress, _ seen: Seen) -> Int? {
        if let netmask { return netmask.prefixLength(for: address) }
        let addresses = seen.interfaces.first { $0.name == device }?.addresses ?? []
        return addresses.first { $0.address.isIPv6 == address.isIPv6 }?.prefixLength
    }

    private func noPrefix(for address: IPAddress) -> String {
        if let netmask { return "netmask '\(netmask.text)' does not suit \(address)" }
        if tags.contains("noalias") { return "netmask parameter is mandatory with 'noalias' tag" }
        return "No netmask set on parent interface \(device)"
    }

    private func add(_ address: IPAddress, prefix: Int, _ seen: Seen) -> Step {
        if address.isIPv6 {
            return .run(
                Command(["ip", "-6", "addr", "add", "\(address)/\(prefix)", "dev", device, "nodad"])
            )
        }
        let label = freeLabel(seen)
        if let label, seen.usesIfconfig {
            let mask = IPAddress.mask(prefixLength: prefix).description
            return .run(
                Command(["ifconfig", label, address.description, "netmask", mask, "up"])
            )
        }
        let words = ["ip", "addr", "add", "\(address)/\(prefix)", "dev", device]
        return .run(Command(words + (label.map { ["label", $0] } ?? [])))
    }

    /// The first `eth0:N` that no address has, from 1; nil when the tag says so or when it is longer
    /// than the kernel allows (IFNAMSIZ: 15 bytes).
    private func freeLabel(_ seen: Seen) -> String? {
        guard !tags.contains("noalias") else { return nil }
        let taken = Set(seen.interfaces.flatMap(\.addresses).compactMap(\.label))
        let label = (1...).lazy.map { "\(device):\($0)" }.first { !taken.contains($0) }
        return label.flatMap { $0.utf8.count <= 15 ? $0 : nil }
    }

    private func tellNeighbours(_ address: IPAddress, _ seen: Seen) -> Step {
        guard !address.isIPv6, seen.hasArping else { return .announce(address, device: device) }
        let words = ["arping", "-U", "-c", "1", "-I", device, "-s", address.description, "0.0.0.0"]
        return .runBeside(Command(words, output: .inherit, limit: .seconds(10)))
    }
}
