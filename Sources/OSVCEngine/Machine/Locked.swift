internal import Glibc

/// A value that several threads use, one at a time.
///
/// A POSIX lock instead of `Mutex`, because the thread sanitizer understands it.
@safe package final class Locked<State>: @unchecked Sendable {
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private var state: State

    package init(_ state: sending State) {
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        self.state = state
    }

    package func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body(&state)
    }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }
}
