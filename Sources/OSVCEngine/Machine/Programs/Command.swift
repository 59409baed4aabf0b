/// A program to run: its arguments as a list, never a shell line.
public struct Command: Sendable, Equatable {
    /// How the call appears in the service's log (classic-actions.md section 7).
    public enum Logging: Sendable, Equatable {
        /// The command line at INFO, then its output; errors at ERROR.
        case normal
        /// As `normal`, but an exit code other than 0 is an error in the log even if it is accepted.
        case exactly
        /// As `exactly`, with failures at WARNING.
        case exactlyWarn
        /// As `normal`, with failures at WARNING.
        case failuresWarn
        /// As `normal`, with failures at INFO.
        case failuresInform
        /// Nothing above DEBUG.
        case quiet
    }

    /// Where the program's standard output and error go.
    public enum Output: Sendable, Equatable {
        /// Both are returned to the caller, up to `Command.outputLimit` bytes each.
        case capture
        /// Both go to a file, which is truncated first unless `append`.
        case file(String, append: Bool)
        /// Both go to those of osvc.
        case inherit
    }

    /// The program and its arguments. A program without a slash is looked up in `LinuxHost.searchPath`.
    public var arguments: [String]
    /// Variables in addition to those of the host; they take precedence.
    public var environment: [String: String]
    /// The working directory, an absolute path.
    public var directory: String
    /// The user that runs the program, by name or number; nil: that of osvc. Only root can change it.
    public var user: String?
    /// The group that runs the program, by name or number; nil: the user's group.
    public var group: String?
    /// The bytes of its standard input; nil: `/dev/null`.
    public var input: [UInt8]?
    /// Where its output and errors go.
    public var output: Output
    /// How long it may run; nil: no limit. At the limit its group gets TERM, and KILL after `killAfter`.
    public var limit: Duration?
    /// The time between TERM and KILL.
    public var killAfter: Duration
    /// How long it may write nothing to its captured output before it is ended as at its limit; nil: no limit.
    public var silence: Duration?
    /// The exit codes that count as success for a step.
    public var accepting: Set<Int32>
    /// How the call appears in the service's log.
    public var logging: Logging
    /// The bytes that are kept of each captured stream; of a longer one the first and the last half.
    public var outputLimit: Int

    public init(
        _ arguments: [String],
        environment: [String: String] = [:],
        directory: String = "/",
        user: String? = nil,
        group: String? = nil,
        input: [UInt8]? = nil,
        output: Output = .capture,
        limit: Duration? = nil,
        killAfter: Duration = .seconds(10),
        accepting: Set<Int32> = [0],
        logging: Logging = .normal,
        outputLimit: Int = 256 * 1024
    ) {
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.user = user
        self.group = group
        self.input = input
        self.output = output
        self.limit = limit
        self.killAfter = killAfter
        self.accepting = accepting
        self.logging = logging
        self.outputLimit = outputLimit
    }

    /// Whether only the osvc that runs it may end it. After a crash the next osvc leaves it running: an fsck
    /// that is interrupted leaves damage.
    public var isNeverEnded = false
    /// Whether the program gets only `environment`, PATH, LANG and its mark: nothing of the host's variables.
    public var hasOwnEnvironment = false
    /// The script's call that starts the program with `ctx:spawn`; nil: no script starts it. While that call
    /// lasts, the journal has the program as unfinished.
    public var scriptCall: String?

    /// The arguments joined by blanks, for logs. An administrator can usually repeat the line.
    public var line: String { arguments.joined(separator: " ") }
}

/// How a program ended, and its captured output.
public struct CommandResult: Sendable, Equatable {
    /// The exit code; 128 + signal when a signal ended it; 124 when its limit did.
    public var code: Int32
    /// The signal that ended it; nil: it exited.
    public var signal: Int32?
    /// Whether it was ended at its limit, by `limit` or `silence`.
    public var timedOut: Bool
    /// Its captured output; empty when it was not captured.
    public var standardOutput: [UInt8]
    /// Its captured error output; empty when it was not captured.
    public var standardError: [UInt8]
    /// Whether bytes of either stream were dropped.
    public var truncated: Bool
    /// The time from its start to its end.
    public var elapsed: Duration

    public init(
        code: Int32,
        signal: Int32? = nil,
        timedOut: Bool = false,
        standardOutput: [UInt8] = [],
        standardError: [UInt8] = [],
        truncated: Bool = false,
        elapsed: Duration = .zero
    ) {
        self.code = code
        self.signal = signal
        self.timedOut = timedOut
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.truncated = truncated
        self.elapsed = elapsed
    }

    /// How the program ended, for messages: `exited 3`, `ended by signal 9`.
    var ending: String { signal.map { "ended by signal \($0)" } ?? "exited \(code)" }
    /// The output as text for people and logs; invalid UTF-8 is shown as U+FFFD.
    public var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
    /// The error output as text for people and logs; invalid UTF-8 is shown as U+FFFD.
    public var errorText: String { String(decoding: standardError, as: UTF8.self) }
}
