/// An LVM volume group that is active on one node at a time (classic-resources.md section 3).
///
/// Up means that at least one logical volume is active. The kernel says so (the names of device mapper
/// devices in /sys), so status starts no program. One case differs from the classic release: a group
/// without any logical volume was up there; the kernel knows nothing of such a group, so here it is
/// down, and its start fails because there is nothing to activate.
///
/// Tags say which node holds the group: start removes those of others and adds its own (decisions.md 27).
public struct VolumeGroup: Driver {
    public static let id = DriverID("disk.vg")
    public static let section = "vg"
    public static let startOrder = StartPlace.volumeGroup
    public static let summary = "An LVM volume group, active on one node."
    public static let keywords = [
        Keyword(
            "vgname",
            .string,
            required: true,
            summary: "The name of the volume group.",
            example: "vgsvc1"
        )
    ]

    /// The name of the volume group, valid by `VolumeGroupName.isValid`.
    public let name: String
    private let service: ServiceFacts

    public init(_ settings: Settings) throws(ConfigurationError) {
        name = try settings.requiredString("vgname")
        service = settings.service
        guard VolumeGroupName.isValid(name) else {
            throw .badValue(
                owner: settings.owner,
                keyword: "vgname",
                problem: "'\(name)' is not a name of a volume group",
                at: settings.position(of: "vgname")
            )
        }
    }

    public var label: String { name }
    public var claims: [Claim] { [Claim("volume group", name)] }
    public var reach: [Ground]? {
        let mapped = "/dev/mapper/\(VolumeGroupName.escaped(name))-"
        return [.below("/dev/\(name)"), .named(mapped), .named("/dev/dm-"), .below("/dev/disk")]
    }
    /// Its disks may be loop devices or arrays of the service.
    public var footing: [String] { ["/dev/loop", "/dev/md"] }

    /// What the kernel and the LVM tools report about the group.
    public struct Seen: Sendable, Equatable {
        /// What `vgs` reports; asked only for an action.
        public struct Metadata: Sendable, Equatable {
            /// The tags of the group, without `@`.
            public var tags: [String]
            /// The number of its logical volumes, active or not.
            public var volumeCount: Int

            public init(tags: [String], volumeCount: Int) {
                self.tags = tags
                self.volumeCount = volumeCount
            }
        }

        /// Whether any logical volume is active; nil: /sys could not be read.
        public var isActive: Bool?
        /// The report of `vgs`; nil: not asked, or unknown for the reason in `problem`.
        public var metadata: Metadata?
        /// Why something is not known; nil: everything that was asked is known.
        public var problem: String?
        /// The device files of volumes whose partitions kpartx may have mapped.
        public var partitioned: [String]

        public init(
            isActive: Bool?,
            metadata: Metadata? = nil,
            problem: String? = nil,
            partitioned: [String] = []
        ) {
            self.isActive = isActive
            self.metadata = metadata
            self.problem = problem
            self.partitioned = partitioned
        }
    }

    /// Up when a logical volume is active, down when none is, warn when /sys cannot be read.
    public func status(_ seen: Seen) -> StatusReport {
        switch seen.isActive {
        case true: StatusReport(.up)
        case false: StatusReport(.down)
        default:
            StatusReport(.warn, notes: [seen.problem ?? "unable to tell whether \(name) is up"])
        }
    }

    /// Takes over the tag and activates all volumes. Fails when the group has none.
    public func startSteps(_ seen: Seen) -> [Step] {
        if seen.isActive == true { return [.note(.info, "\(name) is already up")] }
        guard let metadata = seen.metadata else {
            return [.fail("\(name): \(seen.problem ?? "not readable")")]
        }
        guard metadata.volumeCount > 0 else {
            return [.fail("\(name) has no logical volume to activate")]
        }
        var steps: [Step] = []
        for tag in metadata.tags where tag != service.node {
            steps.append(.note(.warning, foreignTagNote(tag)))
            steps.append(change("--deltag", "@\(tag)"))
        }
        if !metadata.tags.contains(service.node) {
            steps.append(change("--addtag", "@\(service.node)"))
        }
        return steps + [change("-a", "y")]
    }

