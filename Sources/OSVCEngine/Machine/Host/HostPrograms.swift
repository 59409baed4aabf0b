/// Programs that osvc runs.
@EngineActor
public protocol HostPrograms: AnyObject {
    /// What every program gets of osvc's own environment.
    var childEnvironment: [String: String] { get set }
    /// What it is told of the service it runs for, `OPENSVC_…`; goes before `childEnvironment`.
    var serviceEnvironment: [String: String] { get set }
    /// Records every program that `run` starts; nil: nothing does.
    var callKeeper: (any CallKeeper)? { get set }
    /// Reports programs that others may change; nil: nothing does.
    var programTrust: ProgramTrust? { get set }

    /// The full path of a program; nil: it is not installed. A name with a slash is only checked.
    func findProgram(_ name: String) -> String?
    /// Runs a program and waits for its exit, never for the end of its output: a process that it leaves behind
    /// may hold its output open. A non-zero exit is a result, not an error.
    func run(_ command: Command) async throws(HostError) -> CommandResult
    /// Starts a program that stays, in a session of its own, and returns once it was executed.
    func spawn(_ command: Command) async throws(HostError) -> StartedProcess
    /// How a program that `spawn` started ended: its exit code, or 128 plus the signal. Nil: it runs, or the
    /// end is not known.
    func ending(of pid: Int32) -> Int32?

    /// Sends TERM to every program that `run` waits for. For an osvc that is about to end.
    func endAll()
    /// Sends KILL to every program that `run` waits for.
    func killAll()
    /// Blocks until each of them has exited, for at most that long.
    func awaitAll(within limit: Duration)
}

extension HostPrograms {
    /// A machine that runs no programs itself needs no judge of them.
    public var programTrust: ProgramTrust? {
        get { nil }
        set {}
    }

    public func ending(of pid: Int32) -> Int32? { nil }
    public func endAll() {}
    public func killAll() {}
    public func awaitAll(within limit: Duration) {}
}

/// Records which programs are running, so that the next osvc knows after a crash.
@EngineActor
public protocol CallKeeper: AnyObject, Sendable {
    /// A program is about to be started with this mark in its environment. Throws `.malformed` when it cannot be
    /// recorded and must be: it is then not run.
    func calling(_ mark: String, _ command: Command) throws(HostError)
    /// The program runs.
    func called(_ mark: String, pid: Int32, startTime: UInt64)
    /// The program has ended, or could not be started.
    func returned(_ mark: String)
    /// A call of a script has ended (`Command.scriptCall`): the programs that it started are now on their own.
    func ended(_ scriptCall: String)
}

/// A program that was started to stay.
public struct StartedProcess: Sendable, Equatable {
    public var pid: Int32
    /// Clock ticks after boot; nil: not known.
    public var startTime: UInt64?

    public init(pid: Int32, startTime: UInt64?) {
        self.pid = pid
        self.startTime = startTime
    }
}
