internal import Glibc

/// What an action did, step by step, so that after a crash the next command can say what was half done.
///
/// One line a record, fields parted by tabs, appended before and after each step: a `kill -9` loses
/// nothing that was written. The file is synced to disk when the action begins and ends and before each
/// step whose effect could outlive a reboot; what a power cut may take is the record of a launcher's run,
/// whose processes it took too. Actions go on from what is observed, once the programs that the journal
/// has under way have ended.
@EngineActor
public final class Journal {
    private let path: String
    private let descriptor: Int32
    /// Told once when records can no longer be written; the action goes on without them.
    private var failed: (StateError) -> Void
    private var isBroken = false
    /// Whether a program that cannot be recorded is not to be run: while something is brought up, which a crash
    /// would leave running unknown to the next action.
    var mustRecord = false

    /// Starts the journal of an action; `tools` of the one before still run, and the next action has to know.
    /// Throws when it cannot be written: nothing has been touched yet.
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

    /// When this process began, in clock ticks after boot: with the pid it names the process.
    private static var ownStart: String {
        ProcessStat(of: getpid()).map { "\($0.startTime)" } ?? ""
    }

    init(path: String, descriptor: Int32, failed: @escaping (StateError) -> Void) {
        self.path = path
        self.descriptor = descriptor
        self.failed = failed
    }

    /// A step is about to be done.
    public func doing(_ step: Step, on resource: ResourceID?, at time: Double) {
        append(["do", Self.stamp(time), resource?.text ?? "-", step.summary])
        if case .launch = step { return }
        guard !isBroken, fdatasync(descriptor) != 0 else { return }
        isBroken = true
        failed(.system(call: "fdatasync", path: path, errno: errno))
    }

    /// The step was done, or failed.
    public func did(_ resource: ResourceID?, failed: Bool) {
        append([failed ? "failed" : "did", resource?.text ?? "-"])
    }

    /// The action is over; after this nothing is reported as interrupted.
    public func end(code: Int32, at time: Double) {
        append(["end", Self.stamp(time), String(code)])
        _ = fdatasync(descriptor)
        close(descriptor)
    }

    /// The action is over, and what an earlier one had under way is not: the next action takes this one for
    /// interrupted, too.
    func leave() {
        close(descriptor)
    }

    /// Whether what was appended is in the file.
    var isWhole: Bool { !isBroken }

    func append(_ fields: [String]) {
        guard !isBroken else { return }
        do {
            try Files.write(Self.line(fields), to: descriptor, path: path)
        } catch {
            isBroken = true
            failed(error)
        }
    }

    private static func line(_ fields: [String]) -> [UInt8] {
        let clean = fields.map { field in
            String(short(field).map { $0 == "\t" || $0.isNewline ? " " : $0 })
        }
        return Array((clean.joined(separator: "\t") + "\n").utf8)
    }

    /// What a field may have in bytes: a line is then whole in the part of a journal that is read.
    private static let fieldLimit = 4096

    private static func short(_ field: String) -> String {
        guard field.utf8.count > fieldLimit else { return field }
        return String(decoding: field.utf8.prefix(fieldLimit), as: UTF8.self) + "..."
    }

    /// Seconds with three decimals; what is before 1970, or no time at all, as 0.
    private static func stamp(_ time: Double) -> String {
        // Fits: the year 9999 has 15 digits of milliseconds.
        let milliseconds = Int(max(0, Instant.clamped(time)) * 1000)
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(fraction)"
    }
}

/// An action that did not come to its end: its process was killed, or the machine went down.
public struct Interruption: Sendable, Equatable {
    public var action: String
    public var pid: Int32
    /// When its process began, in clock ticks after boot; nil: not known.
    var startTime: UInt64?
    /// The last resource that was worked on; nil: none yet.
    public var resource: ResourceID?
    /// The step it was at.
    public var step: String?
    /// When that was, seconds since 1970.
    public var time: Double
    /// The programs that it waited for.
    public var calls = JournalCalls()

    /// Of a journal with more than twice so many bytes only the first and the last are read: some 50,000 programs
    /// in one action.
    private static let partLimit = 16 << 20

    /// What the journal of `service` tells; nil: its last action ended.
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

    /// Reads a journal. A last line without its newline was torn by the crash and does not count.
    public init?(journal text: String) {
        var found: Interruption?
        var rest = Array(text.utf8)[...]
        guard !Self.hasEnded(rest) else { return nil }
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            Self.read(rest[..<end], into: &found)
            rest = rest[(end + 1)...]
        }
        guard let found else { return nil }
        self = found
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

    /// Whether the osvc that wrote the journal still runs. This process may be the one.
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
