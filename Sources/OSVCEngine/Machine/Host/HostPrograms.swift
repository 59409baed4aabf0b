/// The programs that osvc runs.
@EngineActor
public protocol HostPrograms: AnyObject {
    /// The environment that every program gets, from that of osvc.
    var childEnvironment: [String: String] { get set }
    /// The variables about the service that a program runs for, `OPENSVC_…`; they take precedence over
    /// `childEnvironment`.
    var serviceEnvironment: [String: String] { get set }
    /// Records every program that `run` starts; nil: nothing is recorded.
    var callKeeper: (any CallKeeper)? { get set }
    /// Judges programs that others may change; nil: none is judged.
    var programTrust: ProgramTrust? { get set }

    /// The full path of a program; nil: it is not installed. A name with a slash is only checked to be executable.
    func findProgram(_ name: String) -> String?
    /// Runs a program and waits for its exit, not for the end of its output: a process that it leaves behind
    /// may keep its output open. A non-zero exit is a result, not an error.
    ///
    /// Throws when the program is missing, cannot be started or is refused, and `.cancelled` when the task is
    /// cancelled.
    func run(_ command: Command) async throws(HostError) -> CommandResult
    /// Starts a program that keeps running, in a session of its own, and returns once it was executed. Throws
    /// as `run` does.
    func spawn(_ command: Command) async throws(HostError) -> StartedProcess
    /// The end of a program that `spawn` started: its exit code, or 128 plus the signal. Nil: it runs, or its
    /// end is not known.
    func ending(of pid: Int32) -> Int32?

    /// Sends TERM to every program that `run` waits for. Used by an osvc that is about to end.
    func endAll()
    /// Sends KILL to every program that `run` waits for.
    func killAll()
    /// Blocks until each of them has exited, at most for `limit`.
    func awaitAll(within limit: Duration)
}

extension HostPrograms {
    /// The default: a machine that runs no programs needs no judge of them.
    public var programTrust: ProgramTrust? {
        get { nil }
        set {}
    }

    /// The default: not known.
    public func ending(of pid: Int32) -> Int32? { nil }
    /// The default: there is no program to signal.
    public func endAll() {}
    /// The default: there is no program to signal.
    public func killAll() {}
    /// The default: there is no program to wait for.
    public func awaitAll(within limit: Duration) {}
}

/// Records which programs run, so that the next osvc knows them after a crash.
@EngineActor
public protocol CallKeeper: AnyObject, Sendable {
    /// Called before a program is started with this mark in its environment. Returns where its process records
    /// itself; nil: records cannot be written any more. Throws `HostError.notRecorded` when it cannot be recorded and
    /// must be; the program is then not run.
    func calling(_ mark: String, _ command: Command) throws(HostError) -> ProcessNote?
    /// Called when the program has ended, or could not be started.
    func returned(_ mark: String)
    /// Called when a call of a script has ended (`Command.scriptCall`): the programs that it started no longer
    /// belong to it.
    func ended(_ scriptCall: String)
}

/// Where a process records itself before it executes its program: there is no moment in which the program runs and its
/// pid is not recorded, however osvc dies.
public struct ProcessNote {
    /// A file that is open for appending.
    let descriptor: Int32
    /// What precedes the pid and the start time, in clock ticks after boot, in the line that the process writes.
    let start: String
    /// Whether the program must not run when the line cannot be written.
    let isRequired: Bool
    /// Called with the errno when the line could not be written.
    let failed: @EngineActor (Int32) -> Void
}

extension HostError {
    /// The program of a command is not run because the next osvc would not know it after a crash.
    static func notRecorded(_ command: Command) -> HostError {
        .malformed(
            subject: command.arguments.first ?? "",
            problem: "is not run: it cannot be recorded in the journal"
        )
    }
}

/// A program that `spawn` started.
public struct StartedProcess: Sendable, Equatable {
    /// The id of the process, which also leads its session and group.
    public var pid: Int32
    /// When the process began, in clock ticks after boot; nil: not known.
    public var startTime: UInt64?

    public init(pid: Int32, startTime: UInt64?) {
        self.pid = pid
        self.startTime = startTime
    }
}
