import Glibc
import OSVCEngine

/// What became of standard output. The program has one thread.
enum OutputFailure {
    /// The first error of a write to it. A closed pipe is not an error: the reader has had enough.
    nonisolated(unsafe) private(set) static var number: Int32?

    static func note(_ number: Int32) {
        guard number != EPIPE, Self.number == nil else { return }
        Self.number = number
    }

    /// The code to exit with: what was asked for was not shown when the output is lost.
    static func code(_ code: Int32) -> Int32 {
        guard let number else { return code }
        put("osvc: standard output: \(String(cString: strerror(number)))\n", to: 2)
        return code == Exit.success ? Exit.failure : code
    }
}

/// Takes the numbers of standard streams that the caller closed, before anything else gets one of them
/// and with it what is meant for the caller. Standard output is taken so that writing to it fails: what
/// it loses is told.
func occupyStandardDescriptors() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
        // The lowest free number is the missing one.
        _ = open("/dev/null", descriptor == 1 ? O_RDONLY : O_RDWR)
    }
}

/// A write to a pipe that nobody reads, or beyond the limit of a file's size, fails as one to a full disk does;
/// it does not end osvc. The programs that osvc runs have the signals at their default.
func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
}

/// Writes all of the text to standard output or error, or has it written as soon as the stream takes it.
func put(_ text: String, to descriptor: Int32 = 1) {
    put(bytes: Array(text.utf8), to: descriptor)
}

func put(bytes: [UInt8], to descriptor: Int32 = 1) {
    Streams.put(bytes, to: descriptor)
}

/// Standard output and error. Who asks for data waits until it is read, as with every program; work that
/// is under way waits for no reader.
///
/// The program has one thread.
enum Streams {
    private struct Stream {
        let descriptor: Int32
        var pending: PendingOutput
        /// Made when something is first held for it.
        var target: OutputTarget?
    }

    nonisolated(unsafe) private static var streams = [
        Stream(descriptor: 1, pending: PendingOutput(remark: "")),
        Stream(descriptor: 2, pending: PendingOutput(remark: "; the log file has them all")),
    ]
    nonisolated(unsafe) private static var holds = 0
    nonisolated(unsafe) private static var isActing = false
    nonisolated(unsafe) private static var isRetrying = false
    nonisolated(unsafe) private static var oldHangup: (@convention(c) (Int32) -> Void)?
    nonisolated(unsafe) private static var ignoresHangup = false

    /// How often a stream that takes nothing is asked again, in microseconds.
    private static let pause: UInt32 = 50_000
    /// How long the end of an action waits for a reader that takes nothing.
    private static let patience = Duration.seconds(1)

    private static var isHeld: Bool { isActing || holds > 0 }

    /// From now on the program acts: until it ends, no reader makes it wait.
    static func beginAction() {
        guard !isActing else { return }
        isActing = true
        // A job in the background of a terminal with `tostop` would be stopped when it writes.
        signal(SIGTTOU, SIG_IGN)
    }

    /// A terminal that goes away must not leave an action half done: it goes on, and is in the log.
    static func ignoreHangup() {
        guard !ignoresHangup else { return }
        ignoresHangup = true
        oldHangup = signal(SIGHUP, SIG_IGN)
    }

    /// No reader makes the program wait until `release` was called as often.
    static func hold() { holds += 1 }

    static func release() {
        holds -= 1
        guard !isHeld else { return }
        waitForReaders()
    }

    /// Whether something waits for the reader of a stream.
    static func isPending(_ descriptor: Int32) -> Bool {
        streams.contains { $0.descriptor == descriptor && !$0.pending.isEmpty }
    }

    /// The program ends. What an action still has to tell is given a moment to be read.
    static func finish() {
        guard isActing else { return waitForReaders() }
        if ignoresHangup { signal(SIGHUP, oldHangup) }
        var end = ContinuousClock.now + patience
        while flush(), ContinuousClock.now < end {
            usleep(pause / 5)
            if isMoved { end = .now + patience }
        }
    }

    fileprivate static func put(_ bytes: [UInt8], to descriptor: Int32) {
        guard isHeld, let index = streams.firstIndex(where: { $0.descriptor == descriptor }) else {
            return write(bytes[...], to: descriptor)
        }
        _ = flush(index)
        streams[index].pending.add(bytes, limit: isActing ? PendingOutput.limit : nil)
        _ = flush(index)
        if !streams[index].pending.isEmpty { retry() }
    }

    // MARK: Held

    /// Whether the last flush wrote something.
    nonisolated(unsafe) private static var isMoved = false

    /// True: something is still pending.
    private static func flush() -> Bool {
        isMoved = false
        for index in streams.indices { isMoved = flush(index) || isMoved }
        return streams.contains { !$0.pending.isEmpty }
    }

    private static func flush(_ index: Int) -> Bool {
        guard !streams[index].pending.isEmpty else { return false }
        let descriptor = streams[index].descriptor
        let target = streams[index].target ?? OutputTarget(descriptor)
        streams[index].target = target
        return streams[index].pending.flush { bytes in
            target.offer(bytes) { if descriptor == 1 { OutputFailure.note($0) } }
        }
    }

    /// Tries again while the work goes on.
    private static func retry() {
        guard !isRetrying else { return }
        isRetrying = true
        Task { @EngineActor in
            defer { isRetrying = false }
            while flush() {
                let time = Duration.microseconds(Int(pause))
                guard (try? await EventLoop.shared.sleep(for: time)) != nil else { return }
            }
        }
    }

    // MARK: Waiting

    private static func waitForReaders() {
        for index in streams.indices {
            let descriptor = streams[index].descriptor
            _ = streams[index].pending.flush { bytes in
                write(bytes, to: descriptor)
                return .took(bytes.count)
            }
        }
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if descriptor == 1 { OutputFailure.note(errno) }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// All of standard input.
func allInput() -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
        let count = read(0, &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
        bytes += buffer[..<count]
    }
}
