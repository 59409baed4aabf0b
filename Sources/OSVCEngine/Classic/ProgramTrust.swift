/// Tells of programs that somebody else may change, whatever runs them: launchers, daemons, checks,
/// triggers, hooks (decisions.md 52).
///
/// A program, a directory on the way to it, or on the way of a link to it, that group or others may write
/// to, or that belongs to neither root nor who runs osvc, is told as a warning, once an action. Its owner
/// may be whom the program runs as. Where `node.conf` says `[node] strict = true` a start is refused.
@EngineActor
public final class ProgramTrust {
    private let host: any Host
    private let configuration: String
    private let tell: (String) -> Void
    /// Whether what is found refuses the program.
    private let isRefusing: Bool
    private var judges: [UInt32?: LauncherTrust] = [:]
    private var told: Set<String> = []

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
        configuration = "\(layout.etc)/node.conf"
        isRefusing =
            isStarting && EnvNode.believed(configuration, host).map(EnvNode.isStrict) == true
    }

    /// Tells what is wrong with the program of a command. The text: it is refused, and why.
    public func judge(_ command: Command) -> String? {
        var refusal: String?
        for problem in problems(of: command) {
            if isRefusing {
                refusal = refusal ?? "\(problem) (strict = true in \(configuration))"
            } else if told.insert(problem).inserted {
                tell(problem)
            }
        }
        return refusal
    }

    /// The same of every program that a service names; those that are not there yet are judged when they run.
    public func judge(_ service: Service) -> String? {
        service.programs.lazy.compactMap { self.judge($0) }.first
    }

    /// What is wrong, a sentence each. What cannot be looked at is not there to be run.
    func problems(of command: Command) -> [String] {
        let user = command.user.flatMap { try? host.userID(of: $0) }
        let judge = judges[user] ?? LauncherTrust(host, configuration: configuration, runsAs: user)
        judges[user] = judge
        return files(of: command).compactMap { path in
            guard let info = (try? host.fileInfo(path)) ?? nil, info.kind == .file,
                let real = host.realPath(path),
                let fault = (try? judge.fault(of: path, at: real, info)) ?? nil
            else { return nil }
            return "\(path) may be changed by others than root: \(fault)"
        }
    }

    /// The program, and what it interprets.
    private func files(of command: Command) -> [String] {
        guard let name = command.arguments.first, !name.isEmpty else { return [] }
        let found: String? =
            if name.isAbsolutePath {
                name
            } else if name.hasSlash {
                "\(command.directory)/\(name)"
            } else {
                host.findProgram(name)
            }
        var files = found.map { [$0] } ?? []
        let isInterpreter = Self.interpreters.contains(name.fileName)
        if isInterpreter, let script = command.arguments.dropFirst().first(where: \.isAbsolutePath)
        {
            files.append(script)
        }
        return files
    }
}

extension Service {
    /// Every program that the service names itself.
    var programs: [Command] {
        var all = triggers.compactMap(\.program)
        for resource in resources {
            all += resource.triggers.compactMap(\.program)
            guard let application = resource.driver as? Application else { continue }
            all += application.launchers.flatMap(\.programs)
        }
        return all
    }

    /// Programs that somebody else may change, for `osvc check`.
    @EngineActor
    public func programProblems(on host: any Host) -> [String] {
        let trust = ProgramTrust(host, in: Layout(root: facts.root), isStarting: false) { _ in }
        var seen: Set<String> = []
        return programs.flatMap { trust.problems(of: $0) }.filter { seen.insert($0).inserted }
    }
}

extension Trigger {
    fileprivate var program: Command? {
        guard case .program(let arguments) = work else { return nil }
        return Command(arguments)
    }
}

extension Launcher {
    fileprivate var programs: [Command] {
        var lists = daemon.map { [$0.command] } ?? []
        for method in methods.values {
            switch method {
            case .program(let arguments): lists.append(arguments)
            case .check(let check): lists += check.programs
            case .script, .daemon: break
            }
        }
        return lists.map { Command($0, directory: directory ?? "/", user: user, group: group) }
    }
}

extension Check {
    fileprivate var programs: [[String]] {
        switch self {
        case .program(let arguments, _): [arguments]
        case .all(let checks), .any(let checks): checks.flatMap(\.programs)
        default: []
        }
    }
}
