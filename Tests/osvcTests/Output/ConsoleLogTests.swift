import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// The log of a service on standard error.
@EngineActor
struct ConsoleLogTests {
    @EngineActor
    private final class Screen {
        var text = ""
        /// The lines without their time of day.
        var lines: [String] { text.split(separator: "\n").map { String($0.dropFirst(9)) } }
    }

    private let screen = Screen()
    private let host = FakeHost()

    private func log(
        debug: Bool = false,
        isTerminal: Bool = false,
        isShared: Bool = false,
        file: ServiceLogFile? = nil
    ) -> ConsoleLog {
        let screen = screen
        return ConsoleLog(
            service: "web",
            file: file,
            showsDebug: debug,
            host: host,
            console: Console(isTerminal: isTerminal, isShared: isShared) { bytes, stream in
                #expect(stream == .error)
                screen.text += String(decoding: bytes, as: UTF8.self)
            }
        )
    }

    @Test func `a line has the time, the level, the resource in capitals and the message`() {
        log().write(.info, "mount /x", about: ResourceID("fs#1"))
        log().write(.warning, "careful", about: nil)
        let clock = LocalTime(host.now()).clock
        #expect(
            screen.text == "\(clock) INFO    WEB.FS#1    mount /x\n"
                + "\(clock) WARNING WEB         careful\n"
        )
    }

    @Test func `debug lines are shown on request only`() {
        log().write(.debug, "detail", about: nil)
        #expect(screen.text == "")
        log(debug: true).write(.debug, "detail", about: nil)
        #expect(screen.lines == ["DEBUG   WEB         detail"])
    }

    @Test func `errors and warnings have colours on a terminal`() {
        let log = log(isTerminal: true)
        log.write(.error, "bad", about: nil)
        log.write(.warning, "odd", about: nil)
        log.write(.info, "good", about: nil)
        let lines = screen.text.split(separator: "\n")
        #expect(lines[0].hasPrefix("\u{1b}[31m") && lines[0].hasSuffix("bad\u{1b}[0m"))
        #expect(lines[1].hasPrefix("\u{1b}[33m") && lines[1].hasSuffix("odd\u{1b}[0m"))
        #expect(!lines[2].contains("\u{1b}"))
    }

    @Test func `the file of the log has each line, too`() {
        let directory = TemporaryDirectory()
        let layout = Layout(root: directory.path)
        try? host.makeDirectory("\(directory.path)/log")
        let file = ServiceLogFile(service: "web", in: layout) { Issue.record("\($0)") }
        log(file: file).write(.info, "hello", about: nil)
        #expect(directory.text("log/web.log").hasSuffix(" - WEB - INFO - hello\n"))
    }

    @Test func `lines wait for a program beside the action where it writes to the same place`() {
        let log = log(isShared: true)
        log.write(.info, "start it", about: nil)
        log.holding(true)
        log.write(.info, "later", about: nil)
        #expect(screen.lines.count == 1)
        log.holding(false)
        #expect(screen.lines.map { $0.suffix(5) } == ["rt it", "later"])
        log.write(.info, "after", about: nil)
        #expect(screen.lines.count == 3)
    }

    @Test func `of two programs beside the action the last one ends the wait`() {
        let log = log(isShared: true)
        log.holding(true)
        log.write(.info, "one", about: nil)
        log.holding(true)
        // The line that names the second program comes before what it says.
        #expect(screen.lines.count == 1)
        log.write(.info, "two", about: nil)
        log.holding(false)
        #expect(screen.lines.count == 1)
        log.holding(false)
        #expect(screen.lines.count == 2)
    }

    @Test func `lines do not wait where output and log are apart`() {
        let log = log()
        log.holding(true)
        log.write(.info, "now", about: nil)
        #expect(screen.lines.count == 1)
    }

    /// Lets others run until the screen shows the text.
    private func wait(for text: String) async {
        for _ in 0..<1000 where !screen.text.contains(text) { await Task.yield() }
    }

    @Test func `a long wait is a line of the terminal, which goes when the wait ends`() async {
        let log = log(isTerminal: true)
        log.waiting(for: "the lock")
        await wait(for: "s)")
        #expect(host.time == 1_000_000_002)
        #expect(screen.text == "\u{1b}[2m... waiting: the lock (2 s)\u{1b}[0m")
        log.isEnding = true
        await wait(for: "ending")
        #expect(
            screen.text.hasSuffix(
                "\r\u{1b}[K\u{1b}[2m... ending: the lock (3 s), Ctrl-C again leaves at once\u{1b}[0m"
            )
        )
        log.waiting(for: nil)
        #expect(screen.text.hasSuffix("\r\u{1b}[K"))
    }

    @Test func `a wait does not show in a pipe or file`() async {
        let log = log()
        log.waiting(for: "the lock")
        for _ in 0..<100 { await Task.yield() }
        log.waiting(for: nil)
        #expect(screen.text == "" && host.orders == [])
    }

    @Test func `lines wait no longer than it takes to wonder`() async {
        let log = log(isShared: true)
        log.holding(true)
        log.write(.info, "later", about: nil)
        #expect(screen.text == "")
        await wait(for: "later")
        #expect(host.orders == [.sleep(.seconds(3))])
        #expect(screen.lines.count == 1)
    }

    @Test(
        arguments: [
            (Status.up, "32"), (.standbyUp, "32"), (.down, "31"), (.standbyDown, "31"),
            (.warn, "33"), (.notApplicable, nil), (.undefined, nil),
        ] as [(Status, String?)]
    )
    func `each status has its colour`(status: Status, code: String?) {
        let painted = code.map { "\u{1b}[\($0)mx\u{1b}[0m" } ?? "x"
        #expect(Colours(on: true).paint("x", for: status) == painted)
        #expect(Colours(on: false).paint("x", for: status) == "x")
    }
}
