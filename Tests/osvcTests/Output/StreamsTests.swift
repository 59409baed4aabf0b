import Glibc
import OSVCEngine
import Testing

@testable import osvc

/// Standard output and error while nobody reads them.
@EngineActor
struct StreamsTests {
    /// A pipe of 64 KiB, as every pipe is at first.
    private final class Pipe {
        private var ends: [Int32] = [0, 0]
        var output: Int32 { ends[1] }

        init() { #expect(pipe(&ends) == 0) }

        /// What is in it now, up to 64 KiB.
        func read() -> String {
            var question = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            guard poll(&question, 1, 0) > 0 else { return "" }
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            let count = Glibc.read(ends[0], &buffer, buffer.count)
            return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        }

        /// No reader is left.
        func closeReader() {
            close(ends[0])
            ends[0] = -1
        }

        deinit { for end in ends where end >= 0 { close(end) } }
    }

    private let output = Pipe()
    private let error = Pipe()
    private var streams: Streams { Streams(output: output.output, error: error.output) }
    private let line = [UInt8](repeating: UInt8(ascii: "x"), count: 4095) + [UInt8(ascii: "\n")]

    @Test func `each text goes to its stream, at once`() {
        let streams = streams
        streams.put(Array("a".utf8), to: output.output)
        streams.put(Array("b".utf8), to: error.output)
        #expect(output.read() == "a" && error.read() == "b")
        #expect(streams.exitCode(0) == 0 && streams.exitCode(3) == 3)
    }

    @Test func `work under way waits for no reader, and loses nothing that is read later`() {
        let streams = streams
        streams.hold()
        for _ in 0..<20 { streams.put(line, to: output.output) }
        streams.put(line, to: error.output)
        #expect(!streams.isErrorPending)
        // 16 lines fit into the pipe.
        #expect(output.read().utf8.count == 16 * 4096)
        streams.release()
        #expect(output.read().utf8.count == 4 * 4096)
    }

    @Test func `a reader of standard error that stands still is noticed`() {
        let streams = streams
        streams.hold()
        for _ in 0..<17 { streams.put(line, to: error.output) }
        #expect(streams.isErrorPending)
        _ = error.read()
        streams.release()
        #expect(!streams.isErrorPending)
    }

    @Test func `what an action writes beyond the limit is dropped with a count`() {
        let streams = streams
        streams.beginAction()
        // 16 lines into the pipe, 256 into memory, one dropped.
        for _ in 0..<273 { streams.put(line, to: error.output) }
        streams.put(Array("more\n".utf8), to: error.output)
        var text = ""
        for _ in 0..<40 {
            text += error.read()
            streams.put([], to: error.output)
        }
        let lines = text.split(separator: "\n")
        #expect(lines.count == 273)
        #expect(lines.last == "osvc: 2 lines were not shown here; the log file has them all")
    }

    @Test func `the end of an action gives up on a reader that takes nothing`() {
        let streams = streams
        streams.beginAction()
        for _ in 0..<17 { streams.put(line, to: output.output) }
        let begin = ContinuousClock.now
        streams.finish()
        let time = ContinuousClock.now - begin
        #expect(time > .milliseconds(900) && time < .seconds(10))
        #expect(streams.exitCode(0) == 0)
    }

    @Test func `a pipe that nobody reads is no failure`() {
        let streams = streams
        signal(SIGPIPE, SIG_IGN)
        output.closeReader()
        streams.put(line, to: output.output)
        #expect(streams.exitCode(0) == 0)
    }

    @Test func `output that is lost makes a success a failure, and says why`() {
        for holds in [false, true] {
            let full = open("/dev/full", O_WRONLY)
            defer { close(full) }
            let streams = Streams(output: full, error: error.output)
            if holds { streams.hold() }
            streams.put(line, to: full)
            #expect(streams.exitCode(0) == 1)
            #expect(streams.exitCode(2) == 2)
            let told = "osvc: standard output: No space left on device\n"
            #expect(error.read() == told + told)
        }
    }

    @Test func `standard error that is lost fails nothing`() {
        let full = open("/dev/full", O_WRONLY)
        defer { close(full) }
        let streams = Streams(output: output.output, error: full)
        streams.put(line, to: full)
        #expect(streams.exitCode(0) == 0)
    }
}
