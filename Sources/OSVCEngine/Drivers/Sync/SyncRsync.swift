/// Files that a service keeps the same on its nodes (classic-resources.md section 6).
///
/// Only the generated syncs are supported (`GeneratedSyncs`), and of them only what one node can know: which
/// other nodes need new files. Nothing is sent yet.
public struct SyncRsync: StorageJudging, Appearing {
    public static let id = DriverID("sync.rsync")
    public static let section = GeneratedSyncs.section
    public static let startOrder = StartPlace.sync
    public static let summary = "Files of the service and of the system, the same on its nodes."
    public static let isDriven = false
    public static let keywords =
        [
            Keyword(
                "type",
                .choice(["rsync"]),
                scopable: false,
                summary: "How files are sent.",
                example: "rsync"
            )
        ] + CommonKeywords.sync
    static let schedule = Set(CommonKeywords.sync.map(\.name))

    /// The files of the system that are sent to the recovery site if they exist, by resource.
    private static let systemFiles: [ResourceID: [String]] = [
        GeneratedSyncs.system[0]: [
            "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/hosts", "/etc/ssh",
        ],
        GeneratedSyncs.system[1]: ["/home/oracle"],
    ]

    /// The classes of nodes that a sync may send to.
    public enum Target: String, Sendable, CaseIterable {
        /// The nodes of the keywords `nodes`, or of `drpnodes` and `drpnode`.
        case nodes, drpnodes
    }

    /// When files are sent.
    public let schedule: SyncSchedule
    let resource: ResourceID
    private let service: ServiceFacts

    public init(_ settings: Settings) throws(ConfigurationError) {
        resource = ResourceID(settings.owner)
        guard GeneratedSyncs.contains(resource) else {
            throw .notYet(
                owner: settings.owner,
                what: "a sync of one's own",
                at: settings.position
            )
        }
        schedule = SyncSchedule(settings)
        service = settings.service
    }

    /// The files of the system that this sync sends; nil: it sends the service's own files.
    private var systemFiles: [String]? { Self.systemFiles[resource] }

    /// The classes that this sync sends to: both for the service's own files, `drpnodes` for files of the system.
    public var targets: [Target] { systemFiles == nil ? [.nodes, .drpnodes] : [.drpnodes] }

    public var label: String {
        systemFiles == nil
            ? "rsync svc config to drpnodes, nodes" : "rsync system files to drpnodes"
    }

    /// Whether one of the files exists; the service's own files always do.
    public func isThere(on host: any Host) -> Bool {
        guard let systemFiles else { return true }
        // A file that cannot be looked at cannot be sent either.
        return systemFiles.contains { ((try? host.fileInfo($0)) ?? nil) != nil }
    }

    /// The nodes of a class, in the order of the file, each once.
    func nodes(_ target: Target) -> [String] {
        switch target {
        case .nodes: service.groups.nodes
        case .drpnodes: service.groups.drpnodes
        }
    }

    /// Whether this node belongs to the recovery site, which never sends.
    var isRecovery: Bool { service.groups.drpnodes.contains(service.node) }

    private var isTarget: Bool { targets.contains { nodes($0).contains(service.node) } }

    /// The other nodes that get files, in the order of the file.
    var peers: [String] {
        var seen: Set<String> = [service.node]
        return targets.flatMap(nodes).filter { seen.insert($0).inserted }
    }

    /// When files were sent, and whether the service ran here.
    public struct Seen: Sendable, Equatable {
        /// When files were last sent to each node, this one included, in seconds since 1970.
        public var stamps: [String: Double]
        /// The time of the look, in seconds since 1970.
        public var now: Double
        /// Whether the service was last started here with success, as far as this node knows.
        public var ranHere: Bool
        /// Why that is not known; nil: it is.
        public var problem: String?

        public init(
            stamps: [String: Double] = [:],
            now: Double,
            ranHere: Bool = false,
            problem: String? = nil
        ) {
            self.stamps = stamps
            self.now = now
            self.ranHere = ranHere
            self.problem = problem
        }
    }

    /// Reads the stamps of all nodes and the name of the node on which the service ran last.
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        var seen = Seen(now: host.now())
        let layout = Layout(root: service.root)
        do throws(HostError) {
            for node in peers + [service.node] {
                let path = layout.syncStamp(of: service.name, resource.text, to: node)
                seen.stamps[node] = try text(host, path).flatMap(SyncStamp.time)
            }
            let last = try text(host, layout.lastNode(of: service.name))
            seen.ranHere = last?.filter { !$0.isNewline } == service.node
        } catch {
            seen.problem = error.description
        }
        return seen
    }

    @EngineActor
    private func text(_ host: any Host, _ path: String) throws(HostError) -> String? {
        try host.readFile(path, limit: 4096).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A node on which the service is up, or ran last, reports which nodes need files. Any other reports
    /// whether it needs files itself (decisions.md 3).
    public func status(_ seen: Seen, storage: Status) -> StatusReport {
        if let problem = seen.problem { return StatusReport(.warn, notes: [problem]) }
        guard !peers.isEmpty else {
            return StatusReport(.notApplicable, notes: ["no destination nodes"])
        }
        let isUp = storage == .up
        guard isUp || seen.ranHere && !isRecovery else { return passive(seen) }
        guard !isRecovery else {
            let note = "service up on drp node, sync disabled"
            return StatusReport(.notApplicable, notes: [note])
        }
        let late = peers.filter { schedule.isLate(seen.stamps[$0], at: seen.now) }
        guard !late.isEmpty else { return StatusReport(.up) }
        return StatusReport(.down, notes: ["\(late.joined(separator: ", ")) need update"])
    }

    private func passive(_ seen: Seen) -> StatusReport {
        guard isTarget else {
            let note = "passive node not in sync destination nodes"
            return StatusReport(.notApplicable, notes: [note])
        }
        guard schedule.isLate(seen.stamps[service.node], at: seen.now) else {
            return StatusReport(.up)
        }
        return StatusReport(.warn, notes: ["passive node needs update"])
    }

    /// None: syncs are not started.
    public func startSteps(_ seen: Seen) -> [Step] { [] }
    /// None: syncs are not stopped.
    public func stopSteps(_ seen: Seen) -> [Step] { [] }
}
