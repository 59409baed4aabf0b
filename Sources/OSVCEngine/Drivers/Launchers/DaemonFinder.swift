internal import Glibc

/// Finds the process of a launcher's daemon again.
///
/// In this order: osvc's own record, which proves the process by its start time; the daemon's own pid file,
/// whose process must be the daemon by other evidence; and, only where osvc's record names no process, the marks in
/// the environment of a process of the right user. When the record names a process that is gone, marks do not count.
public struct DaemonFinder: Sendable {
    /// The variable that every daemon gets in addition to `OPENSVC_SVCNAME`: the name of its launcher.
    public static let launcherVariable = CallMark.launcherVariable

    /// A daemon that was found.
    struct Sighting: Sendable, Equatable {
        var process: ProcessEntry
        /// Whether osvc's record names it.
        var isNoted: Bool
    }

    /// The service that the launcher belongs to.
    public let service: ServiceFacts
    /// The launcher whose daemon is searched for.
    public let launcher: Launcher
    /// The process that the running action started, when its record could not be written.
    var known: DaemonRecord?

    public init(service: ServiceFacts, launcher: Launcher) {
        self.service = service
        self.launcher = launcher
    }

    /// The pid file that the service names, else osvc's own record.
    public var pidFile: String { launcher.daemon?.pidFile ?? recordFile }

    /// osvc's own record, which only osvc writes. It exists from before the first start of the daemon.
    public var recordFile: String { DaemonRecord.path(for: launcher.name, of: service) }

    /// The process of the daemon; nil: it does not run. Throws when processes cannot be read, and `.unknownUser`.
    @EngineActor
    public func find(_ host: any Host) throws(HostError) -> ProcessEntry? {
        try sight(host)?.process
    }

    /// Finds the daemon. `age` is how old the knowledge of processes' environments may be.
    @EngineActor
    func sight(_ host: any Host, within age: Duration = .zero) throws(HostError) -> Sighting? {
        let note = try note(host)
        if let record = note.proven, let process = try host.process(record.pid),
            process.startTime == record.startTime
        {
            return Sighting(process: process, isNoted: true)
        }
        if let process = try writtenByHand(note, host) {
            return Sighting(process: process, isNoted: false)
        }
        if let process = try named(by: pidFile, host),
            try DaemonEvidence(self, note, host).accepts(process, in: pidFile)
        {
            return Sighting(process: process, isNoted: false)
        }
        if case .started = note { return nil }
        // The oldest is the one that was started; the others are its children.
        return Self.oldest(try marked(host, note, within: age))
            .map { Sighting(process: $0, isNoted: false) }
    }

    /// The processes with all its marks that belong to another user, the oldest first, where nothing is known
    /// of the daemon: it may have changed its user itself, or anybody may have given them the marks.
    @EngineActor
    func unproven(_ host: any Host, within age: Duration = .zero) throws(HostError)
        -> [ProcessEntry]
    {
        let note = try note(host)
        guard note.isLost else { return [] }
        let candidates = try host.processes(with: Self.launcherVariable, within: age).filter {
            $0.isAlive && isMarked($0) && $0.environment.contains(where: CallMark.isMark)
        }
        guard !candidates.isEmpty else { return [] }
        let evidence = try DaemonEvidence(self, note, host)
        return candidates.filter { !evidence.isProtected($0) && !evidence.acceptsMarks(of: $0) }
            .sorted { ($0.startTime, $0.pid) < ($1.startTime, $1.pid) }
    }

    /// Why it is not known whether the daemon runs, and what to do then; nil: it is known.
    @EngineActor
    func doubt(_ host: any Host, within age: Duration = .zero) throws(HostError) -> String? {
        let unproven = try unproven(host, within: age)
        guard let first = unproven.first else { return nil }
        let more = unproven.count == 1 ? "" : " and \(unproven.count - 1) more"
        let user = host.userName(of: first.user)
        let record = "echo \(first.pid) >\(ShellWord.quoted(recordFile))"
        return "pid \(first.pid) (user \(user))\(more) may be the daemon, whose record is lost:"
            + " if so, '\(record)', else 'kill \(first.pid)'"
    }

    /// Remaining processes of the daemon: those with its marks and, if its process `main` lives, all others of
    /// its session and group.
    @EngineActor
    func remains(_ host: any Host, of main: ProcessEntry? = nil) throws(HostError)
        -> [ProcessEntry]
    {
        let note = try note(host)
        guard let main else { return try marked(host, note, isEnding: true) }
        let evidence = try DaemonEvidence(self, note, host, isEnding: true)
        return try host.processes().filter { process in
            guard process.isAlive, !evidence.isProtected(process) else { return false }
            if evidence.acceptsMarks(of: process) { return true }
            guard process.startTime >= main.startTime, process.pid != main.pid else { return false }
            let isInSession = main.session == main.pid && process.session == main.pid
            let isInGroup = main.group == main.pid && process.group == main.pid
            return (isInSession || isInGroup) && !isMarkedAsAnother(process)
        }
    }

