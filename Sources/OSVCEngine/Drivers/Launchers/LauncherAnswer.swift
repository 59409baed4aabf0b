/// The answer of one launcher that was asked for its status.
public struct LauncherAnswer: Sendable, Equatable {
    /// What the answer consists of.
    public enum Verdict: Sendable, Equatable {
        /// The exit code of a program of the launcher directory; the codes of all of them count together.
        case code(Int32)
        /// A status, with a note for the user.
        case status(Status, note: String?)
    }

    /// The name of the launcher.
    public var name: String
    /// The path of the program, for the note `returned errors`; empty when no program was asked.
    public var path: String
    /// The exit code or status.
    public var verdict: Verdict
    /// Why it is down, if known; shown only when other launchers are up.
    public var reason: String?
    /// Whether an action has to look after the daemon although it is in the wanted state: processes of it exist that
    /// osvc's record does not name, or it has not lived for its minimum time.
    var isUnsettled = false
    /// Whether it is of the launcher directory.
    var isEntry = false
    /// Whether the launcher was asked and did not answer within its limit.
    var isLate = false

    public init(name: String, path: String = "", verdict: Verdict, reason: String? = nil) {
        self.name = name
        self.path = path
        self.verdict = verdict
        self.reason = reason
    }

    var exitCode: Int32? {
        guard case .code(let code) = verdict else { return nil }
        return code
    }

    var report: StatusReport? {
        guard case .status(let status, let note) = verdict else { return nil }
        return StatusReport(status, notes: note.map { [$0] } ?? [])
    }

    /// The launcher's own status.
    var status: Status {
        switch verdict {
        case .status(let status, _): status
        case .code(let code): Status(exitCode: code)
        }
    }
}

extension Status {
    /// The status that a status program means by its exit code: 0 is up, 1 to 3 are down, as in the LSB ("not
    /// running") and the classic release. Any other code, such as that of a program that is missing (127) or was
    /// ended by a signal (128 and more), leaves open what runs: warn.
    public init(exitCode: Int32) {
        self =
            switch exitCode {
            case 0: .up
            case 1...3: .down
            default: .warn
            }
    }
}
