/// An address that moves with the service, IPv4 or IPv6 (classic-resources.md section 2,
/// decisions.md 24 and 25).
public struct ServiceAddress: Driver {
    public static let id = DriverID("ip")
    public static let section = "ip"
    public static let startOrder = StartPlace.address
    /// A label is free until it is taken: `ifconfig eth0:1` of another service would take the first away.
    public static let startLock: NodeLock? = .startip
    public static let summary = "An address on an interface of this node."
    public static let keywords = [
        Keyword(
            "ipname",
            .string,
            required: true,
            summary: "The address, or a name that resolves to it.",
            example: "web.example.org"
        ),
        Keyword(
            "ipdev",
            .string,
            required: true,
            summary: "The interface that gets the address; it must be up.",
            example: "eth0"
        ),
        Keyword(
            "netmask",
            .string,
            summary: "Mask or prefix length; else that of the interface's first address.",
            example: "255.255.255.224"
        ),
        Keyword(
            "ip_tool",
            .choice(["ifconfig", "ip"]),
            summary:
                "The program that sets IPv4 addresses; else what node.conf says, or what is there.",
            example: "ip"
        ),
        Keyword("ip", .choice(["ifconfig", "ip"]), summary: "The same as ip_tool.", example: "ip"),
    ]

    public let name: String
    public let device: String
    private let netmask: Netmask?
    private let tool: String?
    private let layout: Layout
    private let tags: Set<String>

    public init(_ settings: Settings) throws(ConfigurationError) {
        name = try settings.requiredString("ipname")
        device = try settings.requiredString("ipdev")
        tool = settings.string("ip_tool") ?? settings.string("ip")
        layout = Layout(root: settings.service.root)
        tags = Set(settings.list("tags"))
        guard let text = settings.string("netmask"), !text.isEmpty else {
            netmask = nil
            return
        }
        guard let mask = Netmask(text) else {
            throw .badValue(
                owner: settings.owner,
                keyword: "netmask",
                problem: "'\(text)' is neither a mask nor a prefix length",
                at: settings.position(of: "netmask")
            )
        }
        netmask = mask
    }

    public var label: String { "\(name)@\(device)" }
    public var claims: [Claim] { [.address(name)] }

    public struct Seen: Sendable, Equatable {
        /// What the name resolves to; nil: nothing.
        public var address: IPAddress?
        public var interfaces: [NetworkInterface]
        /// Why the interfaces could not be read.
        public var problem: String?
        public var usesIfconfig: Bool
        public var hasArping: Bool

        public init(
            address: IPAddress?,
            interfaces: [NetworkInterface],
            problem: String? = nil,
            usesIfconfig: Bool = false,
            hasArping: Bool = false
        ) {
            self.address = address
            self.interfaces = interfaces
            self.problem = problem
            self.usesIfconfig = usesIfconfig
            self.hasArping = hasArping
        }
    }

    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        // A name service that fails leaves the name unresolved, whatever its reason.
        let address = try? await host.resolve(name).first
        var seen = Seen(
            address: address,
            interfaces: []
        )
        if purpose == .action {
            seen.usesIfconfig =
                (tool ?? toolOfNode(host)).map { $0 == "ifconfig" }
                ?? (host.findProgram("ifconfig") != nil)
            seen.hasArping = host.findProgram("arping") != nil
        }
        do throws(HostError) {
            seen.interfaces = try host.interfaces()
        } catch {
            seen.problem = error.description
        }
        return seen
    }

    /// What `node.conf` forces (decisions.md 24); one that cannot be read forces nothing.
    @EngineActor
    private func toolOfNode(_ host: any Host) -> String? {
        (try? host.nodeSettings(in: layout))?.addressTool
    }

    public func status(_ seen: Seen) -> StatusReport {
        switch place(seen) {
        case .unresolved: StatusReport(.warn, notes: [unresolved])
        case .unknown(let problem): StatusReport(.warn, notes: [problem])
        case .here: StatusReport(.up)
        case .absent: StatusReport(.down)
        }
    }

    /// The address is asked for on the link before anything is started; not when it is here already.
    /// Where there is no link to ask on, the start then says so.
    public func conflictChecks(_ seen: Seen) -> [Step] {
        guard case .absent(let address) = place(seen),
            tags.isDisjoint(with: ["nonrouted", "noaction"])
        else { return [] }
        return [
            .note(.info, "checking \(address) availability"),
            .require(
                .addressFree(address, device: device, limit: .seconds(1)),
                orFail: "\(address) is already up on another host"
            ),
        ]
    }
}

