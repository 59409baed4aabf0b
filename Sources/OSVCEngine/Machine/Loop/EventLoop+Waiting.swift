internal import CLinux
internal import Glibc

extension EventLoop {
    /// Suspends the task until the descriptor is ready. Returns false when `limit` passed first; nil: no limit.
    /// Throws `.cancelled` when the task is cancelled, and `.system` for a descriptor that cannot be watched.
    @EngineActor
    public func wait(for descriptor: Int32, _ interest: Readiness, within limit: Duration? = nil)
        async throws(HostError) -> Bool
    {
        let wait = PendingWait(reactor)
        try await wait.outcome { (wait) throws(HostError) in
            try wait.watch(descriptor, interest)
            if let limit { wait.expire(at: .now.advanced(by: limit)) }
        }
        return !wait.expired
    }

    /// Suspends the task for a time. Throws `.cancelled` as soon as the task is cancelled.
    @EngineActor
    public func sleep(for time: Duration) async throws(HostError) {
        let wait = PendingWait(reactor)
        try await wait.outcome { wait in wait.expire(at: .now.advanced(by: time)) }
    }

    /// Makes these signals (SIGINT, SIGTERM) call `handler` on the loop instead of ending osvc; `count` is how
    /// many have come.
    ///
    /// Call it once, on the loop. Programs that osvc runs start with every signal unblocked. Throws when
    /// signalfd(2) fails.
    @EngineActor
    public func handleSignals(
        _ signals: [Int32],
        _ handler: @escaping @EngineActor (_ signal: Int32, _ count: Int) -> Void
    ) throws(HostError) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let descriptor = osvc_signalfd(-1, &set, O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .system(call: "signalfd", subject: "signals", errno: errno)
        }
        var count = 0
        try reactor.watch(descriptor, for: .read) { _ in
            var info = osvc_signal_info()
            while read(descriptor, &info, MemoryLayout.size(ofValue: info)) > 0 {
                count += 1
                handler(Int32(info.signal), count)
            }
        }
    }
}

/// One task that waits for a descriptor, a time or both.
@EngineActor
private final class PendingWait {
    private let reactor: Reactor
    private var continuation: CheckedContinuation<Void, Never>?
    private var descriptor: Int32?
    private var timer: TimerQueue.ID?
    private(set) var expired = false
    private var cancelled = false

    init(_ reactor: Reactor) { self.reactor = reactor }

    /// Suspends until one of the events that `begin` registers has come. Throws `.cancelled`.
    func outcome(_ begin: (PendingWait) throws(HostError) -> Void) async throws(HostError) {
        guard !Task.isCancelled else { throw .cancelled }
        do {
            try begin(self)
        } catch {
            finish()
            throw error
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation = $0 }
        } onCancel: {
            EventLoop.shared.post { self.cancel() }
        }
        if cancelled { throw .cancelled }
    }

    func watch(_ descriptor: Int32, _ interest: Readiness) throws(HostError) {
        try reactor.watch(descriptor, for: interest) { _ in self.finish() }
        self.descriptor = descriptor
    }

    func expire(at time: MonotonicInstant) {
        timer = reactor.schedule(at: time) {
            self.expired = true
            self.finish()
        }
    }

    private func cancel() {
        guard continuation != nil else { return }
        cancelled = true
        finish()
    }

    private func finish() {
        if let descriptor { reactor.unwatch(descriptor) }
        if let timer { reactor.cancel(timer) }
        descriptor = nil
        timer = nil
        continuation?.resume()
        continuation = nil
    }
}
