/// The statuses of a service: of each resource, of the groups, and the two sums `avail` and `overall`.
///
/// The sums follow classic-status.md section 3 in its order, because addition is not associative, and
/// decisions.md 2: when avail is down, overall is down, whatever sync and hb are.
public struct ServiceStatus: Sendable, Equatable {
    /// The status of one resource, as the status tree shows it.
    public struct Line: Sendable, Equatable {
        /// The resource.
        public var id: ResourceID
        /// The id of its driver; `ServiceStatus` sums the lines of a type first.
        public var type: DriverID
        /// The place of its driver in the start order; within a group, lines are shown by it.
        public var place: Int
        public var label: String
        /// `MDO.`
        public var flags: String
        /// Whether the line is shown and does not count in any sum.
        public var isDisabled: Bool
        /// The status and its notes.
        public var report: StatusReport

        public init(
            id: ResourceID,
            type: DriverID,
            place: Int,
            label: String,
            flags: String,
            isDisabled: Bool,
            report: StatusReport
        ) {
            self.id = id
            self.type = type
            self.place = place
            self.label = label
            self.flags = flags
            self.isDisabled = isDisabled
            self.report = report
        }
    }

    /// The name of the service.
    public let service: String
    /// Every resource that is shown, in the order of the status tree.
    public let lines: [Line]
    /// The sum of each group that is shown; `n/a` for a group without resources.
    public let groups: [StatusGroup: Status]
    /// The sum of what the service needs to be of use: everything except sync and hb.
    public let avail: Status
    /// The sum of everything: avail, then hb, then sync, of which a problem counts as `warn`.
    public let overall: Status

    /// The status by which services are selected, as in `--status up` (classic-status.md section 3.2): the sum
    /// of all resources in the order of the status tree, sync and heartbeat in their places.
    public var selection: Status {
        Self.shown(
            Self.types(in: lines).reduce(.undefined) { total, type in
                let sum = Self.sum(lines, of: type)
                return total.merged(with: type.group == .sync ? Self.syncWeight(sum) : sum)
            }
        )
    }

    /// Sums `lines`, which are in creation order.
    public init(service: String, lines: [Line]) {
        self.service = service
        let ordered = Self.displayOrder(
            lines.filter { $0.type.group.map(StatusGroup.shown.contains) == true }
        )
        self.lines = ordered
        var sums = Self.sums(ordered)
        groups = sums.groups
        avail = sums.avail
        for type in Self.types(in: ordered) where type.group == .hb {
            sums.overall = sums.overall.merged(with: Self.sum(ordered, of: type))
        }
        for type in Self.types(in: ordered) where type.group == .sync {
            sums.overall = sums.overall.merged(with: Self.syncWeight(Self.sum(ordered, of: type)))
        }
        overall = avail == .down ? .down : sums.overall
    }

    /// The status that is shown for an internal value of a sum.
    private static func shown(_ sum: Status) -> Status {
        switch sum {
        case .standbyUpWithUp: .up
        case .standbyUpWithDown: .standbyUp
        default: sum
        }
    }

    /// The sum of address and storage alone: what must be up before launchers are asked anything
    /// (classic-resources.md section 5). What is degraded counts as if it were whole, because it can be used.
    public static func storage(_ lines: [Line]) -> Status {
        var lines = displayOrder(lines.filter { $0.type.group?.isStorage == true })
        for index in lines.indices {
            if let whole = lines[index].report.wholeStatus { lines[index].report.status = whole }
        }
        return shown(
            types(in: lines).reduce(.notApplicable) { $0.merged(with: sum(lines, of: $1)) }
        )
    }

    private static func sums(
        _ lines: [Line]
    ) -> (groups: [StatusGroup: Status], avail: Status, overall: Status) {
        var groups: [StatusGroup: Status] = [:]
        for group in StatusGroup.shown { groups[group] = .notApplicable }
        var avail = Status.notApplicable
        for type in types(in: lines) {
            let sum = sum(lines, of: type)
            guard let group = type.group else { continue }
            groups[group] = (groups[group] ?? .notApplicable).merged(with: sum)
            if group.isOfUse { avail = avail.merged(with: sum) }
        }
        avail = shown(avail)
        return (groups, avail, avail)
    }

    /// The sum of all resources of one type; disabled ones do not count.
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

    /// The types present, in the order of `lines`.
    private static func types(in lines: [Line]) -> [DriverID] {
        var types: [DriverID] = []
        for line in lines where types.last != line.type { types.append(line.type) }
        return types
    }

    /// By group, then by the places of the drivers, then by the names of the types; within a type the
    /// order stays as it is.
    private static func displayOrder(_ lines: [Line]) -> [Line] {
        let places = lines.map { line in
            (line.type.group?.place ?? .max, line.place, line.type.text)
        }
        return lines.indices.sorted { one, other in
            places[one] == places[other] ? one < other : places[one] < places[other]
        }.map { lines[$0] }
    }
}