    /// The process that took over from the one that this osvc has just started. It is found by its marks and
    /// those of this osvc. If the daemon has cleared its environment, it is found by the session of the started
    /// process, or by the daemon's own pid file.
    @EngineActor
    func successor(of started: DaemonRecord, _ host: any Host) throws(HostError) -> ProcessEntry? {
        let marked = try marked(host, .starting(origin: CallMark.origin))
            .filter { process in
                process.environment.contains { CallMark.isMark($0, ofOrigin: CallMark.origin) }
            }
        if let oldest = Self.oldest(marked) { return oldest }
        let evidence = try DaemonEvidence(self, .started(started), host)
        let heirs = try host.processes().filter { $0.isAlive && evidence.acceptsHeir($0) }
        if let oldest = Self.oldest(heirs) { return oldest }
        guard let own = launcher.daemon?.pidFile, let process = try named(by: own, host),
            try evidence.acceptsFresh(process, in: own)
        else { return nil }
        return process
    }

    /// Processes that began since the start of a daemon, and may be what is left of it although nothing proves it.
    @EngineActor
    func strays(of started: DaemonRecord, _ host: any Host) throws(HostError) -> [ProcessEntry] {
        let evidence = try DaemonEvidence(self, .started(started), host)
        let session = try host.process(getpid())?.session
        return try host.processes().filter {
            $0.isAlive && evidence.isStray($0, outside: session)
        }
    }

    private static func oldest(_ processes: [ProcessEntry]) -> ProcessEntry? {
        processes.min { ($0.startTime, $0.pid) < ($1.startTime, $1.pid) }
    }

    @EngineActor
    private func marked(
        _ host: any Host,
        _ note: DaemonNote,
        within age: Duration = .zero,
        isEnding: Bool = false
    ) throws(HostError) -> [ProcessEntry] {
        let candidates = try host.processes(with: Self.launcherVariable, within: age)
            .filter { $0.isAlive && isMarked($0) }
        guard !candidates.isEmpty else { return [] }
        let evidence = try DaemonEvidence(self, note, host, isEnding: isEnding)
        return candidates.filter { evidence.acceptsMarks(of: $0) }
    }

    /// The process with the daemon's marks whose pid an administrator wrote into osvc's own record.
    @EngineActor
    private func writtenByHand(_ note: DaemonNote, _ host: any Host) throws(HostError)
        -> ProcessEntry?
    {
        guard case .started(let record) = note, record.startTime == nil,
            let process = try host.process(record.pid), process.isAlive, isMarked(process),
            try !DaemonEvidence(self, note, host).isProtected(process)
        else { return nil }
        return process
    }

    @EngineActor
    func note(_ host: any Host) throws(HostError) -> DaemonNote {
        if let known { return .started(known) }
        do throws(HostError) {
            guard let bytes = try host.readOwnFile(recordFile, limit: 4096) else { return .missing }
            return DaemonNote(String(decoding: bytes, as: UTF8.self))
        } catch .tooLarge {
            // osvc does not write records of that size.
            return .missing
        }
    }

    /// The process that a pid file names. Of a file that the daemon writes, only the pid counts.
    @EngineActor
    private func named(by path: String, _ host: any Host) throws(HostError) -> ProcessEntry? {
        // Only a small regular file names a process.
        guard let bytes = (try? host.fileStart(path, limit: 4096)) ?? nil,
            let record = DaemonRecord(String(decoding: bytes, as: UTF8.self)),
            path != recordFile || record.startTime == nil,
            let process = try host.process(record.pid), process.isAlive
        else { return nil }
        return process
    }

    func isMarked(_ process: ProcessEntry) -> Bool {
        process.environment.contains { $0.isSame("OPENSVC_SVCNAME=\(service.name)") }
            && process.environment.contains {
                $0.isSame("\(Self.launcherVariable)=\(launcher.name)")
            }
    }

    /// Whether it has the marks of another launcher or service. Programs of a launcher directory have only the
    /// mark of their service.
    func isMarkedAsAnother(_ process: ProcessEntry) -> Bool {
        process.environment.contains { entry in
            entry.begins("OPENSVC_SVCNAME=") && !entry.isSame("OPENSVC_SVCNAME=\(service.name)")
                || entry.begins("\(Self.launcherVariable)=")
                    && !entry.isSame("\(Self.launcherVariable)=\(launcher.name)")
        }
    }
}