extension ServiceAddress {
    /// The last address of a service wins in the names without a number (classic-actions.md section 8).
    public func exports(_ host: any Host, index: Int) async -> [String: String] {
        // A name service that fails leaves the name unresolved, whatever its reason.
        let found = try? await host.resolve(name).first
        let address = found.map { "\($0)" } ?? "unknown"
        let mask = netmask.map { $0.text } ?? "None"
        var all: [String: String] = [:]
        // No literal, for the reason that `ServiceEnvironment` gives.
        all.reserveCapacity(5)
        all["OPENSVC_IPDEV"] = device
        all["OPENSVC_IPNAME"] = name
        all["OPENSVC_IPADDR"] = address
        all["OPENSVC_MASK"] = mask
        all["OPENSVC_IP\(index)"] = "\(name) \(device) \(address) \(mask)"
        return all
    }
}

extension ServiceAddress {
    /// Where the address is.
    private enum Place {
        case unresolved
        case unknown(String)
        case absent(IPAddress)
        case here(NetworkInterface.Address, on: String)
    }

    private func place(_ seen: Seen) -> Place {
        guard let address = seen.address else { return .unresolved }
        if let problem = seen.problem { return .unknown(problem) }
        for interface in seen.interfaces {
            if let found = interface.addresses.first(where: { $0.address == address }) {
                return .here(found, on: interface.name)
            }
        }
        return .absent(address)
    }

    private var unresolved: String { "could not resolve \(name) to an ip address" }

    // MARK: Start

    public func startSteps(_ seen: Seen) -> [Step] {
        switch place(seen) {
        case .unresolved: return [.fail(unresolved)]
        case .unknown(let problem): return [.fail(problem)]
        case .here(let found, _):
            return [isUp, .note(.info, "\(found.address) is already up on \(device)")]
        case .absent(let address):
            guard let prefix = prefixLength(for: address, seen) else {
                return [isUp, .fail(noPrefix(for: address))]
            }
            return [isUp, add(address, prefix: prefix, seen), tellNeighbours(address, seen)]
        }
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

    // MARK: Stop

    public func stopSteps(_ seen: Seen) -> [Step] {
        switch place(seen) {
        case .unresolved: return [.fail(unresolved)]
        case .unknown(let problem): return [.fail(problem)]
        case .absent(let address): return [.note(.info, "\(address) is already down on \(device)")]
        case .here(let found, let interface):
            guard interface == device else {
                return [
                    .note(.error, "\(found.address) is plumbed but not on \(device)"),
                    .fail("failed"),
                ]
            }
            return [
                remove(found, seen),
                .note(.info, "checking \(found.address) availability"),
                .waitUntil(
                    .not(.addressLocal(found.address)),
                    every: .seconds(1),
                    limit: .seconds(15),
                    orFail: "\(found.address) refuse to go down"
                ),
            ]
        }
    }

    /// `ifconfig eth0:1 down` takes the first address of that label, and `ifconfig eth0 down` would take
    /// the whole interface: so only for a label of its own that no other address has.
    private func remove(_ found: NetworkInterface.Address, _ seen: Seen) -> Step {
        let labels = seen.interfaces.flatMap(\.addresses).compactMap(\.label)
        if let label = found.label, label.hasPrefix("\(device):"), seen.usesIfconfig,
            labels.filter({ $0 == label }).count == 1
        {
            return .run(Command(["ifconfig", label, "down"]))
        }
        let family = found.address.isIPv6 ? ["-6"] : []
        let target = "\(found.address)/\(found.prefixLength)"
        return .run(Command(["ip"] + family + ["addr", "del", target, "dev", device]))
    }
}
