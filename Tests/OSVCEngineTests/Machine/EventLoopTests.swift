import Glibc
@testable import OSVCEngine
import Testing

@EngineActor
@Suite struct EventLoopTests {
    @Test func `timers come in the order of their times, and of their making when equal`() {
        var queue = TimerQueue()
        var seen: [Int] = []
        for (number, time) in [50, 10, 30, 10, 40, 20].enumerated() {
            _ = queue.add(at: MonotonicInstant(nanoseconds: Int64(time))) { seen.append(number) }
        }
        #expect(queue.removeDue(at: MonotonicInstant(nanoseconds: 9)) == nil)
        while let handler = queue.removeDue(at: MonotonicInstant(nanoseconds: 40)) { handler() }
        #expect(seen == [1, 3, 5, 2, 4])
        #expect(queue.count == 1)
    }

    @Test func `a timer that was removed never comes, among however many`() {
        var queue = TimerQueue()
        var seen: [Int] = []
        let ids = (0..<1000).map { number in
            queue.add(at: MonotonicInstant(nanoseconds: Int64(number * 7919 % 1000))) {
                seen.append(number * 7919 % 1000)
            }
        }
        for (number, id) in ids.enumerated() where number % 10 != 0 { queue.remove(id) }
        #expect(queue.count == 100)
        while let handler = queue.removeDue(at: MonotonicInstant(nanoseconds: .max)) { handler() }
        #expect(seen.count == 100)
        #expect(seen == seen.sorted())
        #expect(queue.millisecondsToNext == -1)
    }

    @Test func `a time beyond all clocks is the end of time`() {
        let now = MonotonicInstant(nanoseconds: 5)
        #expect(now.advanced(by: .seconds(Int64.max)).nanoseconds == .max)
        #expect(now.advanced(by: .nanoseconds(7)).nanoseconds == 12)
    }

    @Test func `a descriptor is waited for until it is ready or time is over`() async throws {
        let loop = EventLoop.shared
        let pipe = try Descriptor.pipe()
        let empty = try await loop.wait(
            for: pipe.reading.number,
            .read,
            within: .milliseconds(5)
        )
        #expect(!empty)
        #expect(write(pipe.writing.number, "x", 1) == 1)
        #expect(try await loop.wait(for: pipe.reading.number, .read, within: .seconds(60)))
        #expect(try await loop.wait(for: pipe.writing.number, .write))
    }

    @Test func `a regular file cannot be waited for`() async throws {
        let scratch = try Scratch()
        let file = try Descriptor.open(scratch.file("x"), O_RDWR | O_CREAT, mode: 0o600)
        let number = file.number
        await #expect(
            throws: HostError.system(
                call: "epoll_ctl",
                subject: "descriptor \(number)",
                errno: EPERM
            )
        ) { _ = try await EventLoop.shared.wait(for: number, .read) }
    }

    @Test func `a sleep ends when its task is cancelled`() async {
        let task = Task { @EngineActor in try await EventLoop.shared.sleep(for: .seconds(1000)) }
        await Task.yield()
        task.cancel()
        await #expect(throws: HostError.cancelled) { try await task.value }
    }

    @Test func `work from any thread is done on the loop's`() async {
        let thread = pthread_self()
        let same = await Task.detached { @concurrent in
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                EventLoop.shared.post { continuation.resume(returning: pthread_self() == thread) }
            }
        }.value
        #expect(same)
        EngineActor.assumeIsolated { #expect(pthread_self() == thread) }
    }

    @Test func `of output beyond its limit the middle is dropped, whatever the pieces`() {
        let text = (0..<1000).map { UInt8($0 % 251) }
        for piece in [1, 3, 7, 100, 1000] {
            var keeper = OutputKeeper(limit: 21)
            for start in stride(from: 0, to: text.count, by: piece) {
                keeper.append(text[start..<min(start + piece, text.count)])
            }
            #expect(keeper.bytes == Array(text.prefix(11) + text.suffix(10)))
            #expect(keeper.isTruncated)
        }
        var exact = OutputKeeper(limit: 21)
        exact.append(text.prefix(21))
        #expect(exact.bytes == Array(text.prefix(21)))
        #expect(!exact.isTruncated)
    }
}
