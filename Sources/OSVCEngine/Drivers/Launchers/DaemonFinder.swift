/// Where osvc notes the pid of a daemon that it started, and what it writes there.
public struct DaemonRecord: Sendable, Equatable {
    public var pid: Int32
    /// Clock ticks after boot: with the pid it names the process for good. Nil: the daemon wrote the
    /// file itself.
    public var startTime: UInt64?

    public init(pid: Int32, startTime: UInt64?) {
        self.pid = pid
        self.startTime = startTime
    }

    /// Reads a pid, and the start time after it when there is one; nil when `text` begins otherwise.
    public init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard let word = words.first, let pid = Int32(word), pid > 0 else { return nil }
        self.pid = pid
        startTime = words.count > 1 ? UInt64(words[1]) : nil
    }

    /// As written to the file: `1234 56789`.
    public var text: String { startTime.map { "\(pid) \($0)\n" } ?? "\(pid)\n" }

    /// `<root>/var/<service>/<launcher>.pid`, for launchers that name no pid file of their own.
    public static func path(for launcher: String, of service: ServiceFacts) -> String {
        "\(service.root)/var/\(service.name)/\(launcher).pid"
    }
}

/// Finds the process of a launcher's daemon again.
public struct DaemonFinder: Sendable {
    /// What every daemon is given beside `OPENSVC_SVCNAME`: its launcher's name.
    public static let launcherVariable = "OPENSVC_LAUNCHER"

    public let service: ServiceFacts
    public let launcher: Launcher

    public init(service: ServiceFacts, launcher: Launcher) {
        self.service = service
        self.launcher = launcher
    }

    public var pidFile: String { launcher.daemon?.pidFile ?? recordFile }

    /// Osvc's own note. It is there from before the daemon is started until it is stopped, so where it is
    /// missing no process need be searched for.
    public var recordFile: String { DaemonRecord.path(for: launcher.name, of: service) }

    @EngineActor
    func answer(_ host: any Host) -> CheckAnswer {
        do throws(HostError) {
            let found = try find(host)
            return found == nil ? .no("no process") : .yes
        } catch {
            return .unknown(error.description)
        }
    }

    /// The process that the pid file names, if it is the daemon still; else any that carries the marks
    /// of this launcher in its environment.
    @EngineActor
    public func find(_ host: any Host) throws(HostError) -> ProcessEntry? {
        if let bytes = try host.readFile(pidFile, limit: 4096),
            let record = DaemonRecord(String(decoding: bytes, as: UTF8.self)),
            let process = try host.process(record.pid), process.isAlive,
            isDaemon(process, record, host)
        {
            return process
        }
        guard try host.fileInfo(recordFile) != nil else { return nil }
        let marked = try host.processes().filter { $0.isAlive && isMarked($0) }
        // The oldest of those is the one that was started; the others are its children.
        return marked.min { $0.startTime < $1.startTime }
    }

    @EngineActor
    private func isDaemon(_ process: ProcessEntry, _ record: DaemonRecord, _ host: any Host) -> Bool
    {
        if let startTime = record.startTime { return process.startTime == startTime }
        guard let program = launcher.daemon?.command.first else { return true }
        return isMarked(process) || host.isRunning(program, in: process)
    }

    private func isMarked(_ process: ProcessEntry) -> Bool {
        process.environment.contains("OPENSVC_SVCNAME=\(service.name)")
            && process.environment.contains("\(Self.launcherVariable)=\(launcher.name)")
    }
}

extension ProcessEntry {
    /// A process without program and arguments is a zombie, or the kernel's own.
    public var isAlive: Bool { executable != nil || !arguments.isEmpty }
}

extension Host {
    /// Whether a process runs a program, itself or through an interpreter: as the file that is executed
    /// (also when it was replaced since), or as the first or second argument.
    public func isRunning(_ program: String, in process: ProcessEntry) -> Bool {
        let path = program.contains("/") ? program : findProgram(program) ?? program
        let names: Set<String> = [program, path, realPath(path) ?? path]
        if let executable = process.executable {
            let deleted = " (deleted)"
            let file =
                executable.hasSuffix(deleted)
                ? String(executable.dropLast(deleted.count)) : executable
            if names.contains(file) { return true }
        }
        return process.arguments.prefix(2).contains { names.contains($0) }
    }
}
