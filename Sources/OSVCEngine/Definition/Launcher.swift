/// A function of a script. The `ScriptRunner` keeps the function itself.
///
/// The engine stores and compares references, shows where the function is written, and passes them to be called.
public struct ScriptReference: Sendable, Hashable {
    /// Identifies the function within its `ScriptRunner`.
    public let id: Int
    /// Where the function is written.
    public let position: SourcePosition

    public init(id: Int, position: SourcePosition) {
        self.id = id
        self.position = position
    }
}

/// What a launcher can be asked to do: the raw value is the argument of its program and the keyword in Lua.
public enum LauncherAction: String, Sendable, CaseIterable {
    /// An `info` lists keys and values about the application; the other actions are those of the service.
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
        /// A question that osvc answers itself; only for `status`.
        case check(Check)
        /// The program that osvc runs as a daemon (`Launcher.daemon`): it starts it, finds it again and ends it
        /// by a signal.
        case daemon
    }

    /// The name that logs, pid records and `OPENSVC_LAUNCHER` use; for an entry of the launcher directory, the
    /// file name.
    public var name: String
    /// The place in the start sequence (`S`), 0 to 99; nil: start does not concern it.
    public var startOrder: Int?
    /// The place in the stop sequence (`K`), 0 to 99; nil: stop does not concern it.
    public var stopOrder: Int?
    /// The place in the status sequence (`C`), 0 to 99; nil: status does not concern it.
    public var statusOrder: Int?
    /// How each action is carried out, as the file writes it. `method(for:)` adds what a daemon does by itself.
    public var methods: [LauncherAction: Method]
    /// How long an action may take; without an entry the limit of the `app` section holds, or no limit.
    public var limits: [LauncherAction: Duration]
    /// What runs where a method is `.daemon`; nil for other launchers.
    public var daemon: Daemon?
    /// The user as whom its programs run, by name or number; nil: the user of osvc.
    public var user: String?
    /// The group as which its programs run, by name or number; nil: the group of the user.
    public var group: String?
    /// Variables that its programs get in addition to those of osvc.
    public var environment: [String: String]
    /// The directory in which its programs start; nil: `/`.
    public var directory: String?
    /// What a failed start of this launcher does; nil: what the `app` section says.
    public var onError: OnError?
    /// Whether it is a file of the service's launcher directory, not a launcher of a Lua file.
    public var isEntry: Bool
    /// Where the launcher is written; for an entry of the launcher directory, its file.
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

    /// What a launcher whose start failed does to the start (decisions.md 9).
    public enum OnError: String, Sendable {
        /// The start fails and is rolled back.
        case abort
        /// A warning is logged, and the start goes on.
        case `continue`
    }

    /// A program that keeps running: osvc starts it in its own session, finds it again by its pid, and ends it
    /// by a signal.
    public struct Daemon: Sendable, Equatable {
        /// The program and its arguments.
        public var command: [String]
        /// The file in which the pid is kept for others to read; nil: only osvc's own record has it
        /// (`var/<service>/`).
        public var pidFile: String?
        /// The number of the signal that ends the daemon. Default: 15 (TERM).
        public var stopSignal: Int32
        /// How long the daemon may take to end before the whole group gets KILL. Default: 10 s.
        public var stopLimit: Duration
        /// How long the daemon must live for its start to succeed; nil: 1 s, or no time when the launcher has a
        /// status of its own.
        public var life: Duration?
        /// The file that gets its output; nil: the launcher's log under `tmp/`.
        public var log: String?
        /// The size in bytes from which the log is renamed when the daemon is started. Default: 10 MiB.
        public var logLimit: Int
        /// How many renamed logs are kept, `LOG.1` being the newest. Default: 3.
        public var logsKept: Int

        public init(
            command: [String],
            pidFile: String? = nil,
            stopSignal: Int32 = 15,
            stopLimit: Duration = .seconds(10),
            life: Duration? = nil,
            log: String? = nil,
            logLimit: Int = 10 << 20,
            logsKept: Int = 3
        ) {
            self.command = command
            self.pidFile = pidFile
            self.stopSignal = stopSignal
            self.stopLimit = stopLimit
            self.life = life
            self.log = log
            self.logLimit = logLimit
            self.logsKept = logsKept
        }
    }
}

/// A question about the machine, written as data so that a plan can print it (docs/lua.md, Checks).
public indirect enum Check: Sendable, Equatable {
    /// The file contains the pid of a live process, and `executable`, if given, is its program.
    case pidFile(String, executable: String?)
    /// A process runs with this program, exactly these arguments, and this user; nil: any.
    case process(executable: String?, arguments: [String]?, user: String?)
    /// Something accepts TCP connections at the address within `limit`.
    case tcp(host: String, port: Int, limit: Duration)
    /// The address answers within `limit` with this HTTP status and, if given, a body in which the Lua pattern occurs.
    /// It is asked through `proxy`, or directly if that is nil.
    case http(url: String, status: Int, body: String?, proxy: String?, limit: Duration)
    /// The program exits 0 within `limit`. The codes of one that cannot be executed (126, 127) or that
    /// a signal ended (128 and its number) are no answer.
    case program([String], limit: Duration)
    /// Every one of the checks holds.
    case all([Check])
    /// At least one of the checks holds.
    case any([Check])
}
