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
        var problems: [String] = []
        for file in files(of: command) {
            let problem = problem(of: file.path, user: file.user ?? command.user)
            if let problem, !problems.contains(problem) { problems.append(problem) }
        }
        return problems
    }

    private func problem(of path: String, user: String?) -> String? {
        let user = user.flatMap { try? host.userID(of: $0) }
        let judge = judges[user] ?? LauncherTrust(host, in: layout, runsAs: user)
        judges[user] = judge
        guard let info = (try? host.fileInfo(path)) ?? nil, info.kind == .file,
            let real = places[PathKey(path)] ?? host.realPath(path)
        else { return nil }
        guard let fault = (try? judge.fault(of: path, at: real, info)) ?? nil else {
            places[PathKey(path)] = real
            return nil
        }
        return "\(path) may be changed by others than root: \(fault)"
    }

    /// The program and what it runs, each with what runs it where it is a script.
    private func files(of command: Command) -> [CommandFiles.File] {
        guard let name = command.arguments.first, !name.isEmpty else { return [] }
        let path = name.isAbsolutePath ? name : "\(command.directory)/\(name)"
        let program = name.hasSlash ? path : host.findProgram(name)
        var files = program.map { [CommandFiles.File(path: $0)] } ?? []
        // A stop looks at no path that it can do without: it may be on a server that does not answer.
        if !isGoingDown || CommandFiles.isRunner(name) {
            files += CommandFiles(host, of: command).found
        }
        return files.flatMap { file in
            [file] + interpreter(of: file.path).map { CommandFiles.File(path: $0, user: file.user) }
        }
    }

    /// What the first line of a script names: a program, and where that is one that runs another, as `env`, the
    /// other.
    private func interpreter(of path: String) -> [String] {
        if let known = shebangs[PathKey(path)] { return known }
        let words = Interpreter.words(of: path, on: host)
        let found = words.prefix(1) + words.dropFirst().filter(\.isAbsolutePath)
        shebangs[PathKey(path)] = Array(found)
        return Array(found)
    }
}