    /// Removes the tag and deactivates all volumes, with up to four attempts.
    public func stopSteps(_ seen: Seen) -> [Step] {
        let isTagged = seen.metadata?.tags.contains(service.node) ?? false
        let untag = isTagged ? [change("--deltag", "@\(service.node)")] : []
        if seen.isActive == false { return untag + [.note(.info, "\(name) is already down")] }

        let warning = seen.problem.map { Step.note(.warning, "\(name): \($0)") }
        let partitions = seen.partitioned.map { device in
            Step.run(Command(["kpartx", "-d", device], accepting: [0, 1], logging: .failuresWarn))
        }
        let deactivate = Step.retry(
            Command(["vgchange", "-a", "n", name], logging: .failuresInform),
            times: 4,
            pause: .seconds(1),
            until: .volumeGroupDown(name),
            orFail: "deactivation failed to release all logical volumes"
        )
        return (warning.map { [$0] } ?? []) + untag + partitions + [deactivate]
    }

    private func change(_ option: String, _ value: String) -> Step {
        .run(Command(["vgchange", option, value, name]))
    }

    /// A warning about a tag that is removed. The tag of another node may mean that it still uses the group. It
    /// also remains after a crash, so it cannot prevent a takeover.
    private func foreignTagNote(_ tag: String) -> String {
        let groups = service.groups
        let isNode = (groups.nodes + groups.drpnodes + groups.encapnodes).contains(tag)
        return isNode
            ? "\(name) is tagged for node \(tag), which is not asked whether it still uses it"
            : "\(name) has the tag @\(tag), which is removed"
    }
}

extension VolumeGroup {
    /// The limit for one of LVM's reports: a disk that does not answer hangs them.
    private static let reportLimit = Duration.seconds(60)

    /// Asks /sys whether volumes are active and, for an action, `vgs` and `lvs` for the rest.
    @EngineActor
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        var seen = Seen(isActive: nil)
        do throws(HostError) {
            seen.isActive = try host.hasActiveVolumes(in: name)
        } catch {
            seen.problem = error.description
        }
        guard purpose == .action else { return seen }
        await readMetadata(host, into: &seen)
        if seen.isActive != false, host.findProgram("kpartx") != nil {
            seen.partitioned = await volumes(host)
                .map { "/dev/\(name)/\($0)" }
                .filter { host.realPath($0) != nil }
        }
        return seen
    }

    @EngineActor
    private func readMetadata(_ host: any Host, into seen: inout Seen) async {
        let report = ["vgs", "--noheadings", "--separator", "|", "-o", "vg_tags,lv_count", name]
        do throws(HostError) {
            let result = try await host.run(Self.quiet(report))
            guard result.code == 0 else {
                seen.problem = result.timedOut ? "vgs does not answer" : Self.reason(result)
                return
            }
            let fields = result.outputText.split(
                separator: "|",
                maxSplits: 1,
                omittingEmptySubsequences: false
            ).map(Self.trimmed)
            guard fields.count == 2, let count = Int(fields[1]) else {
                seen.problem = "vgs says '\(Self.trimmed(result.outputText))'"
                return
            }
            let tags = fields[0].split(separator: ",").map(String.init)
            seen.metadata = Seen.Metadata(tags: tags, volumeCount: count)
        } catch {
            seen.problem = error.description
        }
    }

    @EngineActor
    private func volumes(_ host: any Host) async -> [String] {
        let report = Self.quiet(["lvs", "--noheadings", "-o", "lv_name", name])
        // Without a list nothing is unmapped; partitions that are mapped keep the group up, and that is reported.
        guard let result = try? await host.run(report), result.code == 0 else { return [] }
        return result.outputText.split(separator: "\n").map(Self.trimmed).filter { !$0.isEmpty }
    }

    private static func quiet(_ arguments: [String]) -> Command {
        Command(arguments, limit: reportLimit, logging: .quiet)
    }

    /// The first line that a failed report printed.
    private static func reason(_ result: CommandResult) -> String {
        let line = result.errorText.split(separator: "\n").first.map(trimmed)
        return line ?? "vgs exited \(result.code)"
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let blanks: Set<Character> = [" ", "\t", "\n"]
        let start = text.drop { blanks.contains($0) }
        return String(start.reversed().drop { blanks.contains($0) }.reversed())
    }
}

extension VolumeGroup: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        try host.activeVolumes(in: name).map { "/dev/\($0)" }
    }
}
