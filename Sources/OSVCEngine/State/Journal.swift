internal import Glibc

/// The record of an action, step by step, so that after a crash the next command can report what was half done.
///
/// Each record is one line of fields separated by tabs, appended before and after each step: a `kill -9` loses nothing
/// that was written. The file is synced to disk when the action begins and ends, and before each step whose effect
/// could outlive a reboot. A power cut can lose only the record of a launcher's run, whose processes it ends too.
/// Actions continue from what is observed, once the programs that the journal has as unfinished have ended.
@EngineActor
public final class Journal {
    private let path: String
    private let descriptor: Int32
    /// Called once, when records can no longer be written; the action continues without them.
    private var failed: (StateError) -> Void
    private var isBroken = false
    /// Whether a program that cannot be recorded must not run. True while something is brought up: after a
    /// crash the next action would not know that the program runs.
    var mustRecord = false

    /// Starts the journal of an action. `time` is in seconds since 1970; `tools` are programs of the previous action
    /// that still run, which the next action must know; `failed` is called once if a later record cannot be written.
    ///
    /// Throws when the journal cannot be written; nothing has been changed then.
    public static func begin(
        _ action: String,
        of service: String,
        in layout: Layout,
        at time: Double,
        carrying tools: [JournalCalls.Call] = [],
        failed: @escaping (StateError) -> Void
    ) throws(StateError) -> Journal {
        let path = layout.journal(of: service)
        try Files.makeParent(of: path)
        let descriptor = try Files.open(path, truncating: true)
        let journal = Journal(path: path, descriptor: descriptor, failed: failed)
        do throws(StateError) {
            let begin = ["begin", stamp(time), String(getpid()), action, ownStart]
            let records = [begin] + tools.flatMap(\.records)
            // At once: between the two a crash would lose what runs.
            try Files.write(records.flatMap(line), to: descriptor, path: path)
            guard fdatasync(descriptor) == 0 else {
                throw .system(call: "fdatasync", path: path, errno: errno)
            }
        } catch {
            close(descriptor)
            throw error
        }
        return journal
    }

    /// When this process began, in clock ticks after boot. With the pid it identifies the process.
    private static var ownStart: String {
        ProcessStat(of: getpid()).map { "\($0.startTime)" } ?? ""
    }

    init(path: String, descriptor: Int32, failed: @escaping (StateError) -> Void) {
        self.path = path
        self.descriptor = descriptor
        self.failed = failed
    }

    /// Records that a step begins, at `time` in seconds since 1970, and syncs the file except for a launcher's run.
    public func doing(_ step: Step, on resource: ResourceID?, at time: Double) {
        append(["do", Self.stamp(time), resource?.text ?? "-", step.summary])
        if case .launch = step { return }
        guard !isBroken, fdatasync(descriptor) != 0 else { return }
        fail(.system(call: "fdatasync", path: path, errno: errno))
    }

    /// Records that the step was done or failed. `resource` is nil for steps of the service itself.
    public func did(_ resource: ResourceID?, failed: Bool) {
        append([failed ? "failed" : "did", resource?.text ?? "-"])
    }

    /// Records the end of the action with its exit code, syncs and closes the file. If a record could not be written,
    /// empties it instead. Nothing is reported as interrupted afterwards.
    public func end(code: Int32, at time: Double) {
        append(["end", Self.stamp(time), String(code)])
        // Without its end it would name what it has started as left behind; emptying it needs no room.
        if isBroken { ftruncate(descriptor, 0) }
        _ = fdatasync(descriptor)
        close(descriptor)
    }

    /// Closes the file without recording the end, because a program of an earlier action still runs: the next
    /// action treats this one as interrupted too.
    func leave() {
        close(descriptor)
    }

    /// Whether all records so far were written.
    var isWhole: Bool { !isBroken }

    func append(_ fields: [String]) {
        guard !isBroken else { return }
        do {
            try Files.write(Self.line(fields), to: descriptor, path: path)
        } catch {
            fail(error)
        }
    }

    /// Where the process of the program with this mark records itself: as `pid`, mark, pid, start time.
    func processNote(of mark: String) -> ProcessNote {
        ProcessNote(
            descriptor: descriptor,
            start: "pid\t\(mark)\t",
            isRequired: mustRecord,
            failed: { self.fail(.system(call: "record a program in", path: self.path, errno: $0)) }
        )
    }

