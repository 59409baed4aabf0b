internal import CLinux
internal import Glibc

/// What a descriptor is ready for. Errors and hang-ups count as both: the next call reports them.
public struct Readiness: OptionSet, Sendable {
    /// Bits of epoll(7): EPOLLIN and EPOLLOUT.
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// A read does not block.
    public static let read = Readiness(rawValue: 1)
    /// A write does not block.
    public static let write = Readiness(rawValue: 4)
}

/// The descriptors and times that the loop waits for, with their handlers.
@EngineActor
final class Reactor {
    typealias Handler = @EngineActor (Readiness) -> Void

    private struct Watch {
        var generation: UInt32
        var handler: Handler
    }

    private nonisolated static let batch = 64
    private nonisolated static let addition = Int32(osvc_epoll_add.rawValue)
    private nonisolated static let removal = Int32(osvc_epoll_delete.rawValue)

    private let epoll: Int32
    private let alarm: Int32
    private var watches: [Int32: Watch] = [:]
    private var generation: UInt32 = 0
    private var timers = TimerQueue()
    private var events = [osvc_epoll_event](repeating: osvc_epoll_event(), count: Reactor.batch)

    nonisolated init(alarm: Int32) {
        epoll = osvc_epoll_create(O_CLOEXEC)
        self.alarm = alarm
        var event = osvc_epoll_event()
        event.events = Readiness.read.rawValue
        event.data = Reactor.tag(alarm, 0)
        guard epoll >= 0, osvc_epoll_control(epoll, Reactor.addition, alarm, &event) == 0 else {
            Reactor.cannotBegin("epoll")
        }
    }

    /// Ends the program before it has done anything: the machine or its limits allow no loop.
    nonisolated static func cannotBegin(_ call: String) -> Never {
        let text = Array("osvc: \(call): \(errorText(errno)); nothing was done\n".utf8)
        _ = write(2, text, text.count)
        exit(1)
    }

    /// Calls `handler` whenever the descriptor is ready, until `unwatch`, which must come before it is
    /// closed. A descriptor has one watch at a time. Regular files cannot be watched (EPERM).
    func watch(_ descriptor: Int32, for interest: Readiness, _ handler: @escaping Handler)
        throws(HostError)
    {
        // A descriptor has one owner, which ends its watch before it begins another or closes it.
        precondition(watches[descriptor] == nil, "a descriptor has one watch at a time")
        generation &+= 1
        var event = osvc_epoll_event()
        event.events = interest.rawValue
        event.data = Reactor.tag(descriptor, generation)
        guard osvc_epoll_control(epoll, Reactor.addition, descriptor, &event) == 0 else {
            throw .system(call: "epoll_ctl", subject: "descriptor \(descriptor)", errno: errno)
        }
        watches[descriptor] = Watch(generation: generation, handler: handler)
    }

    func unwatch(_ descriptor: Int32) {
        guard watches.removeValue(forKey: descriptor) != nil else { return }
        _ = osvc_epoll_control(epoll, Reactor.removal, descriptor, nil)
    }

    /// Calls `handler` once, at or just after `time`.
    func schedule(at time: MonotonicInstant, _ handler: @escaping @EngineActor () -> Void)
        -> TimerQueue.ID
    {
        timers.add(at: time, handler)
    }

    func cancel(_ timer: TimerQueue.ID) {
        timers.remove(timer)
    }

    /// Waits for the first descriptor or time, or only looks, and calls the handlers.
    func poll(mayBlock: Bool) {
        let timeout = mayBlock ? timers.millisecondsToNext : 0
        let count = osvc_epoll_wait(epoll, &events, Int32(Reactor.batch), timeout)
        for index in 0..<max(0, Int(count)) {
            let event = events[index]
            let descriptor = Int32(truncatingIfNeeded: event.data)
            let generation = UInt32(event.data >> 32)
            if descriptor == alarm {
                silence()
            } else if let watch = watches[descriptor], watch.generation == generation {
                // A handler before this one may have closed the descriptor and opened another.
                watch.handler(Reactor.readiness(event.events))
            }
        }
        while let handler = timers.removeDue(at: .now) { handler() }
    }

    private func silence() {
        var count: UInt64 = 0
        _ = read(alarm, &count, 8)
    }

    private nonisolated static func tag(_ descriptor: Int32, _ generation: UInt32) -> UInt64 {
        UInt64(generation) << 32 | UInt64(UInt32(bitPattern: descriptor))
    }

    private static func readiness(_ events: UInt32) -> Readiness {
        let failed = events & (osvc_epoll_error | osvc_epoll_hangup) != 0
        return failed ? [.read, .write] : Readiness(rawValue: events)
    }
}
