/// One kind of resource: how it is configured, observed, started and stopped.
///
/// A driver is a value made from its settings; it asks the host for the state of the machine each time. It
/// decides and never acts: it returns steps, which the runner carries out. A test therefore gives it
/// observations and compares steps. `docs/adding-a-driver.md` explains an example.
public protocol Driver: Sendable {
    /// What one look at the machine found.
    associatedtype Seen: Sendable, Equatable

    /// The name that status and manual show: `disk.vg`. Its group is the part before the dot.
    static var id: DriverID { get }
    /// The word before `#` in service files and the name of the constructor in Lua: `fs`, `vg`, `ip`.
    static var section: String { get }
    /// The place in the start order, smaller first; a stop uses the reverse (`StartPlace` has the places in use).
    static var startOrder: Int { get }
    /// One sentence for the manual.
    static var summary: String { get }
    /// Name, type, default, help and example of each setting; the manual is made from these.
    static var keywords: [Keyword] { get }
    /// Whether the status is asked only while addresses and storage are up (classic-resources.md section 5).
    static var needsStorage: Bool { get }
    /// Whether a resource that stays up on this node shows `stdby up` in place of `up`.
    static var showsStandby: Bool { get }
    /// Whether resources are started and stopped. Others are in no plan, and hooks of starts do not run for them.
    static var isDriven: Bool { get }
    /// The lock under which all resources of this kind on the node are started; nil: none.
    static var startLock: NodeLock? { get }

    /// Makes the driver. Throws when a setting is missing or has a value that the keywords alone cannot reject.
    init(_ settings: Settings) throws(ConfigurationError)

    /// The resource for people: `/dev/vg/web@/srv/web`.
    var label: String { get }
    /// The key by which resources of one section are sorted at start; nil: the order of the file.
    var sortKey: String? { get }
    /// The paths that a start needs: it comes after that of a resource which claims a mount point above one of them, or
    /// the path itself.
    var usedPaths: [String] { get }
    /// What no other resource of the service may have while this one is enabled.
    var claims: [Claim] { get }
    /// What its start and stop change of the machine. A plan does not foretell what depends on that. Nil: anything.
    var reach: [Ground]? { get }
    /// The paths on which it depends whether its steps fail at once, such as those of the disks below it.
    var footing: [String] { get }
    /// What a start that changes something requires besides its steps, because a program of these asks for it. Only plans
    /// show and ask them; each is a `.require`.
    var impliedRequirements: [Step] { get }

    /// What is true now. Reads only; never throws: not knowing is part of what was seen.
    ///
    /// For `.status` no program is started when the kernel can answer. For `.action` programs may be asked for
    /// what only they know, such as the tags of a volume group.
    @EngineActor func observe(_ host: any Host, for purpose: Purpose) async -> Seen
    /// The same for a driver whose resource has functions of scripts, which `scripts` calls.
    @EngineActor func observe(_ host: any Host, for purpose: Purpose, scripts: any ScriptRunner)
        async -> Seen
    /// What an observation means, and the notes shown under it. Pure.
    func status(_ seen: Seen) -> StatusReport
    /// The steps from what was seen to up. Pure. When nothing is to be done, at most notes that say so.
    func startSteps(_ seen: Seen) -> [Step]
    /// The steps from what was seen to down. Pure. When nothing is to be done, at most notes that say so.
    func stopSteps(_ seen: Seen) -> [Step]
    /// Whether a part of the resource may stay up on a node where the resource as a whole does not.
    var hasStandbyPart: Bool { get }
    /// The steps that bring up that part; asked for only when `hasStandbyPart`. Pure.
    func standbySteps(_ seen: Seen) -> [Step]
    /// Checks before any resource is started, such as whether the address is free. Pure; notes and requirements only.
    func conflictChecks(_ seen: Seen) -> [Step]
    /// This driver as `StorageJudging`, or nil. The protocol provides it. Used instead of `as?`, which scans
    /// every conformance in the program.
    var asStorageJudging: (any StorageJudging)? { get }
    /// This driver as `Appearing`, or nil. The protocol provides it.
    var asAppearing: (any Appearing)? { get }
    /// The things of this resource that are up on this node, as a record of what was started needs them. Pure.
    func holdings(_ seen: Seen) -> [Holding]
    /// The things that the start steps are about to bring up and that are only this service's when they were
    /// recorded before. Pure.
    func claimedHoldings(_ seen: Seen) -> [Holding]
    /// What a rollback has to know about launchers. Pure.
    func launchersBefore(_ seen: Seen) -> LaunchersBefore
    /// The variables by which launchers and triggers learn about the resource (classic-actions.md section 8).
    /// `index` is the number of the resource among those of its section, from 0.
    @EngineActor func exports(_ host: any Host, index: Int) async -> [String: String]
}