    private func fail(_ error: StateError) {
        isBroken = true
        failed(error)
    }

    private static func line(_ fields: [String]) -> [UInt8] {
        let clean = fields.map { field in
            String(short(field).map { $0 == "\t" || $0.isNewline ? " " : $0 })
        }
        return Array((clean.joined(separator: "\t") + "\n").utf8)
    }

    /// The maximum length of a field in bytes, so that a line is complete in the part of a journal that is read.
    private static let fieldLimit = 4096

    private static func short(_ field: String) -> String {
        guard field.utf8.count > fieldLimit else { return field }
        return String(decoding: field.utf8.prefix(fieldLimit), as: UTF8.self) + "..."
    }

    /// Seconds with three decimals; 0 for times before 1970 and NaN.
    private static func stamp(_ time: Double) -> String {
        // Does not overflow: the year 9999 has 15 digits of milliseconds.
        let milliseconds = Int(max(0, Instant.clamped(time)) * 1000)
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction)"
    }
}

/// An action that did not reach its end: its process was killed, or the machine went down.
public struct Interruption: Sendable, Equatable {
    /// The name of the action, as the log has it.
    public var action: String
    /// The pid of the osvc that ran it; 0: the journal has none.
    public var pid: Int32
    /// When that process began, in clock ticks after boot; nil: not known.
    var startTime: UInt64?
    /// The resource of the last step that was begun; nil: none was, or it was a step of the service itself.
    public var resource: ResourceID?
    /// The last step that was begun, as `Step.summary` describes it; nil: none was.
    public var step: String?
    /// When that step began, or the action without a step, in seconds since 1970.
    public var time: Double
    /// The programs that the action waited for.
    public var calls = JournalCalls()

    /// Of a journal with more than twice this many bytes only the first and the last part are read: some 50,000
    /// programs in one action.
    private static let partLimit = 16 << 20

    /// The interrupted action that the journal of `service` reports; nil: its last action ended, or there is no
    /// journal. A last line without its newline was cut by the crash and does not count.
    public static func find(of service: String, in layout: Layout) -> Interruption? {
        let path = layout.journal(of: service)
        // Of most journals this is all that has to be read.
        guard !hasEnded(Files.tail(of: path, count: 128)[...]) else { return nil }
        var found: Interruption?
        let isRead = Files.eachLine(of: path, limit: partLimit) { line in
            read(line, into: &found)
        }
        return isRead ? found : nil
    }

    /// Whether the last line of a journal says that the action ended.
    private static func hasEnded(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let newline = bytes.last, newline == UInt8(ascii: "\n") else { return false }
        let lines = bytes.dropLast()
        // Without one the line may have begun before the bytes.
        guard let start = lines.lastIndex(of: UInt8(ascii: "\n")) else { return false }
        return lines[(start + 1)...].starts(with: "end\t".utf8)
    }

    private static func read(_ line: ArraySlice<UInt8>, into found: inout Interruption?) {
        guard !line.isEmpty else { return }
        let fields = line.split(
            separator: UInt8(ascii: "\t"),
            maxSplits: 4,
            omittingEmptySubsequences: false
        )
        .map { String(decoding: $0, as: UTF8.self) }
        switch fields.first {
        case "begin" where fields.count == 4 || fields.count == 5:
            found = Interruption(
                action: fields[3],
                pid: Int32(fields[2]).map { max(0, $0) } ?? 0,
                time: Instant.read(fields[1]) ?? 0
            )
            found?.startTime = fields.count == 5 ? UInt64(fields[4]) : nil
        case "do" where fields.count == 4:
            found?.resource = fields[2] == "-" ? nil : ResourceID(fields[2])
            found?.step = fields[3]
            found?.time = Instant.read(fields[1]) ?? 0
        case "end":
            found = nil
        default:
            found?.calls.read(fields)
        }
    }

    /// Whether the osvc that wrote the journal still runs. It may be this process.
    @EngineActor
    func isRunning(on host: any Host) -> Bool {
        guard pid > 1, let startTime,
            let process = (try? host.process(pid)) ?? nil
        else { return false }
        return process.startTime == startTime
    }

    private init(action: String, pid: Int32, time: Double) {
        self.action = action
        self.pid = pid
        self.time = time
    }
}
