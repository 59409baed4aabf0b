import Glibc
import OSVCEngine

/// Log lines on standard error (classic-actions.md section 7), and in the service's log file.
///
/// On a terminal a wait of more than two seconds shows as a line of its own, which goes when the wait
/// ends; nothing of it is in a pipe or file.
@EngineActor
final class ConsoleLog: Log {
    /// What standard error is: asked once, however many services there are.
    private static let terminal = (isThere: isatty(2) == 1, colours: Colours(for: 2))

    private let name: String
    private let file: ServiceLogFile?
    private var colours: Colours { Self.terminal.colours }
    private let showsDebug: Bool
    private var showsProgress: Bool { Self.terminal.isThere }
    private let host: any Host
    private var ticker: Task<Void, Never>?
    /// One line of the terminal, whoever of several services waits.
    private static var isProgressShown = false
    /// A signal has come: what is waited for is being ended.
    var isEnding = false

    init(service: String, file: ServiceLogFile?, showsDebug: Bool, host: any Host) {
        name = service
        self.file = file
        self.showsDebug = showsDebug
        self.host = host
    }

    func write(_ level: LogLevel, _ message: String, about resource: ResourceID?) {
        file?.write(level, message, about: resource)
        guard level != .debug || showsDebug else { return }
        clearProgress()
        let line = LogLine(
            service: name,
            clock: LocalTime(host.now()).clock,
            level: level,
            message: message,
            resource: resource
        )
        put(colours.paint(line.text, for: level) + "\n", to: 2)
    }

    func waiting(for what: String?) {
        ticker?.cancel()
        ticker = nil
        clearProgress()
        guard showsProgress, let what else { return }
        ticker = Task { @EngineActor [weak self] in
            var seconds = 2
            // Cancelling the sleep ends the wait.
            guard (try? await EventLoop.shared.sleep(for: .seconds(2))) != nil else { return }
            while !Task.isCancelled {
                self?.show("\(what) (\(seconds) s)")
                guard (try? await EventLoop.shared.sleep(for: .seconds(1))) != nil else { return }
                seconds += 1
            }
        }
    }

    private func show(_ text: String) {
        clearProgress()
        let line =
            isEnding ? "... ending: \(text), Ctrl-C again leaves at once" : "... waiting: \(text)"
        put(colours.faint(line), to: 2)
        Self.isProgressShown = true
    }

    private func clearProgress() {
        guard Self.isProgressShown else { return }
        put("\r\u{1b}[K", to: 2)
        Self.isProgressShown = false
    }
}