/// The purpose of a look at the machine.
public enum Purpose: Sendable, Equatable {
    /// Only the status is needed.
    case status
    /// Steps are made from it.
    case action
    /// Steps for a plan are made while the storage below is not up: the machine is not asked, and the state
    /// counts as unknown.
    case planning
}

extension Driver {
    /// The default: the status is always asked.
    public static var needsStorage: Bool { false }
    /// The default: `stdby up` is shown.
    public static var showsStandby: Bool { true }
    /// The default: resources are started and stopped.
    public static var isDriven: Bool { true }
    /// The default: starts need no lock of the node.
    public static var startLock: NodeLock? { nil }
    /// The default: the order of the file.
    public var sortKey: String? { nil }
    /// The default: none.
    public var usedPaths: [String] { [] }
    public var claims: [Claim] { [] }
    /// The default: anything, as programs of others may.
    public var reach: [Ground]? { nil }
    /// The default: on nothing that another resource changes.
    public var footing: [String] { [] }
    /// The default: the steps say all.
    public var impliedRequirements: [Step] { [] }
    public var hasStandbyPart: Bool { false }
    /// The default: the status does not depend on the storage.
    public var asStorageJudging: (any StorageJudging)? { nil }
    /// The default: the resource always exists.
    public var asAppearing: (any Appearing)? { nil }
    /// The default: there is no such part.
    public func standbySteps(_ seen: Seen) -> [Step] { [] }
    /// The default: there is nothing to check.
    public func conflictChecks(_ seen: Seen) -> [Step] { [] }
    /// The default: nothing is recorded.
    public func holdings(_ seen: Seen) -> [Holding] { [] }
    /// The default: what is up shows itself whose it is.
    public func claimedHoldings(_ seen: Seen) -> [Holding] { [] }
    /// The default: there are no launchers.
    public func launchersBefore(_ seen: Seen) -> LaunchersBefore { LaunchersBefore() }
    /// The default: no variables.
    public func exports(_ host: any Host, index: Int) async -> [String: String] { [:] }

    public func observe(_ host: any Host, for purpose: Purpose, scripts: any ScriptRunner) async
        -> Seen
    {
        await observe(host, for: purpose)
    }

    /// Looks at the machine once and says all that follows from it.
    @EngineActor
    public func look(
        _ host: any Host,
        for purpose: Purpose,
        scripts: any ScriptRunner = NoScripts()
    ) async -> Observation {
        observation(of: await observe(host, for: purpose, scripts: scripts), for: purpose)
    }

    /// All that follows from what a look found. Pure.
    func observation(of seen: Seen, for purpose: Purpose) -> Observation {
        guard purpose != .status else {
            return Observation(report: status(seen), holdings: holdings(seen))
        }
        return Observation(
            report: status(seen),
            holdings: holdings(seen),
            claimedHoldings: claimedHoldings(seen),
            conflictChecks: conflictChecks(seen),
            startSteps: startSteps(seen),
            stopSteps: stopSteps(seen),
            standbySteps: standbySteps(seen),
            launchersBefore: launchersBefore(seen)
        )
    }
}

/// The result of one look at a resource: its status, and the steps that would change it.
public struct Observation: Sendable, Equatable {
    /// The status and its notes.
    public var report: StatusReport
    /// The things of the resource that are up.
    public var holdings: [Holding]
    /// The things to record before the start steps; empty, like the steps, when only the status was asked.
    public var claimedHoldings: [Holding]
    /// The checks before a start; empty, like the steps, when only the status was asked.
    public var conflictChecks: [Step]
    /// The steps from the state that was seen to up.
    public var startSteps: [Step]
    /// The steps from the state that was seen to down.
    public var stopSteps: [Step]
    /// The steps that bring up the part that stays up on this node.
    public var standbySteps: [Step]
    /// What a rollback of a start from this state has to know about launchers.
    public var launchersBefore: LaunchersBefore

    public init(
        report: StatusReport,
        holdings: [Holding] = [],
        claimedHoldings: [Holding] = [],
        conflictChecks: [Step] = [],
        startSteps: [Step] = [],
        stopSteps: [Step] = [],
        standbySteps: [Step] = [],
        launchersBefore: LaunchersBefore = LaunchersBefore()
    ) {
        self.report = report
        self.holdings = holdings
        self.claimedHoldings = claimedHoldings
        self.conflictChecks = conflictChecks
        self.startSteps = startSteps
        self.stopSteps = stopSteps
        self.standbySteps = standbySteps
        self.launchersBefore = launchersBefore
    }
}
