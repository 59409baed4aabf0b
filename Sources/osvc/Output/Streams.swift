import Glibc

/// What became of standard output. The program has one thread.
enum OutputFailure {
    /// The first error of a write to it; a reader that went away (a closed pipe) is none of ours.
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

/// Writes all of the text to a descriptor.
func put(_ text: String, to descriptor: Int32 = 1) {
    put(bytes: Array(text.utf8), to: descriptor)
}

func put(bytes: [UInt8], to descriptor: Int32 = 1) {
    var bytes = bytes[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else {
            if descriptor == 1 { OutputFailure.note(errno) }
            return
        }
        bytes = bytes.dropFirst(count)
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
