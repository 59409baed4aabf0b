import Glibc

/// A standard stream to which osvc can write without waiting for its reader.
///
/// O_NONBLOCK belongs to the open file, which other processes share (the shell, what osvc was piped
/// with): it is never set there. Pipes and terminals are opened once more, by `/proc/self/fd`, with the flag
/// for osvc alone.
struct OutputTarget {
    private enum Way {
        /// Files and devices such as `/dev/null`, which have no reader.
        case direct
        case socket
        /// A non-blocking descriptor of osvc's own.
        case reopened(Int32)
        /// Small pieces once there is room, when the stream cannot be reopened. Another process that writes
        /// there at the same moment may take the room.
        case polled(piece: Int)
    }

    private let descriptor: Int32
    private let way: Way

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var info = stat()
        guard fstat(descriptor, &info) == 0 else {
            way = .direct
            return
        }
        let isTerminal = info.st_mode & S_IFMT == S_IFCHR && isatty(descriptor) == 1
        if info.st_mode & S_IFMT == S_IFSOCK {
            way = .socket
        } else if info.st_mode & S_IFMT == S_IFIFO || isTerminal {
            // A terminal accepts what fits; a pipe with room accepts PIPE_BUF at once.
            let piece = isTerminal ? 128 : Int(PIPE_BUF)
            way = Self.reopened(descriptor, info).map(Way.reopened) ?? .polled(piece: piece)
        } else {
            way = .direct
        }
    }

    private static func reopened(_ descriptor: Int32, _ info: stat) -> Int32? {
        // Opening the master side of terminals makes a new terminal.
        let master: dev_t = 5 << 8 | 2
        guard info.st_mode & S_IFMT == S_IFIFO || info.st_rdev != master else { return nil }
        let flags = O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        let new = open("/proc/self/fd/\(descriptor)", flags)
        guard new >= 0 else { return nil }
        var other = stat()
        guard fstat(new, &other) == 0, other.st_dev == info.st_dev, other.st_ino == info.st_ino,
            other.st_rdev == info.st_rdev
        else {
            close(new)
            return nil
        }
        return new
    }

    /// Writes what the stream accepts now. `failed` gets the errno when it accepts nothing any longer.
    func offer(_ bytes: ArraySlice<UInt8>, failed: (Int32) -> Void) -> PendingOutput.Answer {
        let count = bytes.withUnsafeBytes { buffer in
            var count = -1
            repeat { count = write(buffer) } while count < 0 && errno == EINTR
            return count
        }
        if count > 0 { return .took(count) }
        if count < 0, errno == EAGAIN || errno == EWOULDBLOCK { return .notNow }
        failed(count == 0 ? EIO : errno)
        return .gone
    }

    private func write(_ buffer: UnsafeRawBufferPointer) -> Int {
        switch way {
        case .direct: return Glibc.write(descriptor, buffer.baseAddress, buffer.count)
        case .socket:
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
            return send(descriptor, buffer.baseAddress, buffer.count, flags)
        case .reopened(let own): return Glibc.write(own, buffer.baseAddress, buffer.count)
        case .polled(let piece):
            var question = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            guard poll(&question, 1, 0) > 0 else {
                errno = EAGAIN
                return -1
            }
            return Glibc.write(descriptor, buffer.baseAddress, min(piece, buffer.count))
        }
    }
}
