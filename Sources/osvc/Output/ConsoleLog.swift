import Glibc
import OSVCEngine

/// Log lines on standard error (classic-actions.md section 7), and in the service's log file.
///
/// On a terminal a wait of more than two seconds shows as a line of its own, which goes when the wait
/// ends; nothing of it is in a pipe or file.
///
/// Where standard output and standard error are shown together, lines wait for a program that writes there
/// beside the action, so that its words stand where it was started (but not longer than it takes to wonder).
@EngineActor
final class ConsoleLog: Log {
    /// What standard error is: asked once, however many services there are.
    private static let terminal = (isThere: isatty(2) == 1, colours: Colours(for: 2))
    private static let isShownWithOutput = {
        var (output, error) = (stat(), stat())
        return fstat(1, &output) == 0 && fstat(2, &error) == 0
            && (output.st_dev, output.st_ino) == (error.st_dev, error.st_ino)
    }()
    private static let patience = Duration.seconds(3)

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
    /// How many programs run beside the action, and the lines that wait for them; nil: none waits.
    private var besides = 0
    private var held: String?
    private var holdLimit: Task<Void, Never>?

    init(service: String, file: ServiceLogFile?, showsDebug: Bool, host: any Host) {
        name = service
        self.file = file
        self.showsDebug = showsDebug
        self.host = host
    }

    func write(_ level: LogLevel, _ message: String, about resource: ResourceID?) {
        file?.write(level, message, about: resource)
        guard level != .debug || showsDebug else { return }
        let line = LogLine(
            service: name,
            clock: LocalTime(host.now()).clock,
            level: level,
            message: message,
            resource: resource
        )
        let text = colours.paint(line.text, for: level) + "\n"
        guard held == nil else {
            held?.append(text)
            return
        }
        clearProgress()
        put(text, to: 2)
    }

    func holding(_ isHeld: Bool) {
        besides += isHeld ? 1 : -1
        // The line that names the next program comes before what it says.
        if isHeld || besides == 0 { showHeld() }
        guard isHeld, Self.isShownWithOutput else { return }
        held = ""
        holdLimit = Task { @EngineActor [weak self] in
            guard (try? await EventLoop.shared.sleep(for: Self.patience)) != nil else { return }
            self?.showHeld()
        }
    }

    /// Writes what waits.
    func showHeld() {
        holdLimit?.cancel()
        guard let text = held else { return }
        held = nil
        clearProgress()
        put(text, to: 2)
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
        // Nobody sees how the time goes by on a terminal that stands still.
        guard !Streams.isPending(2) else { return }
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
