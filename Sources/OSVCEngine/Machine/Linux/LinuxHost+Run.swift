internal import CLinux
internal import Glibc

extension LinuxHost {
    /// Throws `.cancelled` when the task is cancelled; the program is ended first, as at its limit.
    public func run(_ command: Command) async throws(HostError) -> CommandResult {
        forget()
        defer { forget() }
        return try await ask(command, keeper: callKeeper)
    }

    /// As `run`, for a program that changes nothing: what is kept about the machine stays valid.
    func ask(_ command: Command, keeper: (any CallKeeper)? = nil) async throws(HostError)
        -> CommandResult
    {
        guard !Task.isCancelled else { throw .cancelled }
        let started = MonotonicInstant.now
        let child = try start(command, staying: false, keeper)
        runningGroups.insert(child.pid)
        defer {
            runningGroups.remove(child.pid)
            keeper?.returned(child.mark.name)
        }
        return try await child.supervise(command, since: started, on: loop.reactor)
    }

    /// Signals the group of each program.
    public func killAll() { signalAll(SIGKILL) }

    /// Signals the group of each program.
    public func endAll() { signalAll(SIGTERM) }

    /// Polls every 5 ms and blocks the only thread: the signal handler that calls it ends the process next, so
    /// the event loop has nothing left to do.
    public func awaitAll(within limit: Duration) {
        let end = MonotonicInstant.now.advanced(by: limit)
        while runningGroups.contains(where: Self.runs), MonotonicInstant.now < end {
            usleep(5000)
        }
    }

    private static func runs(_ pid: pid_t) -> Bool {
        var info = siginfo_t()
        // Not reaped, so that the pid stays taken.
        let options = WEXITED | WNOHANG | WNOWAIT
        return waitid(P_PID, id_t(pid), &info, options) == 0 && info._sifields._kill.si_pid == 0
    }

    private func signalAll(_ signal: Int32) {
        for pid in runningGroups { kill(-pid, signal) }
    }

    /// Output to be captured goes to `/dev/null`: nobody would read it.
    public func spawn(_ command: Command) async throws(HostError) -> StartedProcess {
        guard !Task.isCancelled else { throw .cancelled }
        forget()
        let keeper = command.scriptCall == nil ? nil : callKeeper
        let child = try start(command, staying: true, keeper)
        // Known even if the process has ended: it is not reaped before the event loop continues.
        let startTime = ProcessStat(of: child.pid)?.startTime
        child.reapLater(on: loop.reactor)
        stayingChildren[child.pid] = child
        return StartedProcess(pid: child.pid, startTime: startTime)
    }

    /// Searches `searchPath`, and keeps what it found until the program cannot be executed.
    public func findProgram(_ name: String) -> String? {
        if name.hasSlash { return isProgram(name) ? name : nil }
        if let kept = keptPrograms[PathKey(name)] { return kept }
        let path = LinuxHost.searchPath.lazy.map { "\($0)/\(name)" }.first(where: isProgram)
        keptPrograms[PathKey(name)] = path
        return path
    }

    private func isProgram(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
            && access(path, X_OK) == 0
    }

    private func start(_ command: Command, staying: Bool, _ keeper: (any CallKeeper)?)
        throws(HostError) -> RunningChild
    {
        guard let name = command.arguments.first, !name.isEmpty else {
            throw .malformed(subject: "a command", problem: "names no program")
        }
        var arguments = command.arguments
        var environment = command.environment
        let path = try locate(name, in: command.directory)
        if let refusal = programTrust?.judge(command) {
            throw .malformed(subject: name, problem: "is not run: \(refusal)")
        }
        var executable = path
        if let change = try IdentityChange(command, from: userID) {
            try change.check(path)
            guard let tool = findProgram("setpriv") else { throw .programMissing("setpriv") }
            executable = tool
            arguments = change.arguments + [path] + arguments.dropFirst()
            environment.merge(change.environment) { own, _ in own }
        }
        let streams = try ChildStreams(command, staying: staying, nullDevice: spawner.nullDevice)
        let mark = spawner.newMark()
        let request = Spawner.Request(
            path: executable,
            arguments: arguments,
            environment: environment,
            directory: command.directory,
            input: streams.childInput,
            output: streams.childOutput,
            error: streams.childError,
            note: try keeper?.calling(mark.name, command)
        )
        switch try spawner.spawn(
            request,
            command.hasOwnEnvironment ? nil : childEnvironment,
            adding: serviceEnvironment,
            mark: mark
        ) {
        case .success(let pid):
            return try RunningChild(pid: pid, mark: mark, streams: streams.parentEnds())
        case .failure(let failure):
            keeper?.returned(mark.name)
            keptPrograms[PathKey(name)] = nil
            guard case .system(let number) = failure else { throw .notRecorded(command) }
            throw explain(number, path: executable, directory: command.directory)
        }
    }

    /// The path to execute. A path with a slash is not checked before.
    private func locate(_ name: String, in directory: String) throws(HostError) -> String {
        if name.utf8.first == UInt8(ascii: "/") { return name }
        if name.hasSlash { return "\(directory)/\(name)" }
        guard let path = findProgram(name) else { throw .programMissing(name) }
        return path
    }

    private func explain(_ number: Int32, path: String, directory: String) -> HostError {
        var info = stat()
        if access(directory, X_OK) != 0 {
            return .system(call: "chdir", subject: directory, errno: errno)
        }
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_mode & 0o111 != 0
        else { return .programMissing(path) }
        if number == ENOENT, let interpreter = Interpreter.missing(of: path) {
            return .interpreterMissing(path, interpreter: interpreter)
        }
        return .cannotExecute(path, errno: number)
    }
}
