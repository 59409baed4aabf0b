internal import CLinux
internal import Glibc

/// A program that osvc started and that has not ended yet, as far as osvc knows.
///
/// Its exit counts, not the end of its output, which a process left behind may keep open. Until it is reaped no
/// other process has its pid, so signals cannot reach a stranger.
@EngineActor
final class RunningChild {
    private enum Phase {
        case running
        /// Told to end: at its limit, or because the task was cancelled.
        case ending
        case ended
    }

    let pid: pid_t
    let mark: CallMark
    private let handle: Int32
    private var input: InputFeed?
    private var output: OutputPipe?
    private var error: OutputPipe?
    private var phase = Phase.running
    private var hasExited = false
    /// The status of waitpid(2); nil: not reaped.
    private var status: Int32?
    private var timedOut = false
    private var cancelled = false
    private var timer: TimerQueue.ID?
    private var silenceTimer: TimerQueue.ID?
    private var killTime = MonotonicInstant.now
    private var reactor: Reactor?
    private var continuation: CheckedContinuation<Void, Never>?

    /// How often the remaining processes of a program that was told to end are counted.
    private static let pause = Duration.milliseconds(50)
    /// How long to wait after KILL. A process in an uninterruptible wait, as for a disk that is gone, survives
    /// KILL and is then left.
    private static let patience = Duration.seconds(5)

