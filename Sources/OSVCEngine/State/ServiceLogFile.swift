internal import Glibc

/// The log file of a service: one line for each message, rotated at 5 MiB, five old files kept
/// (classic-actions.md section 7).
///
/// A log that cannot be written never fails an action; `failed` is called with the first failure.
@EngineActor
public final class ServiceLogFile: Log {
    /// The size in bytes above which the file is rotated.
    public static let sizeLimit = 5 * 1024 * 1024
    /// How many rotated files are kept: `<service>.log.1`, the newest, to `.5`.
    public static let kept = 5

    private let path: String
    private let name: String
    private var descriptor: Int32 = -1
    private var size = 0
    private var isBroken = false
    private let showsDebug: Bool
    private let failed: (String) -> Void

    /// The file is opened when the first line is written. With `showsDebug` lines of level `debug` are written too.
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

    /// Writes `2014-02-17 14:40:11,042 - WEB.FS#1 - INFO - message`; without a resource the subject is the service.
    /// Control characters of the message, which may be a program's output, are written out.
    public func write(_ level: LogLevel, _ message: String, about resource: ResourceID?) {
        guard level != .debug || showsDebug, !isBroken else { return }
        let subject = resource.map { "\(name).\($0)" } ?? name
        let stamp = LocalTime(wallClock()).stamp
        let line = Array(
            "\(stamp) - \(subject.uppercased()) - \(level.rawValue) - \(message.printable)\n".utf8
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
