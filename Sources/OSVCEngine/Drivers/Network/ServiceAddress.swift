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
    let netmask: Netmask?
    let tool: String?
    let layout: Layout
    let tags: Set<String>
    let id: ResourceID
    let service: String

    public init(_ settings: Settings) throws(ConfigurationError) {
        name = try settings.requiredString("ipname")
        if let problem = IPAddress.problem(with: name) {
            throw settings.badValue("ipname", problem)
        }
        device = try settings.requiredString("ipdev")
        tool = settings.string("ip_tool") ?? settings.string("ip")
        layout = Layout(root: settings.service.root)
        tags = Set(settings.list("tags"))
        id = ResourceID(settings.owner)
        service = settings.service.name
        netmask = try Netmask(settings, for: name)
    }

    public var label: String { "\(name)@\(device)" }
    public var claims: [Claim] { [.address(name)] }
    public var reach: [Ground]? { [.below(Ground.interface(device))] }
    /// The first address of the interface may give the prefix length.
    public var footing: [String] { [Ground.interface(device)] }

    public struct Seen: Sendable, Equatable {
        /// What the name resolves to; nil: nothing.
        public var address: IPAddress?
        public var interfaces: [NetworkInterface]
        /// Why the interfaces or the record could not be read.
        public var problem: String?
        public var usesIfconfig: Bool
        public var hasArping: Bool
        /// The addresses that osvc recorded for the service; nil: there is no record. It is only read when it is needed.
        public var recorded: [HoldingRecord.Item]?
        /// How the other addresses of a network stay when their primary address is removed.
        public var promotion = Promotion.byKernel

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
            if purpose == .action { seen.promotion = try host.promotion(on: device) }
            if let address {
                guard let here = found(address, seen), !hasServiceLabel(here) else { return seen }
            }
            seen.recorded = try HoldingRecord.read(of: service, in: layout, on: host)?.items
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

    /// As in the classic release an address that is anywhere on the node is up; a start may refuse it nevertheless.
    public func status(_ seen: Seen) -> StatusReport {
        switch place(seen) {
        case .unresolved: return StatusReport(.warn, notes: [unresolved])
        case .unknown(let problem): return StatusReport(.warn, notes: [problem])
        case .here(let found):
            if found.isDuplicate { return StatusReport(.warn, notes: [duplicate(found)]) }
            guard seen.interfaces.contains(where: { $0.name == device && $0.isUp }) else {
                return StatusReport(.warn, notes: ["\(device) is not up"])
            }
            return StatusReport(.up)
        case .foreign(let found):
            let note = "\(found.address) was on \(device) before the service"
            return StatusReport(.up, verboseNotes: [note])
        case .elsewhere(let address, let other):
            return StatusReport(.up, verboseNotes: ["\(address) is on \(other), not on \(device)"])
        case .absent: return StatusReport(.down)
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
