import Glibc
import OSVCEngine

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

/// Writes the whole text to standard output or error, or queues it until the stream accepts it.
func put(_ text: String, to descriptor: Int32 = 1) {
    put(bytes: Array(text.utf8), to: descriptor)
}

func put(bytes: [UInt8], to descriptor: Int32 = 1) {
    Streams.standard.put(bytes, to: descriptor)
}

/// Standard output and error. Who asks for data waits until it is read, as with every program; work that
/// is under way waits for no reader.
///
/// The program has one thread: what it changes of this needs no lock.
final class Streams: @unchecked Sendable {
    /// Those of the process, as they are numbered.
    static let standard = Streams(output: 1, error: 2)

    private struct Stream {
        let descriptor: Int32
        var pending: PendingOutput
        /// Made when output is queued for the first time.
        var target: OutputTarget?
    }

    private var streams: [Stream]
    private let output: Int32
    private let error: Int32
    /// The first error of a write to standard output. A closed pipe is not an error: the reader has had enough.
    private var failure: Int32?
    private var holds = 0
    private var isActing = false
    private var isRetrying = false
    private var oldHangup: (@convention(c) (Int32) -> Void)?
    private var ignoresHangup = false

    init(output: Int32, error: Int32) {
        self.output = output
        self.error = error
        streams = [
            Stream(descriptor: output, pending: PendingOutput(remark: "")),
            Stream(
                descriptor: error,
                pending: PendingOutput(remark: "; the log file has them all")
            ),
        ]
    }

    private func note(_ number: Int32) {
        guard number != EPIPE, failure == nil else { return }
        failure = number
    }

    /// The code to exit with: what was asked for was not shown when the output is lost.
    func exitCode(_ code: Int32) -> Int32 {
        guard let failure else { return code }
        let text = "osvc: standard output: \(String(cString: strerror(failure)))\n"
        put(Array(text.utf8), to: error)
        return code == Exit.success ? Exit.failure : code
    }

    /// The pause before a stream that accepts nothing is tried again, in microseconds.
    private static let pause: UInt32 = 50_000
    /// How long the end of an action waits for a reader that accepts nothing.
    private static let patience = Duration.seconds(1)

    private var isHeld: Bool { isActing || holds > 0 }

    /// From now on the program acts: until it ends, no reader makes it wait.
    func beginAction() {
        guard !isActing else { return }
        isActing = true
        // A job in the background of a terminal with `tostop` would be stopped when it writes.
        signal(SIGTTOU, SIG_IGN)
    }

    /// A terminal that goes away must not leave an action half done: it goes on, and is in the log.
    func ignoreHangup() {
        guard !ignoresHangup else { return }
        ignoresHangup = true
        oldHangup = signal(SIGHUP, SIG_IGN)
    }

    /// No reader makes the program wait until `release` was called as often.
    func hold() { holds += 1 }

    func release() {
        holds -= 1
        guard !isHeld else { return }
        waitForReaders()
    }

    /// Whether something waits for the reader of standard error.
    var isErrorPending: Bool { !streams[1].pending.isEmpty }

    /// The program ends. What an action still has to tell is given a moment to be read.
    func finish() {
        guard isActing else { return waitForReaders() }
        if ignoresHangup { signal(SIGHUP, oldHangup) }
        var end = ContinuousClock.now + Self.patience
        while flush(), ContinuousClock.now < end {
            // Blocks the only thread: the process ends next, so its event loop has nothing left to do.
            usleep(Self.pause / 5)
            if isMoved { end = .now + Self.patience }
        }
    }

    func put(_ bytes: [UInt8], to descriptor: Int32) {
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
    private var isMoved = false

    /// True: something is still pending.
    private func flush() -> Bool {
        isMoved = false
        for index in streams.indices { isMoved = flush(index) || isMoved }
        return streams.contains { !$0.pending.isEmpty }
    }

    private func flush(_ index: Int) -> Bool {
        guard !streams[index].pending.isEmpty else { return false }
        let descriptor = streams[index].descriptor
        let target = streams[index].target ?? OutputTarget(descriptor)
        streams[index].target = target
        return streams[index].pending.flush { bytes in
            target.offer(bytes) { if index == 0 { note($0) } }
        }
    }

    /// Tries again while the work goes on.
    private func retry() {
        guard !isRetrying else { return }
        isRetrying = true
        Task { @EngineActor in
            defer { isRetrying = false }
            while flush() {
                let time = Duration.microseconds(Int(Self.pause))
                guard (try? await EventLoop.shared.sleep(for: time)) != nil else { return }
            }
        }
    }

    // MARK: Waiting

    private func waitForReaders() {
        for index in streams.indices {
            let descriptor = streams[index].descriptor
            _ = streams[index].pending.flush { bytes in
                write(bytes, to: descriptor)
                return .took(bytes.count)
            }
        }
    }

    private func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                if descriptor == output { note(errno) }
                return
            }
            bytes = bytes.dropFirst(count)
        }
    }
}

/// The whole of standard input.
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
