internal import Glibc

/// Reads /proc about processes. For a process that is gone the answer is nil or empty.
enum ProcessTable {
    static func pids() -> [pid_t] {
        guard let names = FileReader.names(in: "/proc") else { return [] }
        return names.compactMap { pid_t($0) }
    }

    /// The variable with this name in the environment of a process, as `NAME=value`; nil: there is none. Only this
    /// part of the environment, which may be megabytes of another user, is copied.
    static func variable(_ name: String, of pid: pid_t) -> [UInt8]? {
        entry(Array("\(name)=".utf8), in: bytes("/proc/\(pid)/environ"))
    }

    /// The target of a link of the process: `exe`, `cwd`.
    static func link(_ name: String, of pid: pid_t) -> String? {
        FileReader.link("/proc/\(pid)/\(name)")
    }

    /// The processes with the variable in their environment. Of other processes only the environment is read.
    static func entries(with variable: String) -> [ProcessEntry] {
        pids().sorted().compactMap { self.variable(variable, of: $0) == nil ? nil : entry($0) }
    }

    /// The variables by which osvc recognizes the programs it ran. A longer value is not osvc's: names are parts of
    /// file names, and only an osvc that runs below many others has a long mark.
    private static func marks(in environment: [UInt8]) -> [String] {
        markStarts.compactMap { entry($0, in: environment) }.filter { $0.count <= longestMark }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    private static let markStarts = [
        "OPENSVC_SVCNAME", CallMark.launcherVariable, CallMark.variable,
    ]
    .map { Array("\($0)=".utf8) }

    /// The first of the strings, each of which ends with NUL, that begins with `start`.
    private static func entry(_ start: [UInt8], in strings: [UInt8]) -> [UInt8]? {
        strings.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var place = 0
            while place < bytes.count {
                let found = memchr(base + place, 0, bytes.count - place)
                let end = found.map { UnsafeRawPointer($0) - base } ?? bytes.count
                if bytes[place..<end].starts(with: start) { return Array(bytes[place..<end]) }
                place = end + 1
            }
            return nil
        }
    }

    /// Bytes.
    private static let longestMark = 4096
    /// Bytes and words; of a longer command line only the beginning is kept.
    private static let (longestLine, mostWords) = (64 * 1024, 1024)

    private static func words(of pid: pid_t) -> [String] {
        let line = bytes("/proc/\(pid)/cmdline").prefix(longestLine)
        return Array(strings(Array(line)).prefix(mostWords))
    }

    /// Splits bytes into strings that each end with NUL.
    static func strings(_ bytes: [UInt8]) -> [String] {
        var parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.map { String(decoding: $0, as: UTF8.self) }
    }

    static func entry(_ pid: pid_t) -> ProcessEntry? {
        guard let status = ProcessStat(of: pid), !status.isDead else { return nil }
        var info = stat()
        guard stat("/proc/\(pid)", &info) == 0 else { return nil }
        let marks = marks(in: bytes("/proc/\(pid)/environ"))
        return ProcessEntry(
            pid: pid,
            parent: status.parent,
            group: status.group,
            session: status.session,
            user: (marks.isEmpty ? nil : realUser(of: pid)) ?? info.st_uid,
            executable: link("exe", of: pid),
            arguments: words(of: pid),
            environment: marks,
            startTime: status.startTime
        )
    }

    /// The first number of the line `Uid:` in `/proc/PID/status`.
    private static func realUser(of pid: pid_t) -> UInt32? {
        let line = bytes("/proc/\(pid)/status").split(separator: UInt8(ascii: "\n"))
            .first { $0.starts(with: "Uid:".utf8) }
        let words = line?.split(separator: UInt8(ascii: "\t"))
        return words?.dropFirst().first.flatMap { UInt32(String(decoding: $0, as: UTF8.self)) }
    }

    /// The process, its parents up to the first of this pid namespace, and pid 1.
    static func ancestors(of pid: pid_t) -> Set<pid_t> {
        var found: Set<pid_t> = [1]
        var next = pid
        // A pid that was reused meanwhile could close a cycle.
        while next > 0, found.insert(next).inserted { next = ProcessStat(of: next)?.parent ?? 0 }
        return found
    }

    private static func bytes(_ path: String) -> [UInt8] {
        // Empty for a process that is gone or belongs to another user.
        (try? FileReader.whole(path, limit: 8 << 20)) ?? []
    }
}

/// The fields of `/proc/PID/stat` that osvc uses (proc(5)).
struct ProcessStat: Equatable {
    var state: UInt8
    var parent: pid_t
    var group: pid_t
    var session: pid_t
    /// When the process began, in clock ticks after boot.
    var startTime: UInt64

    /// Whether it has ended and is not yet reaped.
    var isDead: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

    init?(of pid: pid_t) {
        // The file of a process that is gone does not exist.
        guard let bytes = try? FileReader.whole("/proc/\(pid)/stat", limit: 1 << 16) else {
            return nil
        }
        self.init(bytes)
    }

    /// Parses the line. The program's name, in parentheses, may contain blanks and parentheses: fields are
    /// counted from the last one.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = bytes[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19, let state = fields[0].first,
            let parent = pid_t(String(decoding: fields[1], as: UTF8.self)),
            let group = pid_t(String(decoding: fields[2], as: UTF8.self)),
            let session = pid_t(String(decoding: fields[3], as: UTF8.self)),
            let startTime = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        self.state = state
        self.parent = parent
        self.group = group
        self.session = session
        self.startTime = startTime
    }
}

extension ProcessEntry {
    /// Whether it runs. A process without program and arguments is a zombie or belongs to the kernel.
    public var isAlive: Bool { executable != nil || !arguments.isEmpty }
}
