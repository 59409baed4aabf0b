import Glibc
import OSVCEngine

/// Answers questions, one line each.
@EngineActor
protocol Dialog {
    func say(_ text: String)
    /// The answer without its newline; nil: the input has ended, or Ctrl-C.
    func ask(_ prompt: String) -> String?
}

/// A person at standard input and output.
struct TerminalDialog: Dialog {
    /// The maximum length of an answer in bytes; no question needs more.
    private static let limit = 64 * 1024

    func say(_ text: String) { put(text) }

    /// Reads an answer. A signal ends the wait, not the program: nothing is left half done.
    func ask(_ prompt: String) -> String? {
        put(prompt)
        let signals = [SIGINT, SIGTERM, SIGHUP]
        var interrupting: sigaction = .init()
        var old: [sigaction] = Array(repeating: interrupting, count: signals.count)
        // Without SA_RESTART the read below is not restarted.
        interrupting.__sigaction_handler.sa_handler = { _ in }
        for (index, signal) in signals.enumerated() {
            sigaction(signal, &interrupting, &old[index])
        }
        defer {
            for (index, signal) in signals.enumerated() { sigaction(signal, &old[index], nil) }
        }
        return line()
    }

    private func line() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < Self.limit {
            guard read(0, &byte, 1) == 1 else {
                put("\n")
                return nil
            }
            guard byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
