internal import Glibc
internal import Synchronization

/// The one thread on which the engine runs: it runs tasks' jobs, then waits for descriptors and times.
///
/// Built on epoll. In the program the main thread is the loop (`runMain`); elsewhere, as in tests, the
/// loop makes a thread of its own when the first job arrives.
public final class EventLoop: SerialExecutor, Sendable {
    public static let shared = EventLoop()

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var hasThread = false
    }

    private let inbox = Mutex(Inbox())

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        inbox.withLock { $0.jobs.append(job) }
    }
}
