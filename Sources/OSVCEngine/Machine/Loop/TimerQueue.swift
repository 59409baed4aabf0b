internal import Glibc

/// A moment of the clock that never jumps; it stands still while the machine is suspended.
struct MonotonicInstant: Sendable, Comparable {
    var nanoseconds: Int64

    static var now: MonotonicInstant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return MonotonicInstant(
            nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        )
    }

    /// The moment `duration` later; at most the last one that can be represented, in 292 years.
    func advanced(by duration: Duration) -> MonotonicInstant {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, more) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        let (time, most) = nanoseconds.addingReportingOverflow(sum)
        guard !overflow, !more, !most else {
            return MonotonicInstant(nanoseconds: seconds < 0 ? .min : .max)
        }
        return MonotonicInstant(nanoseconds: time)
    }

    /// The time until `other`, at most 292 years.
    func duration(to other: MonotonicInstant) -> Duration {
        let (left, overflow) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return .nanoseconds(overflow ? (other.nanoseconds < 0 ? .min : .max) : left)
    }

    static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }
}

/// Times with their handlers, earliest first: a binary heap. A removed timer stays in the heap as a husk until
/// its time comes, or until more than half of the heap are husks.
struct TimerQueue {
    typealias ID = UInt64
    typealias Handler = @EngineActor () -> Void

    private struct Entry {
        var time: MonotonicInstant
        var id: ID

        /// Of equal times the one added first comes first.
        func comes(before other: Entry) -> Bool {
            time == other.time ? id < other.id : time < other.time
        }
    }

    private var heap: [Entry] = []
    private var handlers: [ID: Handler] = [:]
    private var lastID: ID = 0

    var count: Int { handlers.count }

    mutating func add(at time: MonotonicInstant, _ handler: @escaping Handler) -> ID {
        lastID += 1
        handlers[lastID] = handler
        push(Entry(time: time, id: lastID))
        return lastID
    }

    mutating func remove(_ id: ID) {
        guard handlers.removeValue(forKey: id) != nil else { return }
        guard heap.count > 64, heap.count > 2 * handlers.count else { return }
        let live = heap.filter { handlers[$0.id] != nil }
        heap.removeAll(keepingCapacity: true)
        for entry in live { push(entry) }
    }

    /// Removes and returns the next handler whose time has come; nil: there is none.
    mutating func removeDue(at now: MonotonicInstant) -> Handler? {
        dropHusks()
        guard let first = heap.first, first.time <= now else { return nil }
        pop()
        return handlers.removeValue(forKey: first.id)
    }

    /// Milliseconds until the next timer, rounded up; -1: there is no timer.
    var millisecondsToNext: Int32 {
        mutating get {
            dropHusks()
            guard let first = heap.first else { return -1 }
            let now = MonotonicInstant.now
            guard first.time > now else { return 0 }
            // Does not overflow: the time is later than now, and now is not before the start of the machine.
            let left = first.time.nanoseconds - max(0, now.nanoseconds)
            return Int32(clamping: (left - 1) / 1_000_000 + 1)
        }
    }

    private mutating func dropHusks() {
        while let first = heap.first, handlers[first.id] == nil { pop() }
    }

    private mutating func push(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].comes(before: heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return }
            let right = left + 1
            let rightIsNext = right < heap.count && heap[right].comes(before: heap[left])
            let child = rightIsNext ? right : left
            guard heap[child].comes(before: heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
