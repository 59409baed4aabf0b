/// A function of a script, kept by the part of the program that runs scripts.
///
/// The engine stores it, compares it, shows where it was written, and hands it back to be called.
public struct ScriptReference: Sendable, Hashable {
    public let id: Int
    public let position: SourcePosition

    public init(id: Int, position: SourcePosition) {
        self.id = id
        self.position = position
    }
}

/// One thing a launcher can be asked for.
public enum LauncherAction: String, Sendable, CaseIterable {
    case start, stop, status, info
}

/// A program, or a part of a script, with start, stop, status and info, ordered by number
/// (classic-resources.md section 5, docs/lua.md).
public struct Launcher: Sendable, Equatable {
    /// How one action of the launcher is carried out.
    public enum Method: Sendable, Equatable {
        /// A program with all its arguments, without a shell.
        case program([String])
        /// A function of a script.
        case script(ScriptReference)
        /// A question osvc answers itself; only for `status`.
        case check(Check)
        /// The program that osvc itself keeps as a daemon: starts, ends by signal, finds again.
        case daemon
    }

    public var name: String
    /// Places in the sequences of start (`S`), stop (`K`) and status (`C`), 0 to 99; nil: not part of it.
    public var startOrder: Int?
    public var stopOrder: Int?
    public var statusOrder: Int?
    public var methods: [LauncherAction: Method]
    /// How long an action may take; absent: the limit of the `app` section, then none.
    public var limits: [LauncherAction: Duration]
    public var daemon: Daemon?
    public var user: String?
    public var group: String?
    public var environment: [String: String]
    public var directory: String?
    /// Whether a failed start of this launcher ends the start; nil: as the `app` section says.
    public var onError: OnError?
    /// Whether it is an entry of the service's launcher directory; then `name` is that of the file.
    public var isEntry: Bool
    public var position: SourcePosition

    public init(
        name: String,
        startOrder: Int?,
        stopOrder: Int?,
        statusOrder: Int?,
        methods: [LauncherAction: Method],
        limits: [LauncherAction: Duration] = [:],
        daemon: Daemon? = nil,
        user: String? = nil,
        group: String? = nil,
        environment: [String: String] = [:],
        directory: String? = nil,
        onError: OnError? = nil,
        isEntry: Bool = false,
        position: SourcePosition
    ) {
        self.name = name
        self.startOrder = startOrder
        self.stopOrder = stopOrder
        self.statusOrder = statusOrder
        self.methods = methods
        self.limits = limits
        self.daemon = daemon
        self.user = user
        self.group = group
        self.environment = environment
        self.directory = directory
        self.onError = onError
        self.isEntry = isEntry
        self.position = position
    }

    /// What a failed launcher does to the action (decisions.md 9).
    public enum OnError: String, Sendable {
        case abort
        case `continue`
    }

    /// A program that stays: run in its own session, found again by its pid file, ended by a signal.
    public struct Daemon: Sendable, Equatable {
        /// The program and its arguments.
        public var command: [String]
        /// Where its pid is kept; nil: osvc keeps it under `var/<service>/`.
        public var pidFile: String?
        public var stopSignal: Int32
        /// How long the stop signal may take before KILL goes to the whole group.
        public var stopLimit: Duration
        /// How long it must live before its start has succeeded; nil: 1 s, or no time at all when it has a
        /// status of its own.
        public var life: Duration?
        /// Where its output goes; nil: the launcher's log under `tmp/`.
        public var log: String?

        public init(
            command: [String],
            pidFile: String? = nil,
            stopSignal: Int32 = 15,
            stopLimit: Duration = .seconds(10),
            life: Duration? = nil,
            log: String? = nil
        ) {
            self.command = command
            self.pidFile = pidFile
            self.stopSignal = stopSignal
            self.stopLimit = stopLimit
            self.life = life
            self.log = log
        }
    }
}

/// A question about the machine, written as data so that a plan can print it (docs/lua.md, Checks).
public indirect enum Check: Sendable, Equatable {
    /// The file holds the pid of a live process, whose program is `executable` when given.
    case pidFile(String, executable: String?)
    /// A process runs with this program, these arguments (all of them, in order) and this user.
    case process(executable: String?, arguments: [String]?, user: String?)
    /// Something accepts TCP connections there.
    case tcp(host: String, port: Int, limit: Duration)
    /// The address answers with this HTTP status and, when given, a body in which the Lua pattern occurs.
    case http(url: String, status: Int, body: String?, limit: Duration)
    /// The program exits 0.
    case program([String], limit: Duration)
    case all([Check])
    case any([Check])
}
