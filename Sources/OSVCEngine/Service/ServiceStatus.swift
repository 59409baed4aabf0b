/// The statuses of a service: of each resource, of the groups, of what can be used, of all.
///
/// The sums follow classic-status.md section 3, in its order, for adding is not associative; and
/// decisions.md 2: when avail is down, overall is down, whatever sync and hb say.
public struct ServiceStatus: Sendable, Equatable {
    public struct Line: Sendable, Equatable {
        public var id: ResourceID
        public var type: DriverID
        public var label: String
        /// `MDO.`
        public var flags: String
        public var isDisabled: Bool
        public var report: StatusReport

        public init(
            id: ResourceID,
            type: DriverID,
            label: String,
            flags: String,
            isDisabled: Bool,
            report: StatusReport
        ) {
            self.id = id
            self.type = type
            self.label = label
            self.flags = flags
            self.isDisabled = isDisabled
            self.report = report
        }
    }

    public let service: String
    /// Every resource that is shown, in the order of display.
    public let lines: [Line]
    /// The sums by group: container ip disk fs share sync app hb; `n/a` where there is nothing.
    public let groups: [String: Status]
    public let avail: Status
    public let overall: Status

    public static let groupNames = ["container", "ip", "disk", "fs", "share", "sync", "app", "hb"]

    /// The status by which services are chosen, `--status up` and the like (classic-status.md section 3.2):
    /// of all resources at once, in which sync and heartbeat weigh in their places.
    public var selection: Status {
        Self.shown(
            Self.types(in: lines).reduce(.undefined) { total, type in
                let sum = Self.sum(lines, of: type)
                return total.merged(with: type.group == "sync" ? Self.syncWeight(sum) : sum)
            }
        )
    }

    /// Adds up `lines`, which come in creation order.
    public init(service: String, lines: [Line]) {
        self.service = service
        let ordered = Self.displayOrder(lines.filter { !Self.hiddenGroups.contains($0.type.group) })
        self.lines = ordered
        var sums = Self.sums(ordered)
        groups = sums.groups
        avail = sums.avail
        for type in Self.types(in: ordered) where type.group == "hb" {
            sums.overall = sums.overall.merged(with: Self.sum(ordered, of: type))
        }
        for type in Self.types(in: ordered) where type.group == "sync" {
            sums.overall = sums.overall.merged(with: Self.syncWeight(Self.sum(ordered, of: type)))
        }
        overall = avail == .down ? .down : sums.overall
    }

    /// Resources that are neither shown nor counted (classic-status.md section 3).
    private static let hiddenGroups: Set<String> = ["stonith"]

    /// The internal sums as what they show.
    private static func shown(_ sum: Status) -> Status {
        switch sum {
        case .standbyUpWithUp: .up
        case .standbyUpWithDown: .standbyUp
        default: sum
        }
    }

    /// The sum of address and storage alone: what must be up before launchers are asked anything
    /// (classic-resources.md section 5).
    public static func storage(_ lines: [Line]) -> Status {
        let lines = displayOrder(lines.filter { isStorage($0.type) })
        return shown(
            types(in: lines).reduce(.notApplicable) { $0.merged(with: sum(lines, of: $1)) }
        )
    }

    static func isStorage(_ type: DriverID) -> Bool { storageGroups.contains(type.group) }

    private static let storageGroups: Set<String> = ["container", "ip", "disk", "fs", "share"]

    private static func sums(
        _ lines: [Line]
    ) -> (groups: [String: Status], avail: Status, overall: Status) {
        var groups = Dictionary(uniqueKeysWithValues: groupNames.map { ($0, Status.notApplicable) })
        var avail = Status.notApplicable
        for type in types(in: lines) {
            let sum = sum(lines, of: type)
            groups[type.group] = (groups[type.group] ?? .notApplicable).merged(with: sum)
            if type.group != "sync", type.group != "hb" { avail = avail.merged(with: sum) }
        }
        avail = shown(avail)
        return (groups, avail, avail)
    }

    /// All resources of one type: disabled ones weigh nothing.
    private static func sum(_ lines: [Line], of type: DriverID) -> Status {
        lines.filter { $0.type == type && !$0.isDisabled }
            .reduce(Status.undefined) { $0.merged(with: $1.report.status) }
    }

    private static func syncWeight(_ sum: Status) -> Status {
        switch sum {
        case .up: .undefined
        case .notApplicable, .undefined, .todo: sum
        default: .warn
        }
    }

    /// The types present, in the order in which they stand in `lines`.
    private static func types(in lines: [Line]) -> [DriverID] {
        var types: [DriverID] = []
        for line in lines where types.last != line.type { types.append(line.type) }
        return types
    }

    /// The order of types in sums and on display. A type that is not listed comes last in its group.
    private static let typeOrder = [
        "container.hpvm", "container.kvm", "container.openstack", "container.vcloud",
        "container.xen", "container.esx", "container.ovm", "container.lxc", "container.vz",
        "container.srp", "container.zone", "container.jail", "container.ldom", "container.vbox",
        "container", "disk.drbd", "disk.loop", "disk.gandi", "disk.scsireserv", "disk.vg",
        "disk.lv",
        "disk.zpool", "disk", "share.nfs", "share", "fs", "ip", "sync.rsync", "sync", "app",
        "hb.openha", "hb",
    ]

    private static let typePlaces = Dictionary(
        uniqueKeysWithValues: typeOrder.enumerated().map { ($0.element, $0.offset) }
    )

    private static func displayOrder(_ lines: [Line]) -> [Line] {
        func place(_ type: DriverID) -> (Int, Int, String) {
            if let index = typePlaces[type.text] { return (index, 0, type.text) }
            return (typePlaces[type.group] ?? typeOrder.count, 1, type.text)
        }
        let places = lines.map { place($0.type) }
        return lines.indices.sorted { one, other in
            places[one] == places[other] ? one < other : places[one] < places[other]
        }.map { lines[$0] }
    }
}
