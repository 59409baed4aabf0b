internal import CLinux
internal import Glibc

/// The one thread on which the engine runs: it runs jobs of tasks, then waits for descriptors and times.
///
/// Built on epoll(7). In the program the main thread is the loop (`runMain`); elsewhere, as in tests, the loop
/// creates its own thread when the first job arrives. `Reactor` keeps what is waited for.
public final class EventLoop: SerialExecutor, Sendable {
    /// The loop of the process; there is no other.
    public static let shared = EventLoop()

    /// One piece of work for the loop's thread.
    private enum Work {
        case job(UnownedJob)
        case call(@EngineActor @Sendable () -> Void)
    }

    private struct Inbox {
        var work: [Work] = []
        /// The thread of the loop; nil until one was claimed or created.
        var thread: pthread_t?
        var isStarting = false
        /// Whether the loop sleeps or is about to: whoever adds work must wake it.
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
    /// From then on the loop also runs jobs of no actor, so that the runtime creates no thread pool. Jobs of
    /// the main actor are not run, because the program does not use it. Jobs that remain when `body` ends are
    /// dropped. Traps when the loop already has another thread.
    public func runMain(_ body: @escaping @EngineActor @Sendable () async -> Int32) -> Int32 {
        inbox.withLock { inbox in
            // A program calls this first in its main function; only tests, which never do, get a thread.
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

    /// Adds a job from any thread; the runtime calls it.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add(.job(job))
    }

    /// Calls `body` on the loop's thread as soon as possible; may be called from any thread.
    public func post(_ body: @escaping @EngineActor @Sendable () -> Void) {
        add(.call(body))
    }

    /// Traps unless the caller runs on the loop's thread.
    public func checkIsolated() {
        // The runtime asks where code claims to be isolated; all jobs of the actor run in `serve`.
        precondition(isLoopThread, "this is not the event loop's thread")
    }

    /// Whether the caller runs on the loop's thread.
    public func isIsolatingCurrentContext() -> Bool? { isLoopThread }

    private var isLoopThread: Bool { inbox.withLock { $0.thread == pthread_self() } }

    fileprivate func take(_ job: UnownedJob) { add(.job(job)) }

    private func add(_ work: Work) {
        let (mustStart, mustWake) = inbox.withLock { inbox in
            inbox.work.append(work)
            let mustStart = inbox.thread == nil && !inbox.isStarting
            inbox.isStarting = inbox.isStarting || mustStart
            // The loop itself adds the work of descriptors and timers.
            let mustWake = inbox.isAsleep && inbox.thread != pthread_self()
            inbox.isAsleep = false
            return (mustStart, mustWake)
        }
        if mustStart { startThread() }
        if mustWake { ring() }
    }

    private func ring() {
        var one: UInt64 = 1
        // Fails only when the alarm is already set.
        _ = write(alarm, &one, 8)
    }

    private func startThread() {
        var thread = pthread_t()
        let problem = pthread_create(&thread, nil, { _ in EventLoop.shared.becomeThread() }, nil)
        // Only tests get here, and a machine without room for one thread runs none.
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

    /// Works until the main task has ended, and returns its exit code.
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
    // The reference of a job is a pointer to it.
    EventLoop.shared.take(unsafeBitCast(job, to: UnownedJob.self))
}
