/// Processes, whoever started them.
@EngineActor
public protocol HostProcesses {
    /// Every process, by pid, without those that have ended and are not yet reaped.
    func processes() throws(HostError) -> [ProcessEntry]
    /// One process, without reading the others; nil: no process has this pid.
    func process(_ pid: Int32) throws(HostError) -> ProcessEntry?
    /// The processes whose environment has the variable, as they were at most `age` ago.
    func processes(with variable: String, within age: Duration) throws(HostError) -> [ProcessEntry]
    /// Whether a process that an osvc made, which is gone, is not yet the program that it is to be. Neither
    /// its arguments nor its environment tell what that is.
    func areProgramsStarting() -> Bool
    func signal(_ signal: Int32, to target: SignalTarget) throws(HostError)
}

extension HostProcesses {
    public func processes(with variable: String, within age: Duration) throws(HostError)
        -> [ProcessEntry]
    {
        try processes().filter { $0.environment.contains { $0.hasPrefix("\(variable)=") } }
    }
}

/// The receiver of a signal.
public enum SignalTarget: Sendable, Equatable {
    case process(Int32)
    /// The process group that the process leads.
    case group(Int32)
}

/// A process as /proc shows it.
public struct ProcessEntry: Sendable, Equatable {
    public var pid: Int32
    public var parent: Int32
    public var group: Int32
    public var session: Int32
    /// The user that it runs as.
    public var user: UInt32
    /// The path of its program; nil when it cannot be read.
    public var executable: String?
    /// At most 64 KiB of them.
    public var arguments: [String]
    /// Those `NAME=value` strings that osvc sets (`OPENSVC_…`, `OSVC_…`); empty when they cannot be read.
    public var environment: [String]
    /// Clock ticks after boot: with the pid it identifies the process for good.
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
