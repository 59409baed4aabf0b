internal import CLinux
internal import Glibc

/// The one thread on which the engine runs: it runs tasks' jobs, then waits for descriptors and times.
///
/// Built on epoll. In the program the main thread is the loop (`runMain`); elsewhere, as in tests, the
/// loop makes a thread of its own when the first job arrives. `Reactor` holds what is waited for.
public final class EventLoop: SerialExecutor, Sendable {
    public static let shared = EventLoop()

    /// One thing to do on the loop's thread.
    private enum Work {
        case job(UnownedJob)
        case call(@EngineActor @Sendable () -> Void)
    }

    private struct Inbox {
        var work: [Work] = []
        /// The thread that is the loop; nil until one was claimed or made.
        var thread: pthread_t?
        var isStarting = false
        /// The loop sleeps, or is about to: whoever adds work must wake it.
        var isAsleep = false
        var exitCode: Int32?
    }

    private let inbox = Locked(Inbox())
    private let alarm: Int32
    let reactor: Reactor

    private init() {
        alarm = osvc_eventfd(0, O_CLOEXEC | O_NONBLOCK)
        if alarm < 0 { Reactor.cannotBegin("eventfd") }
        reactor = Reactor(alarm: alarm)
    }

    /// Makes the calling thread the loop, runs `body` on it and returns its result.
    ///
    /// From then on the loop also runs the jobs of no actor, so that the runtime makes no thread pool.
    /// Jobs of the main actor are not run: the program has no use for it.
    /// Jobs that are left when `body` ends are dropped. Traps when the loop has another thread already.
    public func runMain(_ body: @escaping @EngineActor @Sendable () async -> Int32) -> Int32 {
        inbox.withLock { inbox in
            precondition(
                !inbox.isStarting && (inbox.thread ?? pthread_self()) == pthread_self(),
                "the event loop runs on another thread already"
            )
            inbox.thread = pthread_self()
            inbox.exitCode = nil
        }
        osvc_take_all_jobs()
        Task { @EngineActor in
            let code = await body()
            self.inbox.withLock { $0.exitCode = code }
        }
        return serve()
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add(.job(job))
    }

    /// Calls `body` on the loop's thread, soon; from any thread.
    public func post(_ body: @escaping @EngineActor @Sendable () -> Void) {
        add(.call(body))
    }

    public func checkIsolated() {
        precondition(isLoopThread, "this is not the event loop's thread")
    }

    public func isIsolatingCurrentContext() -> Bool? { isLoopThread }

    private var isLoopThread: Bool { inbox.withLock { $0.thread == pthread_self() } }

    fileprivate func take(_ job: UnownedJob) { add(.job(job)) }

    private func add(_ work: Work) {
        let (mustStart, mustWake) = inbox.withLock { inbox in
            inbox.work.append(work)
            let mustStart = inbox.thread == nil && !inbox.isStarting
            inbox.isStarting = inbox.isStarting || mustStart
            // The loop itself adds what descriptors and times that came set going.
            let mustWake = inbox.isAsleep && inbox.thread != pthread_self()
            inbox.isAsleep = false
            return (mustStart, mustWake)
        }
        if mustStart { startThread() }
        if mustWake { ring() }
    }

    private func ring() {
        var one: UInt64 = 1
        // Fails only when the alarm rings already.
        _ = write(alarm, &one, 8)
    }

    private func startThread() {
        var thread = pthread_t()
        let problem = pthread_create(&thread, nil, { _ in EventLoop.shared.becomeThread() }, nil)
        precondition(problem == 0, "the event loop needs a thread: \(errorText(problem))")
        pthread_detach(thread)
    }

    private func becomeThread() -> UnsafeMutableRawPointer? {
        inbox.withLock { inbox in
            inbox.thread = pthread_self()
            inbox.isStarting = false
        }
        _ = serve()
        return nil
    }

    /// Works until the main task has ended, and returns its code.
    private func serve() -> Int32 {
        let executor = asUnownedSerialExecutor()
        var batch: [Work] = []
        var rounds: UInt8 = 0
        while true {
            let code: Int32? = inbox.withLock { inbox in
                swap(&batch, &inbox.work)
                inbox.isAsleep = batch.isEmpty && inbox.exitCode == nil
                return inbox.exitCode
            }
            if let code { return code }
            for work in batch {
                switch work {
                case .job(let job): job.runSynchronously(on: executor)
                case .call(let body): EngineActor.assumeIsolated { body() }
                }
            }
            // Tasks that keep each other busy must not starve descriptors and timers.
            rounds &+= 1
            if batch.isEmpty || rounds % 32 == 0 {
                let mayBlock = batch.isEmpty
                EngineActor.assumeIsolated { reactor.poll(mayBlock: mayBlock) }
            }
            batch.removeAll(keepingCapacity: true)
        }
    }
}

/// Called by the runtime, through the hook of `CLinux`.
@c(osvc_take_job)
func takeJob(_ job: UnsafeMutableRawPointer) {
    // A job's reference is a pointer to it.
    EventLoop.shared.take(unsafeBitCast(job, to: UnownedJob.self))
}
