/// Tells of programs that somebody else may change, whatever runs them: launchers, daemons, checks,
/// triggers, hooks (decisions.md 52).
///
/// A program, a directory on the way to it, or on the way of a link to it, that group or others may write
/// to, or that belongs to neither root nor who runs osvc, is told as a warning, once an action. Its owner
/// may be whom the program runs as. Where `node.conf` says `[node] strict = true` a start is refused.
@EngineActor
public final class ProgramTrust {
    private let host: any Host
    private let layout: Layout
    private let tell: (String) -> Void
    /// Whether what is found refuses the program.
    private let isRefusing: Bool
    /// While something is brought down nothing is refused: a stop must always be possible.
    public var isGoingDown = false
    private var judges: [UInt32?: LauncherTrust] = [:]
    private var told: Set<String> = []
    /// Where programs that were in order really lie: only root could move them since.
    private var places: [PathKey: String] = [:]
    /// The interpreters that scripts name, by the script's path.
    private var shebangs: [PathKey: [String]] = [:]

    /// What runs the program that its next argument names.
    private static let interpreters: Set<String> = [
        "sh", "bash", "dash", "ksh", "zsh", "busybox", "env", "nohup", "nice", "ionice", "setsid",
        "timeout",
        "perl", "python", "python2", "python3", "ruby", "lua", "php", "tclsh", "node", "java",
        "setpriv", "runuser", "su", "sudo", "chroot", "stdbuf", "taskset", "unshare", "nsenter",
    ]

    /// With `isStarting` what is found is refused where the node is strict.
    public init(
        _ host: any Host,
        in layout: Layout,
        isStarting: Bool,
        tell: @escaping (String) -> Void
    ) {
        self.host = host
        self.tell = tell
        self.layout = layout
        // A file that cannot be read demands nothing.
        isRefusing = isStarting && (try? host.nodeSettings(in: layout))?.isStrict == true
    }

    /// Tells what is wrong with the program of a command. The text: it is refused, and why.
    public func judge(_ command: Command) -> String? {
        var refusal: String?
        for problem in problems(of: command) {
            if isRefusing, !isGoingDown {
                refusal = refusal ?? "\(problem) (strict = true in \(layout.nodeConfiguration))"
            } else if told.insert(problem).inserted {
                tell(problem)
            }
        }
        return refusal
    }

    /// What is wrong, a sentence each. What cannot be looked at is not there to be run.
    func problems(of command: Command) -> [String] {
        let user = command.user.flatMap { try? host.userID(of: $0) }
        let judge = judges[user] ?? LauncherTrust(host, in: layout, runsAs: user)
        judges[user] = judge
        return files(of: command).compactMap { path in
            guard let info = (try? host.fileInfo(path)) ?? nil, info.kind == .file,
                let real = places[PathKey(path)] ?? host.realPath(path)
            else { return nil }
            do {
                guard let fault = try judge.fault(of: path, at: real, info) else {
                    places[PathKey(path)] = real
                    return nil
                }
                return "\(path) may be changed by others than root: \(fault)"
            } catch {
                return nil
            }
        }
    }

    /// The program, what runs it where it is a script, and what it interprets.
    private func files(of command: Command) -> [String] {
        guard let name = command.arguments.first, !name.isEmpty else { return [] }
        let program = name.hasSlash ? path(name, in: command) : host.findProgram(name)
        var files = program.map { [$0] + interpreter(of: $0) } ?? []
        guard Self.interpreters.contains(name.fileName) else { return files }
        let script = command.arguments.dropFirst().prefix(Self.mostWords)
            .map { path($0, in: command) }.first(where: isFile)
        if let script { files += [script] + interpreter(of: script) }
        return files
    }

    /// How many words of a command line are looked at for the script that it interprets.
    private static let mostWords = 16

    private func path(_ name: String, in command: Command) -> String {
        name.isAbsolutePath ? name : "\(command.directory)/\(name)"
    }

    private func isFile(_ path: String) -> Bool {
        ((try? host.fileInfo(path)) ?? nil)?.kind == .file
    }

    /// What the first line of a script (`#!`, execve(2)) names: a program, and where that is one that runs
    /// another, as `env`, the other.
    private func interpreter(of path: String) -> [String] {
        if let known = shebangs[PathKey(path)] { return known }
        let start = (try? host.fileStart(path, limit: Self.shebangLimit)) ?? nil
        let line = String(
            decoding: (start ?? []).prefix { $0 != UInt8(ascii: "\n") },
            as: UTF8.self
        )
        var found: [String] = []
        if line.begins("#!") {
            let words = line.withoutFirst(bytes: 2).split { $0 == " " || $0 == "\t" }.map(
                String.init
            )
            found = words.prefix(1) + words.dropFirst().filter(\.isAbsolutePath)
        }
        shebangs[PathKey(path)] = found
        return found
    }

    /// What the kernel reads of a program's beginning, in bytes.
    private static let shebangLimit = 256
}
