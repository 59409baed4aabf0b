/// The programs of an action in its journal: one line before a program is started, one with its pid, which the process
/// itself writes, one when it has ended. What a script starts with `ctx:spawn` is among them until the script's call
/// ends. The lines are not synced: a power cut ends the programs too.
public struct JournalCalls: Sendable, Equatable {
    /// A program that was started and has not ended, as far as the journal knows.
    public struct Call: Sendable, Equatable {
        /// The value of `OSVC_CALL` in its environment (`CallMark`).
        public var mark: String
        /// How long it may take; nil: it has no limit.
        public var limit: Duration?
        /// Whether only the osvc that ran it may end it: a tool of a step, such as e2fsck.
        public var isNeverEnded = false
        /// The command line, at most `lineLimit` bytes.
        public var line: String
        /// The call of the script that started it with `ctx:spawn`; nil: osvc waits for it.
        public var scriptCall: String?
        /// The process, as it recorded itself; nil: it has not executed the program, or could not write.
        public var process: DaemonRecord?
    }

    /// Bytes.
    static let lineLimit = 512
    /// The words in place of a limit.
    static let (noLimit, neverEnded) = ("-", "never")

    /// The programs that have not ended, in the order in which they were started.
    public private(set) var unfinished: [Call] = []
    /// Whether the journal records programs at all; journals of earlier releases do not.
    public private(set) var isKept = false

    public init() {}

    mutating func read(_ fields: [String]) {
        guard fields.count > 1 else { return }
        let mark = fields[1]
        switch fields[0] {
        case "call" where fields.count == 4:
            isKept = true
            // A damaged journal may contain any number.
            let limit = Int(fields[2]).flatMap { $0 >= 0 ? Duration.limited(seconds: $0) : nil }
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
            // A line of one tab marks missing lines. The one that ended a script's call may be among them, and
            // what that call left may be the service.
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
    /// Whether the process is the program itself and not one that it started.
    func isProgram(_ candidate: ProcessEntry) -> Bool {
        if let process {
            return candidate.pid == process.pid && candidate.startTime == process.startTime
        }
        // Compared as the journal writes it; an interpreter precedes its script.
        let words = candidate.arguments.joined(separator: " ")
        return isMarked(candidate)
            && String(words.map { $0 == "\t" || $0.isNewline ? " " : $0 }).contains(line)
    }

    /// The lines of the program in a journal.
    var records: [[String]] {
        let limit = limit.map { "\(max(1, $0.components.seconds))" }
        let none = isNeverEnded ? JournalCalls.neverEnded : JournalCalls.noLimit
        let call = ["call", mark, limit ?? none, line]
        guard let process, let startTime = process.startTime else { return [call] }
        return [call, ["pid", mark, String(process.pid), String(startTime)]]
    }

    /// Whether the program started the process, directly or not.
    func isMarked(_ candidate: ProcessEntry) -> Bool {
        candidate.environment.contains { CallMark.isMark($0, named: mark) }
    }
}

extension Journal: CallKeeper {
    /// Records a program before it is started, and has its process record itself. Throws when this cannot be
    /// written while something is brought up.
    public func calling(_ mark: String, _ command: Command) throws(HostError) -> ProcessNote? {
        let none = command.isNeverEnded ? JournalCalls.neverEnded : JournalCalls.noLimit
        let limit = command.limit.map { "\(max(1, $0.components.seconds))" } ?? none
        let line = String(decoding: command.line.utf8.prefix(JournalCalls.lineLimit), as: UTF8.self)
        append(command.scriptCall.map { ["stay", mark, $0, line] } ?? ["call", mark, limit, line])
        guard isWhole else {
            if mustRecord { throw .notRecorded(command) }
            return nil
        }
        return processNote(of: mark)
    }

    /// Records that the program has ended.
    public func returned(_ mark: String) {
        append(["ret", mark])
    }

    /// Records that a script's call has ended, and with it all programs that the call started to stay.
    public func ended(_ scriptCall: String) {
        append(["over", scriptCall])
    }
}
