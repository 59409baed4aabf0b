internal import Glibc

/// The right to act on a service: `flock` on `var/lock/<service>`, or on what replaces that file (`LockFile`).
///
/// The kernel releases it when the holder dies. The file stays, because after a removal two processes could
/// hold two files of one name. While the lock is held, the file contains the pid and action of the holder.
@EngineActor
public final class ServiceLock {
    private let descriptor: Int32
    /// How often to try again, 10 ms apart, for a holder that has not written its pid yet.
    private static let unsignedTries = 20

    /// Takes the lock, trying again until `limit` has passed; zero is one attempt.
    ///
    /// `waiting` is called once, before the first wait, with the holder. A holder that took the lock this
    /// moment has not written its pid yet, and one that releases it has removed it: when the file names no
    /// living holder, the attempts go on for 0.2 s.
    ///
    /// Throws `.locked` when the limit passes, `.cancelled` on a signal. A faulty lock file is an error too,
    /// unless `spoiled` is given: it is called with the fault, and the lock is taken on something else.
    public static func take(
        _ service: String,
        for action: String,
        in layout: Layout,
        within limit: Duration,
        host: any Host,
        spoiled: ((StateError) -> Void)? = nil,
        waiting: (LockHolder?) -> Void
    ) async throws(StateError) -> ServiceLock {
        let file = LockFile(path: layout.lock(of: service), layout: layout)
        let descriptor = try file.open(spoiled)
        return try await take(descriptor, file, service, action, limit, host, waiting)
    }

    /// Takes a lock of the whole node, as above. A faulty lock file is always an error.
    public static func take(
        _ lock: NodeLock,
        for action: String,
        in layout: Layout,
        within limit: Duration,
        host: any Host,
        waiting: (LockHolder?) -> Void
    ) async throws(StateError) -> ServiceLock {
        let file = LockFile(path: layout.lock(lock), layout: layout)
        let descriptor = try file.open(nil)
        return try await take(descriptor, file, lock.rawValue, action, limit, host, waiting)
    }

    private static func take(
        _ descriptor: Int32,
        _ file: LockFile,
        _ name: String,
        _ action: String,
        _ limit: Duration,
        _ host: any Host,
        _ waiting: (LockHolder?) -> Void
    ) async throws(StateError) -> ServiceLock {
        let path = file.path
        let start = host.uptime()
        var told = false
        var unsigned = 0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let number = errno
                Glibc.close(descriptor)
                throw .system(call: "flock", path: path, errno: number)
            }
            let holder = holder(at: path)
            let isLate = host.uptime() - start >= limit
            let isNamed = holder.map { kill($0.pid, 0) == 0 || errno != ESRCH } ?? false
            let mayYetSign = !isNamed && unsigned < unsignedTries
            if mayYetSign {
                unsigned += 1
            } else if isLate {
                Glibc.close(descriptor)
                throw .locked(service: name, holder: holder)
            } else if !told {
                waiting(holder)
                told = true
            }
            do {
                try await host.sleep(.milliseconds(mayYetSign ? 10 : 100))
            } catch {
                Glibc.close(descriptor)
                throw .cancelled
            }
        }
        let text = Array("\(getpid()) \(action)\n".utf8)
        // The contents serve messages only: a failed write must not fail the action.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
        return ServiceLock(descriptor)
    }

    /// Takes the lock, and logs for whom it waits.
    static func take(
        _ service: String,
        for action: String,
        in layout: Layout,
        within limit: Duration,
        host: any Host,
        log: any Log,
        isIndispensable: Bool
    ) async throws(StateError) -> ServiceLock {
        defer { log.waiting(for: nil) }
        let spoiled: (StateError) -> Void = { log.write(.warning, "\(action): \($0)", about: nil) }
        return try await take(
            service,
            for: action,
            in: layout,
            within: limit,
            host: host,
            spoiled: isIndispensable ? spoiled : nil
        ) { holder in
            let who = holder.map { "\($0)" } ?? "another process"
            let text = "waiting up to \(limit.text) for \(who) to release the service"
            log.write(.info, text, about: nil)
            log.waiting(for: who)
        }
    }

    /// Does `work` while the service is locked. Returns the exit code of `work`, or 1 when the lock was not taken, and
    /// then the log says why. If the action is indispensable, as a stop is, a faulty lock file is no reason to fail.
    static func hold(
        _ service: String,
        for action: String,
        in layout: Layout,
        within limit: Duration,
        host: any Host,
        log: any Log,
        isIndispensable: Bool = false,
        _ work: @EngineActor () async -> Int32
    ) async -> Int32 {
        let lock: ServiceLock
        do {
            lock = try await take(
                service,
                for: action,
                in: layout,
                within: limit,
                host: host,
                log: log,
                isIndispensable: isIndispensable
            )
        } catch {
            let text = error == .cancelled ? "\(error)" : "\(action): \(error)"
            log.write(.error, text, about: nil)
            return 1
        }
        defer { lock.release() }
        return await work()
    }

    /// The holder of the lock at this moment; nil: nobody holds it. A pid of 0 means that the holder is not known.
    public static func holder(of service: String, in layout: Layout) -> LockHolder? {
        let path = layout.lock(of: service)
        var info = stat()
        // Opening a device can already have an effect.
        guard lstat(path, &info) == 0, [S_IFREG, S_IFDIR].contains(info.st_mode & S_IFMT) else {
            return nil
        }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        return holder(at: path) ?? LockHolder(pid: 0, action: nil)
    }

    private init(_ descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Releases the lock. The end of the process releases it, too.
    public func release() {
        _ = ftruncate(descriptor, 0)
        Glibc.close(descriptor)
    }

    private static func holder(at path: String) -> LockHolder? {
        Files.text(path, limit: 256).flatMap(LockHolder.init(file:))
    }
}
