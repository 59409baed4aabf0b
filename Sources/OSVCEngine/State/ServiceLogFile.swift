internal import Glibc

/// The log file of a service: one line a message, rotated at 5 MiB, five old ones kept
/// (classic-actions.md section 7).
///
/// A log that cannot be written never fails an action; `failed` gets the first failure.
@EngineActor
public final class ServiceLogFile: Log {
    public static let sizeLimit = 5 * 1024 * 1024
    public static let kept = 5

    private let path: String
    private let name: String
    private var descriptor: Int32 = -1
    private var size = 0
    private var isBroken = false
    private let showsDebug: Bool
    private let failed: (String) -> Void

    /// The file is opened with the first line.
    public init(
        service: String,
        in layout: Layout,
        showsDebug: Bool = false,
        failed: @escaping (String) -> Void
    ) {
        path = layout.log(of: service)
        name = service
        self.showsDebug = showsDebug
        self.failed = failed
    }

    public func write(_ level: LogLevel, _ message: String, about resource: ResourceID?) {
        guard level != .debug || showsDebug, !isBroken else { return }
        let subject = resource.map { "\(name).\($0)" } ?? name
        let stamp = LocalTime(wallClock()).stamp
        let line = Array(
            "\(stamp) - \(subject.uppercased()) - \(level.rawValue) - \(message)\n".utf8
        )
        do {
            try open()
            if size + line.count > Self.sizeLimit { try rotate() }
            try Files.write(line, to: descriptor, path: path)
            size += line.count
        } catch {
            isBroken = true
            failed("the log cannot be written: \(error)")
        }
    }

    private func open() throws(StateError) {
        guard descriptor < 0 else { return }
        try Files.makeParent(of: path)
        descriptor = try Files.open(path)
        size = Int(max(0, lseek(descriptor, 0, SEEK_END)))
    }

    private func rotate() throws(StateError) {
        close(descriptor)
        descriptor = -1
        for index in (1..<Self.kept).reversed() {
            _ = rename("\(path).\(index)", "\(path).\(index + 1)")
        }
        _ = rename(path, "\(path).1")
        try open()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}

/// Seconds since 1970.
func wallClock() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
