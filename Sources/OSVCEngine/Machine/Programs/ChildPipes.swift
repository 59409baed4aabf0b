internal import CLinux
internal import Glibc

/// Reads the output of a program as it comes.
@EngineActor
final class OutputPipe {
    var keeper = OutputKeeper(limit: 0)
    /// When output came last; nil: none came yet.
    private(set) var lastRead: MonotonicInstant?
    private var descriptor: Int32?
    private var reactor: Reactor?

    private static let chunk = 64 * 1024
    /// Bytes that are read at most after the exit: a process left behind might write without end.
    private static let mostAfterExit = 1024 * 1024
    private static let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: chunk,
        alignment: 16
    )

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor.take() }

    deinit {
        if let descriptor { close(descriptor) }
    }

    func begin(on reactor: Reactor) throws(HostError) {
        guard let descriptor else { return }
        self.reactor = reactor
        try reactor.watch(descriptor, for: .read) { _ in
            if self.readSome() == 0 { self.shut() }
        }
    }

    /// Reads what is there without waiting for more, and closes the pipe.
    func end() {
        var total = 0
        while total < OutputPipe.mostAfterExit {
            let count = readSome()
            if count <= 0 { break }
            total += count
        }
        shut()
    }

    /// The number of bytes read; 0: the end of the output; -1: none now.
    private func readSome() -> Int {
        guard let descriptor else { return 0 }
        let buffer = OutputPipe.buffer
        let count = read(descriptor, buffer.baseAddress, buffer.count)
        if count > 0 {
            lastRead = .now
            keeper.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        if count < 0, errno != EAGAIN, errno != EINTR { return 0 }
        return count
    }

    private func shut() {
        guard let descriptor else { return }
        reactor?.unwatch(descriptor)
        close(descriptor)
        self.descriptor = nil
    }
}

/// Writes the input of a program as fast as the program reads it. The program need not read all of it.
@EngineActor
final class InputFeed {
    private let bytes: [UInt8]
    private var written = 0
    private var descriptor: Int32?
    private var reactor: Reactor?

    init(_ input: consuming ChildStreams.Input) {
        bytes = input.bytes
        descriptor = input.descriptor.take()
    }

    deinit {
        if let descriptor { close(descriptor) }
    }

    func begin(on reactor: Reactor) throws(HostError) {
        self.reactor = reactor
        writeSome()
        guard let descriptor else { return }
        try reactor.watch(descriptor, for: .write) { _ in self.writeSome() }
    }

    func end() {
        guard let descriptor else { return }
        reactor?.unwatch(descriptor)
        close(descriptor)
        self.descriptor = nil
    }

    private func writeSome() {
        guard let descriptor else { return }
        let count = bytes[written...].withUnsafeBytes { rest in
            write(descriptor, rest.baseAddress, rest.count)
        }
        if count >= 0 {
            written += count
        } else if errno != EAGAIN, errno != EINTR {
            return end()
        }
        if written == bytes.count { end() }
    }
}
