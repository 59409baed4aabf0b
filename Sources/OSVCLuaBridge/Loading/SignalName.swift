internal import Glibc

/// Signals as scripts write them: `"TERM"`, `"SIGHUP"`, 15.
enum SignalName {
    private static let numbers: [String: Int32] = [
        "HUP": SIGHUP, "INT": SIGINT, "QUIT": SIGQUIT, "ABRT": SIGABRT, "KILL": SIGKILL,
        "USR1": SIGUSR1, "USR2": SIGUSR2, "PIPE": SIGPIPE, "ALRM": SIGALRM, "TERM": SIGTERM,
        "CHLD": SIGCHLD, "CONT": SIGCONT, "STOP": SIGSTOP, "TSTP": SIGTSTP, "WINCH": SIGWINCH,
    ]

    static func number(_ value: LuaValue) throws(ValueProblem) -> Int32 {
        guard case .string = value else {
            return Int32(try ValueReader.integer(value, in: 1...64))
        }
        let text = try ValueReader.text(value)
        let name = text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
        guard let number = numbers[name] else {
            throw ValueReader.noChoice(text, among: numbers.keys.sorted())
        }
        return number
    }

    static func name(_ number: Int32) -> String {
        numbers.first { $0.value == number }?.key ?? String(number)
    }
}
