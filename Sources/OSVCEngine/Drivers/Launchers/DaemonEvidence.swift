internal import Glibc

/// Judges whether a process is the daemon of a launcher when osvc's own record does not prove it.
///
/// Anybody may write the marks into the environment of their own processes, and a daemon's pid file is written
/// by the user that the daemon runs as. So neither counts for a process of another user.
@EngineActor
struct DaemonEvidence {
    private let finder: DaemonFinder
    private let note: DaemonNote
    private let host: any Host
    /// The user that the launcher's programs run as; nil: the machine does not know the user any longer.
    private let user: UInt32?
    /// Init, osvc itself and its ancestors.
    private let protected: Set<Int32>

    /// Throws `.unknownUser` when the launcher's user is unknown, because nothing can be judged then. Not with
    /// `isEnding`: what is certainly osvc's own is ended in any case.
    init(
        _ finder: DaemonFinder,
        _ note: DaemonNote,
        _ host: any Host,
        isEnding: Bool = false
    ) throws(HostError) {
        self.finder = finder
        self.note = note
        self.host = host
        user = try Self.user(finder.launcher, host)
        if user == nil, !isEnding { throw .unknownUser(finder.launcher.user ?? "") }
        protected = try Self.protected(host)
    }

    private static func user(_ launcher: Launcher, _ host: any Host) throws(HostError) -> UInt32? {
        guard let name = launcher.user else { return host.userID }
        do throws(HostError) {
            return try host.userID(of: name)
        } catch .unknownUser {
            return nil
        }
    }

    private static func protected(_ host: any Host) throws(HostError) -> Set<Int32> {
        var found: Set<Int32> = [1]
        var pid = getpid()
        // There is no cycle, but a table that changes while it is read could show one.
        while pid > 1, found.insert(pid).inserted, let process = try host.process(pid) {
            pid = process.parent
        }
        return found
    }

    func isProtected(_ process: ProcessEntry) -> Bool { protected.contains(process.pid) }

    /// Whether it has the launcher's marks, and is of the right user or certainly started by osvc.
    func acceptsMarks(of process: ProcessEntry) -> Bool {
        guard finder.isMarked(process), !isProtected(process) else { return false }
        return process.user == user || isOfStart(process) || isBelowRecorded(process)
    }

    /// Whether the process that the pid file at `path` names is the daemon.
    func accepts(_ process: ProcessEntry, in path: String) throws(HostError) -> Bool {
        guard !isProtected(process), !finder.isMarkedAsAnother(process), !isOlder(process),
            try mayBe(process, in: path)
        else { return false }
        guard finder.isMarked(process) || isCommandExpected(in: process) && runsCommand(process)
        else { return false }
        return try !isRecordedElsewhere(process)
    }

    // MARK: Processes left by the one that was just started

    /// Whether it is in the session or group that the recorded process led. Valid only right after that was
    /// started: until its session has ended, its pid names nothing else.
    func acceptsHeir(_ process: ProcessEntry) -> Bool {
        guard let pid = note.proven?.pid, process.pid != pid else { return false }
        return isOfOurs(process) && (process.session == pid || process.group == pid)
    }

    /// Whether the process that the pid file at `path` names was started since, by the launcher's user, who
    /// with root alone can write that file.
    func acceptsFresh(_ process: ProcessEntry, in path: String) throws(HostError) -> Bool {
        guard isOfOurs(process), let file = try host.fileInfo(path),
            file.owner == user || file.owner == 0, file.mode & 0o022 == 0,
            try mayName(process, path)
        else { return false }
        return try !isRecordedElsewhere(process)
    }

    /// Whether it may have come from the recorded process and shows nothing of it: it began since, in a session of
    /// its own, below init or who started osvc, where the kernel puts what lost its parent. It is never ended, for
    /// anything else that begins now looks the same.
    func isStray(_ process: ProcessEntry, outside session: Int32?) -> Bool {
        guard note.proven != nil, !isOlder(process), !isProtected(process),
            process.user == user || finder.launcher.user == nil
        else { return false }
        return process.session != session && process.parent != getpid()
            && protected.contains(process.parent) && !finder.isMarked(process)
            && !finder.isMarkedAsAnother(process)
    }

