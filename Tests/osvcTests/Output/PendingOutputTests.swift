import Glibc
import Testing

@testable import osvc

struct PendingOutputTests {
    /// What came through, and how much the stream takes at the next offers.
    private final class Reader {
        var text = ""
        var room: [Int] = []

        func take(_ bytes: ArraySlice<UInt8>) -> PendingOutput.Answer {
            guard let room = room.first else { return .notNow }
            self.room.removeFirst()
            let part = bytes.prefix(room)
            text += String(decoding: part, as: UTF8.self)
            return .took(part.count)
        }
    }

    private func lines(_ numbers: Range<Int>) -> [[UInt8]] {
        numbers.map { Array("line \($0)\n".utf8) }
    }

    @Test func `a stream that takes a little at a time gets everything in order`() {
        var pending = PendingOutput(remark: "")
        let reader = Reader()
        for line in lines(0..<10) { pending.add(line, limit: 1000) }
        let early = pending.flush(reader.take)
        #expect(!early)
        while !pending.isEmpty {
            reader.room = [1, 7]
            let isMoved = pending.flush(reader.take)
            #expect(isMoved)
        }
        #expect(reader.text == (0..<10).map { "line \($0)\n" }.joined())
    }

    @Test func `what is too much is counted and the count stands in its place`() {
        var pending = PendingOutput(remark: "; the log file has them all")
        let reader = Reader()
        for line in lines(0..<6) { pending.add(line, limit: 21) }
        pending.add(Array("one\ntwo\n".utf8), limit: 21)
        // Nothing after a gap goes before the word about it.
        pending.add(Array("x".utf8), limit: 21)
        reader.room = [100, 100]
        _ = pending.flush(reader.take)
        pending.add(Array("last\n".utf8), limit: 21)
        reader.room = [100]
        _ = pending.flush(reader.take)
        let remark = "osvc: 6 lines were not shown here; the log file has them all\n"
        #expect(reader.text == "line 0\nline 1\nline 2\n\(remark)last\n")
        #expect(pending.isEmpty)
    }

    @Test func `without a limit nothing is lost`() {
        var pending = PendingOutput(remark: "")
        let reader = Reader()
        for line in lines(0..<1000) { pending.add(line, limit: nil) }
        reader.room = [Int.max]
        _ = pending.flush(reader.take)
        #expect(reader.text.split(separator: "\n").count == 1000)
    }

    @Test func `for a stream that is gone nothing is kept`() {
        var pending = PendingOutput(remark: "")
        for line in lines(0..<10) { pending.add(line, limit: 20) }
        let isMoved = pending.flush { _ in .gone }
        #expect(!isMoved)
        #expect(pending.isEmpty)
    }

    @Test func `a full pipe takes nothing and its other users still wait`() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let target = OutputTarget(ends[1])
        let piece = [UInt8](repeating: 120, count: 4096)
        var taken = 0
        while case .took(let count) = target.offer(piece[...], failed: { _ in }) { taken += count }
        #expect(taken == 65536)
        #expect(target.offer(piece[...], failed: { _ in }) == .notNow)
        #expect(fcntl(ends[1], F_GETFL) & O_NONBLOCK == 0)
        var buffer = [UInt8](repeating: 0, count: 4096)
        #expect(read(ends[0], &buffer, 4096) == 4096)
        #expect(target.offer(piece[...], failed: { _ in }) == .took(4096))
    }

    @Test func `a full socket takes nothing and its other users still wait`() {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { for end in ends { close(end) } }
        let target = OutputTarget(ends[1])
        let piece = [UInt8](repeating: 120, count: 4096)
        while case .took = target.offer(piece[...], failed: { _ in }) {}
        #expect(target.offer(piece[...], failed: { _ in }) == .notNow)
        #expect(fcntl(ends[1], F_GETFL) & O_NONBLOCK == 0)
    }

    @Test func `a terminal stopped by its user takes nothing`() {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        var (isLocked, number) = (Int32(0), Int32(0))
        // TIOCSPTLCK and TIOCGPTN.
        let isReady = ioctl(master, 0x4004_5431, &isLocked) | ioctl(master, 0x8004_5430, &number)
        let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        #expect(isReady == 0 && terminal >= 0)
        defer {
            close(terminal)
            close(master)
        }
        let target = OutputTarget(terminal)
        #expect(target.offer(Array("a".utf8)[...], failed: { _ in }) == .took(1))
        tcflow(terminal, TCOOFF)
        #expect(target.offer(Array("b".utf8)[...], failed: { _ in }) == .notNow)
        tcflow(terminal, TCOON)
        #expect(target.offer(Array("c".utf8)[...], failed: { _ in }) == .took(1))
    }
}
