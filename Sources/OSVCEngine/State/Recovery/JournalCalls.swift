/// The programs that an action waits for, as its journal has them: one line before a program is started,
/// one with its pid, one when it has ended. What a script starts to stay is among them until the script's
/// call ends. The lines are not synced: a power cut takes the programs too.
public struct JournalCalls: Sendable, Equatable {
    /// A program that was started, as far as the journal knows, and not seen to end.
    public struct Call: Sendable, Equatable {
        /// What its environment has in `OSVC_CALL`.
        public var mark: String
        /// How long it may take; nil: no limit was set.
        public var limit: Duration?
        /// Whether nobody but the osvc that ran it may end it.
        public var isNeverEnded = false
        /// The command line, cut at `lineLimit` bytes.
        public var line: String
        /// The call of a script that started it to stay; nil: osvc waited for it.
        public var scriptCall: String?
        /// Nil: osvc was killed between the start and the record of it.
        public var process: DaemonRecord?
    }

    /// Bytes.
    static let lineLimit = 512
    /// Seconds: three years. A spoiled journal may say anything.
    private static let longestLimit: Int64 = 100_000_000
    /// What stands in the place of a limit.
    static let (noLimit, neverEnded) = ("-", "never")

    /// By when they were started, the oldest first.
    public private(set) var unfinished: [Call] = []
    /// Whether the journal tells of programs at all; those of releases before this one do not.
    public private(set) var isKept = false

    public init() {}

    mutating func read(_ fields: [String]) {
        guard fields.count > 1 else { return }
        let mark = fields[1]
        switch fields[0] {
        case "call" where fields.count == 4:
            isKept = true
            let limit = Int64(fields[2]).flatMap {
                $0 >= 0 ? Duration.seconds(min($0, Self.longestLimit)) : nil
            }
            let isNeverEnded = fields[2] == Self.neverEnded
            unfinished.append(
                Call(mark: mark, limit: limit, isNeverEnded: isNeverEnded, line: fields[3])
            )
        case "stay" where fields.count == 4:
            isKept = true
            unfinished.append(Call(mark: mark, line: fields[3], scriptCall: fields[2]))
        case "over":
            unfinished.removeAll { $0.scriptCall == mark }
        case "":
            // Lines are missing after a tab, perhaps the one that ended a script's call: what it left may be
            // the service.
            unfinished.removeAll { $0.scriptCall != nil }
        case "pid" where fields.count == 4:
            guard let index = unfinished.firstIndex(where: { $0.mark == mark }) else { return }
            unfinished[index].process = DaemonRecord("\(fields[2]) \(fields[3])")
        case "ret":
            unfinished.removeAll { $0.mark == mark }
        default:
            return
        }
    }
}

extension JournalCalls.Call {
    /// Whether the process is the program itself, not what it started.
    func isProgram(_ candidate: ProcessEntry) -> Bool {
        if let process {
            return candidate.pid == process.pid && candidate.startTime == process.startTime
        }
        // As the journal writes it; an interpreter stands before its script.
        let words = candidate.arguments.joined(separator: " ")
        return isMarked(candidate)
            && String(words.map { $0 == "\t" || $0.isNewline ? " " : $0 }).contains(line)
    }

    /// Its lines in a journal.
    var records: [[String]] {
        let limit = limit.map { "\(max(1, $0.components.seconds))" }
        let none = isNeverEnded ? JournalCalls.neverEnded : JournalCalls.noLimit
        let call = ["call", mark, limit ?? none, line]
        guard let process, let startTime = process.startTime else { return [call] }
        return [call, ["pid", mark, String(process.pid), String(startTime)]]
    }

    /// Whether the program started the process.
    func isMarked(_ candidate: ProcessEntry) -> Bool {
        candidate.environment.contains { CallMark.isMark($0, named: mark) }
    }
}

extension Journal: CallKeeper {
    public func calling(_ mark: String, _ command: Command) throws(HostError) {
        let none = command.isNeverEnded ? JournalCalls.neverEnded : JournalCalls.noLimit
        let limit = command.limit.map { "\(max(1, $0.components.seconds))" } ?? none
        let line = String(decoding: command.line.utf8.prefix(JournalCalls.lineLimit), as: UTF8.self)
        append(command.scriptCall.map { ["stay", mark, $0, line] } ?? ["call", mark, limit, line])
        guard isWhole || !mustRecord else {
            throw .malformed(
                subject: command.arguments.first ?? "",
                problem: "is not run: it cannot be recorded in the journal"
            )
        }
    }

    public func called(_ mark: String, pid: Int32, startTime: UInt64) {
        append(["pid", mark, String(pid), String(startTime)])
    }

    public func returned(_ mark: String) {
        append(["ret", mark])
    }

    public func ended(_ scriptCall: String) {
        append(["over", scriptCall])
    }
}
