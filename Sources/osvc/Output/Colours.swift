import Glibc
import OSVCEngine

/// Colour for people who watch a terminal; plain text for everything else.
struct Colours {
    let isOn: Bool

    /// On when `descriptor` is a terminal, NO_COLOR is unset or empty, and TERM is not `dumb`.
    init(for descriptor: Int32) {
        let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let dumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        isOn = isatty(descriptor) == 1 && !refused && !dumb
    }

    init(on: Bool) {
        isOn = on
    }

    func paint(_ text: String, for status: Status) -> String {
        switch status {
        case .up, .standbyUp, .standbyUpWithUp, .standbyUpWithDown: paint(text, "32")
        case .down, .standbyDown: paint(text, "31")
        case .warn: paint(text, "33")
        default: text
        }
    }

    func paint(_ text: String, for level: LogLevel) -> String {
        switch level {
        case .error: paint(text, "31")
        case .warning: paint(text, "33")
        default: text
        }
    }

    func faint(_ text: String) -> String { paint(text, "2") }

    private func paint(_ text: String, _ code: String) -> String {
        isOn ? "\u{1b}[\(code)m\(text)\u{1b}[0m" : text
    }
}