    init(pid: pid_t, mark: CallMark, streams: consuming ChildStreams.ParentEnds) throws(HostError) {
        self.pid = pid
        self.mark = mark
        handle = osvc_pidfd_open(pid)
        guard handle >= 0 else {
            let problem = errno
            kill(-pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw .system(call: "pidfd_open", subject: "process \(pid)", errno: problem)
        }
        if let input = streams.input.take() { self.input = InputFeed(input) }
        if let output = streams.output.take() { self.output = OutputPipe(output) }
        if let error = streams.error.take() { self.error = OutputPipe(error) }
    }

    deinit { close(handle) }

    /// Waits for the exit, at most until the command's limit, and returns how the program ended. Throws `.cancelled`.
    func supervise(_ command: Command, since started: MonotonicInstant, on reactor: Reactor)
        async throws(HostError) -> CommandResult
    {
        self.reactor = reactor
        do {
            try begin(command, since: started)
        } catch {
            kill(-pid, SIGKILL)
            waitpid(pid, nil, 0)
            finish()
            throw error
        }
        await withTaskCancellationHandler {
            await park()
        } onCancel: {
            EventLoop.shared.post {
                self.cancelled = self.phase == .running
                self.end(within: command.killAfter)
            }
        }
        let status = hasExited ? reap() : leave()
        if cancelled { throw .cancelled }
        return result(status, started)
    }

    private func park() async {
        await withCheckedContinuation { continuation = $0 }
    }

    /// Reaps a program that keeps running when it ends, if osvc still runs then.
    func reapLater(on reactor: Reactor) {
        self.reactor = reactor
        do {
            try reactor.watch(handle, for: .read) { _ in
                reactor.unwatch(self.handle)
                _ = self.reap()
            }
        } catch {
            // Without the watch it stays a zombie until osvc ends, which is harmless.
        }
    }

    /// Whether it has ended; reaps it if it just did.
    func hasEnded() -> Bool {
        if status != nil { return true }
        var found: Int32 = 0
        guard waitpid(pid, &found, WNOHANG) == pid else { return false }
        status = found
        return true
    }

    /// The exit code of a program that has ended; nil: it has not.
    var exitCode: Int32? { status.map(RunningChild.code) }

    private func begin(_ command: Command, since started: MonotonicInstant) throws(HostError) {
        guard let reactor else { return }
        output?.keeper = OutputKeeper(limit: command.outputLimit)
        error?.keeper = OutputKeeper(limit: command.outputLimit)
        try input?.begin(on: reactor)
        try output?.begin(on: reactor)
        try error?.begin(on: reactor)
        try reactor.watch(handle, for: .read) { _ in self.exited() }
        if let silence = command.silence { listen(for: silence, command.killAfter, since: started) }
        guard let limit = command.limit else { return }
        timer = reactor.schedule(at: started.advanced(by: limit)) { self.expire(command.killAfter) }
    }

    private func expire(_ killAfter: Duration) {
        timedOut = true
        end(within: killAfter)
    }

    /// Ends the program once it has written nothing for that long.
    private func listen(
        for silence: Duration,
        _ killAfter: Duration,
        since heard: MonotonicInstant
    ) {
        silenceTimer = reactor?.schedule(at: heard.advanced(by: silence)) {
            let last = self.output?.lastRead ?? heard
            guard last > heard else { return self.expire(killAfter) }
            self.listen(for: silence, killAfter, since: last)
        }
    }

    private func exited() {
        reactor?.unwatch(handle)
        hasExited = true
        if phase == .running { finish() } else { count() }
    }

    /// Sends TERM to everything that the program started, and counts what remains until nothing does or `time`
    /// is over.
    private func end(within time: Duration) {
        guard phase == .running else { return }
        phase = .ending
        killTime = .now.advanced(by: time)
        signalAll(SIGTERM)
        count()
    }

    /// Repeats KILL, for processes that were started meanwhile by those not yet dead.
    private func count() {
        guard phase == .ending, let reactor else { return }
        if let timer { reactor.cancel(timer) }
        if hasExited, family().isEmpty { return finish() }
        let now = MonotonicInstant.now
        let isKilling = now >= killTime
        if isKilling { signalAll(SIGKILL) }
        if now >= killTime.advanced(by: RunningChild.patience) { return finish() }
        let next = now.advanced(by: RunningChild.pause)
        timer = reactor.schedule(at: isKilling ? next : min(killTime, next)) { self.count() }
    }

    private func signalAll(_ signal: Int32) {
        kill(-pid, signal)
        for member in family() where !member.isInGroup { kill(member.pid, signal) }
    }

    /// The processes, except the program itself, that are in its group or have its mark.
    private func family() -> [(pid: pid_t, isInGroup: Bool)] {
        ProcessTable.pids().compactMap { candidate in
            guard candidate != pid, candidate != getpid(),
                let status = ProcessStat(of: candidate), !status.isDead
            else { return nil }
            if status.group == pid { return (candidate, true) }
            let call = ProcessTable.variable(CallMark.variable, of: candidate) ?? []
            return mark.isIn(call) ? (candidate, false) : nil
        }
    }

    private func finish() {
        guard phase != .ended else { return }
        phase = .ended
        if let timer { reactor?.cancel(timer) }
        timer = nil
        if let silenceTimer { reactor?.cancel(silenceTimer) }
        silenceTimer = nil
        reactor?.unwatch(handle)
        input?.end()
        output?.end()
        error?.end()
        continuation?.resume()
        continuation = nil
    }

    /// Gives up a program that survives KILL; it counts as ended by KILL.
    private func leave() -> Int32 {
        if let reactor { reapLater(on: reactor) }
        return SIGKILL
    }

    private func reap() -> Int32 {
        if let status { return status }
        var found: Int32 = 0
        while waitpid(pid, &found, 0) < 0, errno == EINTR {}
        status = found
        return found
    }

    private static func code(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private func result(_ status: Int32, _ started: MonotonicInstant) -> CommandResult {
        let signal = status & 0x7f
        return CommandResult(
            code: timedOut ? 124 : RunningChild.code(status),
            signal: signal == 0 ? nil : signal,
            timedOut: timedOut,
            standardOutput: output?.keeper.bytes ?? [],
            standardError: error?.keeper.bytes ?? [],
            truncated: output?.keeper.isTruncated == true || error?.keeper.isTruncated == true,
            elapsed: started.duration(to: .now)
        )
    }
}