    private func isOfOurs(_ process: ProcessEntry) -> Bool {
        process.user == user && note.proven != nil && !isOlder(process) && !isProtected(process)
            && !finder.isMarkedAsAnother(process)
    }

    /// Whether it began before the process of the record, and is therefore something else.
    private func isOlder(_ process: ProcessEntry) -> Bool {
        guard let start = note.proven?.startTime else { return false }
        return process.startTime < start
    }

    /// Whether the user of the process is right: that of the launcher. If osvc's own user starts the daemon and
    /// it changes its user, the pid file must be one that only that user may write, or osvc knows the process
    /// from its start.
    private func mayBe(_ process: ProcessEntry, in path: String) throws(HostError) -> Bool {
        if process.user == user { return try mayName(process, path) }
        guard finder.launcher.user == nil else { return false }
        if isOfStart(process) || isBelowRecorded(process) { return true }
        guard let file = try host.fileInfo(path) else { return false }
        return file.owner == process.user && file.mode & 0o022 == 0
    }

    /// A process of root must be named by a file of root: others could name any process.
    private func mayName(_ process: ProcessEntry, _ path: String) throws(HostError) -> Bool {
        guard process.user == 0 else { return true }
        do throws(HostError) {
            guard let bytes = try host.rootsFileStart(path, limit: 4096) else { return false }
            return DaemonRecord(String(decoding: bytes, as: UTF8.self))?.pid == process.pid
        } catch .malformed {
            return false
        }
    }

    /// Whether its environment has the origin that the interrupted start recorded, which other users cannot read.
    private func isOfStart(_ process: ProcessEntry) -> Bool {
        guard case .starting(let origin?) = note else { return false }
        return process.environment.contains { CallMark.isMark($0, ofOrigin: origin) }
    }

    /// Whether it is in the session or group that the recorded process led.
    private func isBelowRecorded(_ process: ProcessEntry) -> Bool {
        guard let record = note.proven, let start = record.startTime, finder.isMarked(process)
        else { return false }
        return process.startTime >= start
            && (process.session == record.pid || process.group == record.pid)
    }

    /// Whether an unmarked process that runs the daemon's command may be the daemon. A pid file alone is no
    /// evidence against osvc's own record: after a stop there is no daemon, and after a start its successor is in
    /// the session or group of the recorded process, whose pid names nothing else while one of them has members.
    private func isCommandExpected(in process: ProcessEntry) -> Bool {
        guard let pid = note.proven?.pid else { return note != .stopped }
        return process.session == pid || process.group == pid
    }

    private func runsCommand(_ process: ProcessEntry) -> Bool {
        guard let command = finder.launcher.daemon?.command, let program = command.first else {
            // osvc did not start a daemon without a command.
            return true
        }
        guard host.isRunning(program, in: process, trusting: [process.user]) else { return false }
        let arguments = process.arguments
        // An interpreter precedes its script.
        let isScript = arguments.count > 1 && host.isProgram(program, arguments[1])
        if arguments.dropFirst(isScript ? 2 : 1).elementsEqual(command.dropFirst()) { return true }
        // The daemon may have set its own title, as `nginx: master process`. Another run of the program has its
        // name there, or that of a link to it.
        let first = arguments.first?.drop { $0 == "-" }.split(separator: "/").last
        let names = [process.file, program].map { $0?.split(separator: "/").last }
        return arguments.count < command.count && !names.contains(first)
    }

    /// Whether osvc recorded the process as another daemon.
    private func isRecordedElsewhere(_ process: ProcessEntry) throws(HostError) -> Bool {
        let own = finder.recordFile
        let record = DaemonRecord(pid: process.pid, startTime: process.startTime)
        let layout = Layout(root: finder.service.root)
        for folder in try layout.stateFolders(on: host) {
            for file in (try? host.directory(folder)) ?? [] where file.ends(".pid") {
                let path = "\(folder)/\(file)"
                guard !path.isSame(own), let bytes = try host.readOwnFile(path, limit: 4096) else {
                    continue
                }
                if DaemonRecord(String(decoding: bytes, as: UTF8.self)) == record { return true }
            }
        }
        return false
    }
}
