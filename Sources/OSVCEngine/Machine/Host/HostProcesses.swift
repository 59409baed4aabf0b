/// Questions about processes, whoever started them, and signals to them.
@EngineActor
public protocol HostProcesses {
    /// All processes, by pid, without those that have ended and are not yet reaped.
    func processes() throws(HostError) -> [ProcessEntry]
    /// One process, without reading the others; nil: no process has this pid.
    func process(_ pid: Int32) throws(HostError) -> ProcessEntry?
    /// The processes whose environment has the variable, as they were at most `age` ago.
    func processes(with variable: String, within age: Duration) throws(HostError) -> [ProcessEntry]
    /// How long the process has existed, up to one clock tick too much.
    func age(of process: ProcessEntry) -> Duration
    /// Sends a signal. Throws `.system` with ESRCH when no such process exists.
    func signal(_ signal: Int32, to target: SignalTarget) throws(HostError)
}

extension HostProcesses {
    /// Filters `processes()`; nothing is kept, so `age` has no effect.
    public func processes(with variable: String, within age: Duration) throws(HostError)
        -> [ProcessEntry]
    {
        try processes().filter { $0.environment.contains { $0.hasPrefix("\(variable)=") } }
    }
}

/// The receiver of a signal.
public enum SignalTarget: Sendable, Equatable {
    /// The process with this pid.
    case process(Int32)
    /// The process group that the process leads.
    case group(Int32)
}

/// A process as /proc shows it.
public struct ProcessEntry: Sendable, Equatable {
    /// The id of the process.
    public var pid: Int32
    /// The pid of the parent.
    public var parent: Int32
    /// The pid of the leader of its process group.
    public var group: Int32
    /// The pid of the leader of its session.
    public var session: Int32
    /// The number of the user that it runs as: the effective one. The real one where `environment` has anything:
    /// a set-uid program keeps the environment of whoever started it.
    public var user: UInt32
    /// The path of its program; nil when it cannot be read.
    public var executable: String?
    /// The program's name and arguments; of longer command lines the first 64 KiB.
    public var arguments: [String]
    /// The `NAME=value` strings of its environment that osvc sets (`OPENSVC_…`, `OSVC_…`); empty when they
    /// cannot be read.
    public var environment: [String]
    /// When the process began, in clock ticks after boot. With the pid it identifies the process for good.
    public var startTime: UInt64

    public init(
        pid: Int32,
        parent: Int32 = 1,
        group: Int32 = 0,
        session: Int32 = 0,
        user: UInt32 = 0,
        executable: String? = nil,
        arguments: [String] = [],
        environment: [String] = [],
        startTime: UInt64 = 0
    ) {
        self.pid = pid
        self.parent = parent
        self.group = group
        self.session = session
        self.user = user
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.startTime = startTime
    }
}
