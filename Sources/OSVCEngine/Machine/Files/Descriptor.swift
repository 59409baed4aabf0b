internal import CLinux
internal import Glibc

/// An open descriptor, closed when its owner is destroyed. It is always closed on exec.
struct Descriptor: ~Copyable {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    /// Opens a file. A call that a signal interrupts is repeated.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(HostError)
        -> Descriptor
    {
        while true {
            let number = Glibc.open(path, flags | O_CLOEXEC, mode)
            if number >= 0 { return Descriptor(number) }
            guard errno == EINTR else {
                throw .system(call: "open", subject: path, errno: errno)
            }
        }
    }

    /// Opens a file for reading; nil: it does not exist. An open of a FIFO does not wait for a writer.
    static func openIfThere(
        _ path: String,
        _ flags: Int32 = O_RDONLY | O_NONBLOCK
    ) throws(HostError) -> Descriptor? {
        do {
            return try open(path, flags)
        } catch {
            // ENOTDIR: a component of the path is a file, so nothing is below it.
            guard case .system(_, _, let number) = error, [ENOENT, ENOTDIR].contains(number)
            else { throw error }
            return nil
        }
    }

    struct Pipe: ~Copyable {
        let reading: Descriptor
        let writing: Descriptor
    }

    static func pipe() throws(HostError) -> Pipe {
        var ends: [Int32] = [0, 0]
        guard osvc_pipe2(&ends, O_CLOEXEC) == 0 else {
            throw .system(call: "pipe", subject: "for a program", errno: errno)
        }
        return Pipe(reading: Descriptor(ends[0]), writing: Descriptor(ends[1]))
    }

    /// Writes all bytes to a file that is not waited for. Throws `.system` with the errno of the write that failed;
    /// `subject` is its file.
    static func write(_ bytes: some Collection<UInt8>, to number: Int32, subject: String)
        throws(HostError)
    {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system(call: "write", subject: subject, errno: errno) }
            rest = rest.dropFirst(count)
        }
    }

    func makeNonBlocking() {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }

    func makeBlocking() {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) & ~O_NONBLOCK)
    }

    /// Transfers the number to the caller, who must close it.
    consuming func take() -> Int32 {
        let number = self.number
        discard self
        return number
    }

    deinit { Glibc.close(number) }
}
