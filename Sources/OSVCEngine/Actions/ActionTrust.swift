/// What every action of a service checks first: that nobody else can change osvc's own directories
/// (`StateTrust`) and the programs that it runs (`ProgramTrust`).
///
/// Everything that acts goes through here: starts and stops, stonith, the resource monitor, syncs, freezes and pushes.
@EngineActor
public struct ActionTrust: SiteWork {
    /// The service and the machine that the action works on.
    public let site: Site
    private let action: String
    private let isIndispensable: Bool
    private let programs: ProgramTrust

    /// `action` is the name for messages. With `isIndispensable`, as for a stop, problems are warnings and the
    /// action continues. With `refusingPrograms` a program that others may change is refused on a strict node.
    public init(
        _ site: Site,
        for action: String,
        isIndispensable: Bool = false,
        refusingPrograms: Bool = false
    ) {
        self.site = site
        self.action = action
        self.isIndispensable = isIndispensable
        programs = ProgramTrust(site.host, in: site.layout, isStarting: refusingPrograms) {
            problem in
            site.log.write(.warning, problem, about: nil)
        }
    }

    /// Whether the action may go on: nobody else can change osvc's own directories. Logs what is wrong.
    ///
    /// An indispensable action goes on in any case; it believes no file there that is not root's
    /// (`Files.text`).
    public func believesState() -> Bool {
        let problems = StateTrust(layout, service: service.name, host: host).problems()
        for problem in problems {
            log.write(isIndispensable ? .warning : .error, problem, about: nil)
        }
        if !problems.isEmpty, !isIndispensable {
            log.write(.error, "\(action): nothing was done", about: nil)
        }
        return problems.isEmpty || isIndispensable
    }

    /// Does `work` while every program that the host starts for it is judged; each problem is logged once.
    public func judging<Result: Sendable>(_ work: @EngineActor () async -> Result) async -> Result {
        let before = host.programTrust
        host.programTrust = programs
        defer { host.programTrust = before }
        return await work()
    }

    /// Whether the programs that the service names may be run. The log says what is wrong with them.
    func trustsPrograms() -> Bool {
        let refusals = service.programs.lazy.compactMap { programs.judge($0) }
        guard let refusal = refusals.first else { return true }
        log.write(.error, "\(action): \(refusal); nothing was done", about: nil)
        return false
    }

    /// Takes the lock of the service and does `work`, unless the state directories are refused. Returns the
    /// exit code, 0 or 1; the log says why.
    func locked(
        within limit: Duration,
        _ work: @EngineActor () async -> Int32
    ) async -> Int32 {
        guard believesState() else { return 1 }
        return await ServiceLock.hold(
            service.name,
            for: action,
            in: layout,
            within: limit,
            host: host,
            log: log,
            isIndispensable: isIndispensable
        ) { await judging(work) }
    }
}
