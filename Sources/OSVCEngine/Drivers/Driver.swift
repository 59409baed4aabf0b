/// One kind of resource: how it is configured, seen, started and stopped.
///
/// A driver is a value made from its settings; the state of the machine it asks of the host each time.
/// It decides and never acts: what it wants done it says as steps, which the runner carries out. So a
/// driver is tested by observations in, steps out. `docs/adding-a-driver.md` walks through one.
public protocol Driver: Sendable {
    /// What one look at the machine found.
    associatedtype Seen: Sendable, Equatable

    static var id: DriverID { get }
    /// The word before `#` in service files and the constructor's name in Lua: `fs`, `vg`, `ip`.
    static var section: String { get }
    /// Its place in the start order, smaller first; stop is the reverse (`StartPlace` has the places).
    static var startOrder: Int { get }
    /// One sentence for the manual.
    static var summary: String { get }
    /// Name, type, default, help and example of each setting; the manual is made from these.
    static var keywords: [Keyword] { get }
    /// Whether status is only worth asking while address and storage are up (classic-resources.md
    /// section 5).
    static var needsStorage: Bool { get }
    /// Whether its status says of a resource that stays up on this node that it does: `stdby up`.
    static var showsStandby: Bool { get }
    /// Whether it is started and stopped; what is not has no place in plans, nor hooks of starts.
    static var isDriven: Bool { get }
    /// The lock that all of its kind on this node are started under; nil: none.
    static var startLock: NodeLock? { get }

    init(_ settings: Settings) throws(ConfigurationError)

    /// What the resource is, for a person: `/dev/vg/web@/srv/web`.
    var label: String { get }
    /// What resources of one section are sorted by at start; nil: the order of the file.
    var sortKey: String? { get }
    /// What no other resource of the service may have while this one is enabled.
    var claims: [Claim] { get }

    /// What is true now. Reads only; never throws: not knowing is part of what was seen.
    ///
    /// For `.status` no program is started when the kernel can answer; for `.action` it may be asked
    /// what only programs know, such as the tags of a volume group.
    @EngineActor func observe(_ host: any Host, for purpose: Purpose) async -> Seen
    /// The same for a driver whose resource has functions of scripts, which `scripts` calls.
    @EngineActor func observe(_ host: any Host, for purpose: Purpose, scripts: any ScriptRunner)
        async -> Seen
    /// What an observation means, and the notes shown under it. Pure.
    func status(_ seen: Seen) -> StatusReport
    /// The steps from what was seen to up (or down). Pure. When nothing is to be done they hold at most
    /// notes, which say so.
    func startSteps(_ seen: Seen) -> [Step]
    func stopSteps(_ seen: Seen) -> [Step]
    /// Whether a part of the resource may stay up on a node though the resource as a whole does not.
    var hasStandbyPart: Bool { get }
    /// The steps that bring that part up; only asked for when there is one. Pure.
    func standbySteps(_ seen: Seen) -> [Step]
    /// Questions that must be answered well before any resource is started: is the address free?
    /// Pure; notes and requirements only.
    func conflictChecks(_ seen: Seen) -> [Step]
    /// Itself, when it is more than a driver. The protocols say so; a driver needs not. Asked this way and
    /// not by `as?`, which searches the whole program for the answer.
    var asStorageJudging: (any StorageJudging)? { get }
    var asAppearing: (any Appearing)? { get }
    /// What launchers and triggers are told of the resource through their environment
    /// (classic-actions.md section 8). `index` counts the service's resources of this section from 0.
    @EngineActor func exports(_ host: any Host, index: Int) async -> [String: String]
}

/// What a look at the machine is for.
public enum Purpose: Sendable, Equatable {
    /// Its status is all that is wanted.
    case status
    /// Steps will be made from it.
    case action
    /// Steps are wanted for a plan while what the resource stands on is not up: it is asked nothing, and
    /// its state counts as unknown.
    case planning
}

extension Driver {
    public static var needsStorage: Bool { false }
    public static var showsStandby: Bool { true }
    public static var isDriven: Bool { true }
    public static var startLock: NodeLock? { nil }
    public var sortKey: String? { nil }
    public var claims: [Claim] { [] }
    public var hasStandbyPart: Bool { false }
    public var asStorageJudging: (any StorageJudging)? { nil }
    public var asAppearing: (any Appearing)? { nil }
    public func standbySteps(_ seen: Seen) -> [Step] { [] }
    public func conflictChecks(_ seen: Seen) -> [Step] { [] }
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
        let seen = await observe(host, for: purpose, scripts: scripts)
        guard purpose != .status else { return Observation(report: status(seen)) }
        return Observation(
            report: status(seen),
            conflictChecks: conflictChecks(seen),
            startSteps: startSteps(seen),
            stopSteps: stopSteps(seen),
            standbySteps: standbySteps(seen)
        )
    }
}

/// One look at a resource: what it means and what would be done about it.
public struct Observation: Sendable, Equatable {
    public var report: StatusReport
    /// Empty, like the steps, when only the status was wanted.
    public var conflictChecks: [Step]
    public var startSteps: [Step]
    public var stopSteps: [Step]
    /// What brings up the part of it that stays up on this node.
    public var standbySteps: [Step]

    public init(
        report: StatusReport,
        conflictChecks: [Step] = [],
        startSteps: [Step] = [],
        stopSteps: [Step] = [],
        standbySteps: [Step] = []
    ) {
        self.report = report
        self.conflictChecks = conflictChecks
        self.startSteps = startSteps
        self.stopSteps = stopSteps
        self.standbySteps = standbySteps
    }
}
