internal import Glibc
internal import OSVCEngine

extension ContextMethod {
    private static let pidFileSchema = OptionSchema([
        Option("exe", .path, "What it must be: its executable, or the script that it runs.")
    ])
    private static let processSchema = OptionSchema([
        Option("exe", .path, "Their executable, or the script that they run."),
        Option("user", .integer(0...Int(UInt32.max)), "The number of the user."),
    ])

    static let reading: [ContextMethod] = [
        ContextMethod(
            "stat",
            "(path)",
            "A file, links followed: type, size, mode, owner, mtime; nil if it does not exist."
        ) { context, call throws(LuaError) in
            let path = try path(call, "stat")
            let info = try asked("stat") { () throws(HostError) in
                try context.session.host?.fileInfo(path)
            }
            guard let info else { return .value(.nil) }
            let type =
                switch info.kind {
                case .file: "file"
                case .directory: "directory"
                case .blockDevice: "block"
                case .other: "other"
                }
            return .value(
                .table(
                    LuaTable(fields: [
                        "type": .text(type),
                        "size": .integer(info.size),
                        "mode": .integer(Int(info.mode)),
                        "owner": .integer(Int(info.owner)),
                        "mtime": .number(info.modified),
                    ])
                )
            )
        },
        ContextMethod(
            "read_file",
            "(path, max=\"1M\")",
            "The bytes of a file; nil if it does not exist. More than max, at most 16M, is an error."
        ) { context, call throws(LuaError) in
            let path = try path(call, "read_file")
            let limit =
                try call.isNil(3)
                ? 1 << 20
                : ValueReader.wrap("read_file: max", call.value(3), ValueReader.size)
            guard limit <= fileLimit else {
                throw LuaError(.type, "read_file: max: \(limit) is more than \(fileLimit)")
            }
            let bytes = try asked("read_file") { () throws(HostError) in
                try context.session.host?.readFile(path, limit: limit)
            }
            return .value(bytes.map(LuaValue.string) ?? .nil)
        },
        ContextMethod(
            "glob",
            "(pattern)",
            "The paths that match, sorted; * and ? do not match a slash."
        ) { context, call throws(LuaError) in
            let pattern = try path(call, "glob")
            let host = try context.host
            let paths = try asked("glob") { () throws(HostError) in
                try PathGlob(pattern).paths(on: host)
            }
            guard let paths else {
                throw LuaError(.lua, "glob: '\(pattern)' matches too many paths")
            }
            return .value(.table(LuaTable(list: paths.map(LuaValue.text))))
        },
        ContextMethod(
            "readlink",
            "(path)",
            "The target of a symbolic link; nil if the path is not a link."
        ) { context, call throws(LuaError) in
            let path = try path(call, "readlink")
            let target = try asked("readlink") { () throws(HostError) in
                try context.session.host?.readLink(path)
            }
            return .value(target.map(LuaValue.text) ?? .nil)
        },
        ContextMethod(
            "pidfile",
            "(path, { exe= })",
            "The pid in the file when such a process lives; else nil.",
            options: pidFileSchema
        ) { context, call throws(LuaError) in
            let path = try path(call, "pidfile")
            let program =
                try call.isNil(3)
                ? nil : Options(call.value(3), pidFileSchema, of: "pidfile").text("exe")
            let host = try context.host
            let found = try asked("pidfile") { () throws(HostError) in
                try process(inPIDFile: path, program, host)
            }
            return .value(found.map { .integer(Int($0.pid)) } ?? .nil)
        },
        ContextMethod(
            "procs",
            "{ exe=, user= }",
            "The processes of a program or a user: pid, ppid, exe, args, user.",
            options: processSchema
        ) { context, call throws(LuaError) in
            let options = try Options(call.value(2), processSchema, of: "procs")
            let host = try context.host
            let all = try asked("procs") { () throws(HostError) in try host.processes() }
            let user = options.integer("user").map(UInt32.init)
            let trusted = Set([user].compactMap(\.self))
            let found = all.filter { process in
                process.isAlive && user.map { $0 == process.user } ?? true
                    && options.text("exe").map {
                        host.isRunning($0, in: process, trusting: trusted)
                    } ?? true
            }
            return .value(.table(LuaTable(list: found.map(value))))
        },
    ]

    /// The maximum size of a file that a script reads, in bytes: it is copied twice.
    private static let fileLimit = 16 << 20

    // MARK: What they share

    static func path(_ call: LuaCall, _ name: String) throws(LuaError) -> String {
        try ValueReader.wrap(name, try call.value(2), ValueReader.path)
    }

    /// An error of the machine becomes an error of the script.
    @EngineActor
    static func asked<Answer>(
        _ name: String,
        _ ask: @EngineActor () throws(HostError) -> Answer
    ) throws(LuaError) -> Answer {
        do throws(HostError) {
            return try ask()
        } catch {
            throw LuaError(.lua, "\(name): \(error)")
        }
    }

    @EngineActor
    private static func process(
        inPIDFile path: String,
        _ program: String?,
        _ host: any Host
    ) throws(HostError) -> ProcessEntry? {
        guard let bytes = try host.fileStart(path, limit: 4096),
            let record = DaemonRecord(String(decoding: bytes, as: UTF8.self)), record.mayBeService,
            let process = try host.process(record.pid), process.isAlive,
            program.map({ host.isRunning($0, in: process) }) ?? true
        else { return nil }
        return process
    }

    private static func value(_ process: ProcessEntry) -> LuaValue {
        var fields: [String: LuaValue] = [
            "pid": .integer(Int(process.pid)),
            "ppid": .integer(Int(process.parent)),
            "user": .integer(Int(process.user)),
            "args": .table(LuaTable(list: process.arguments.map(LuaValue.text))),
        ]
        fields["exe"] = process.executable.map(LuaValue.text)
        return .table(LuaTable(fields: fields))
    }
}

/// A pattern over paths: each component is a pattern over names.
struct PathGlob {
    /// The maximum number of paths that one pattern may find on the way.
    private static let limit = 20_000

    private let parts: [String]

    init(_ pattern: String) {
        parts = pattern.pathParts
    }

    /// The existing paths that match, sorted; nil: too many. Names that begin with a dot match only a pattern
    /// that does.
    @EngineActor
    func paths(on host: any Host) throws(HostError) -> [String]? {
        var found = [""]
        for part in parts {
            var next: [String] = []
            for directory in found {
                next += try names(part, in: directory, host).map { "\(directory)/\($0)" }
                guard next.count <= Self.limit else { return nil }
            }
            found = next
        }
        return found.filter { !$0.isEmpty }.sortedByBytes()
    }

    @EngineActor
    private func names(
        _ part: String,
        in directory: String,
        _ host: any Host
    ) throws(HostError) -> [String] {
        guard Glob.isPattern(part) else {
            let path = "\(directory)/\(part)"
            if try host.fileInfo(path) != nil { return [part] }
            return try host.readLink(path) == nil ? [] : [part]
        }
        let glob = Glob(part)
        let whole = directory.isEmpty ? "/" : directory
        let names: [String]
        do throws(HostError) {
            names = try host.directory(whole) ?? []
        } catch .system(_, _, errno: ENOTDIR) {
            return []
        }
        return names.filter { name in
            (!name.begins(".") || part.begins(".")) && glob.matches(name)
        }
    }
}
