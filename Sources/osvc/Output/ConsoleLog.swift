import OSVCEngine

/// Log lines on standard error (classic-actions.md section 7), and in the service's log file.
///
/// On a terminal a wait of more than two seconds is shown on a line of its own, which disappears when the
/// wait ends. It is not written to pipes or files.
///
/// When standard output and standard error are shown together, lines wait for a program that writes there
/// beside the action, so that its output appears where it was started, but only for a moment.
@EngineActor
final class ConsoleLog: Log {
    private static let patience = Duration.seconds(3)

    private let name: String
    private let file: ServiceLogFile?
    private let console: Console
    private let showsDebug: Bool
    private let host: any Host
    private var ticker: Task<Void, Never>?
    /// A signal has come: what is waited for is being ended.
    var isEnding = false
    /// The number of programs that run beside the action, and the lines that wait for them; nil: none waits.
    private var besides = 0
    private var held: String?
    private var holdLimit: Task<Void, Never>?

    init(
        service: String,
        file: ServiceLogFile?,
        showsDebug: Bool,
        host: any Host,
        console: Console
    ) {
        name = service
        self.file = file
        self.showsDebug = showsDebug
        self.host = host
        self.console = console
    }

    func write(_ level: LogLevel, _ message: String, about resource: ResourceID?) {
        file?.write(level, message, about: resource)
        guard level != .debug || showsDebug else { return }
        let line = LogLine(
            service: name,
            clock: LocalTime(host.now()).clock,
            level: level,
            message: message.printable,
            resource: resource
        )
        let text = console.errorColours.paint(line.text, for: level) + "\n"
        guard held == nil else {
            held?.append(text)
            return
        }
        clearProgress()
        console.complain(text)
    }

    func holding(_ isHeld: Bool) {
        besides += isHeld ? 1 : -1
        // The line that names the next program comes before its output.
        if isHeld || besides == 0 { showHeld() }
        guard isHeld, console.isShared else { return }
        held = ""
        holdLimit = Task { @EngineActor [weak self, host] in
            guard (try? await host.sleep(Self.patience)) != nil else { return }
            self?.showHeld()
        }
    }

    /// Writes the lines that wait.
    func showHeld() {
        holdLimit?.cancel()
        guard let text = held else { return }
        held = nil
        clearProgress()
        console.complain(text)
    }

    func waiting(for what: String?) {
        ticker?.cancel()
        ticker = nil
        clearProgress()
        guard console.isErrorTerminal, let what else { return }
        ticker = Task { @EngineActor [weak self, host] in
            var seconds = 2
            // Cancelling the sleep ends the wait.
            guard (try? await host.sleep(.seconds(2))) != nil else { return }
            while !Task.isCancelled {
                self?.show("\(what) (\(seconds) s)")
                guard (try? await host.sleep(.seconds(1))) != nil else { return }
                seconds += 1
            }
        }
    }

    private func show(_ text: String) {
        clearProgress()
        // Nobody sees how the time goes by on a terminal that stands still.
        guard !console.isErrorPending() else { return }
        let line =
            isEnding ? "... ending: \(text), Ctrl-C again leaves at once" : "... waiting: \(text)"
        console.complain(console.errorColours.faint(line))
        console.isProgressShown = true
    }

    private func clearProgress() {
        guard console.isProgressShown else { return }
        console.complain("\r\u{1b}[K")
        console.isProgressShown = false
    }
}
