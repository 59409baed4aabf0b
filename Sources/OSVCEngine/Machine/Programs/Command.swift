/// A program to run: its arguments as a list, never a shell line.
public struct Command: Sendable, Equatable {
    /// How the call appears in the service's log (classic-actions.md section 7).
    public enum Logging: Sendable, Equatable {
        /// The command line at INFO, then its output; errors at ERROR.
        case normal
        /// The same; and an exit other than 0 is an error there, accepted or not.
        case exactly
        /// As `exactly`, with failures at WARNING.
        case exactlyWarn
        /// Failures at WARNING, or at INFO.
        case failuresWarn
        case failuresInform
        /// Not at all.
        case quiet
    }

    /// Where the program's standard output and error go.
    public enum Output: Sendable, Equatable {
        /// Kept, up to `Command.outputLimit` bytes each, for the caller.
        case capture
        /// Both to a file; truncated first unless `append`.
        case file(String, append: Bool)
        /// To osvc's own.
        case inherit
    }

    /// The program first. Without a slash it is looked up in `Host.searchPath`.
    public var arguments: [String]
    /// Added to `Host.childEnvironment`.
    public var environment: [String: String]
    public var directory: String
    public var user: String?
    public var group: String?
    /// Bytes for its standard input; nil: `/dev/null`.
    public var input: [UInt8]?
    public var output: Output
    /// How long it may run; nil: without limit. Then TERM to its group, and KILL after `killAfter`.
    public var limit: Duration?
    public var killAfter: Duration
    /// How long it may write nothing to its captured output before it is ended as at its limit; nil: for ever.
    public var silence: Duration?
    /// The exits that count as success for a step.
    public var accepting: Set<Int32>
    public var logging: Logging
    /// Bytes kept of each captured stream: the head and the tail halves of what is longer.
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

    /// Whether nobody may end it in the place of an osvc that was killed: an fsck that dies half way leaves
    /// damage.
    public var isNeverEnded = false
    /// The call of a script that starts a program which stays. While that call lasts, the journal has the
    /// program as unfinished; nil: no script starts it.
    public var scriptCall: String?

    /// The line an administrator can repeat.
    public var line: String { arguments.joined(separator: " ") }
}

/// How a program ended and what it said.
public struct CommandResult: Sendable, Equatable {
    /// The exit code; 128 + signal when a signal ended it; 124 when its limit did.
    public var code: Int32
    public var signal: Int32?
    public var timedOut: Bool
    public var standardOutput: [UInt8]
    public var standardError: [UInt8]
    /// Whether bytes were left out of either stream.
    public var truncated: Bool
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

    /// Output as text for people and logs; bytes that are no UTF-8 are shown as U+FFFD.
    public var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
    public var errorText: String { String(decoding: standardError, as: UTF8.self) }
}
