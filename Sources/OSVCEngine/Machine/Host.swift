/// Every question and order the engine has for the machine: the seam that tests replace.
///
/// `LinuxHost` is the real one. Answers that cannot change while nothing acts (mounts, interfaces) may be
/// kept; `forget` drops them, and every order of this protocol does so itself.
@EngineActor
public protocol Host: AnyObject, Sendable {
    var nodeName: String { get }
    var userID: UInt32 { get }

    // MARK: Questions

    /// The mount table of this mount namespace, in mount order.
    func mounts() throws(HostError) -> [MountEntry]
    func interfaces() throws(HostError) -> [NetworkInterface]
    func loopDevices() throws(HostError) -> [LoopDevice]
    /// What is at a path, following links; nil: nothing.
    func fileInfo(_ path: String) throws(HostError) -> FileInfo?
    /// The whole of a file; nil: it does not exist. Throws beyond `limit` bytes.
    func readFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The same of a file that nobody but root and the caller could have written; nil: there is none. What
    /// osvc believes of its own state is read this way; no link is followed to it.
    func readOwnFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]?
    /// The path with every link followed; nil: nothing is there.
    func realPath(_ path: String) -> String?
    /// What a symbolic link says, unfollowed; nil: there is no link at the path.
    func readLink(_ path: String) throws(HostError) -> String?
    /// The names in a directory, sorted; nil: there is none.
    func directory(_ path: String) throws(HostError) -> [String]?
    func processes() throws(HostError) -> [ProcessEntry]
    /// One process, without reading the others; nil: there is none with this pid.
    func process(_ pid: Int32) throws(HostError) -> ProcessEntry?
    /// The processes whose environment has the variable, as they were at most `age` ago.
    func processes(with variable: String, within age: Duration) throws(HostError) -> [ProcessEntry]
    /// How a program that `spawn` started ended: its exit code, or 128 and its signal. Nil: it runs, or
    /// that is not known.
    func ending(of pid: Int32) -> Int32?
    /// Whether the file system at a mount point takes writes, as far as can be told without one: a write
    /// to a frozen file system waits until it is thawed, and nothing ends the wait.
    func isWritable(below mountPoint: String) -> Bool
    /// The full path of a program; nil: not installed. A name with a slash is only checked.
    func findProgram(_ name: String) -> String?
    /// The addresses of a name: itself, `/etc/hosts`, then what the system's name service says.
    func resolve(_ name: String) async throws(HostError) -> [IPAddress]
    /// Whether any other machine answers to the address on the link of `device`.
    func answers(_ address: IPAddress, on device: String, within limit: Duration)
        async
        throws(HostError) -> Bool
    /// Whether a TCP connection is accepted.
    func connects(to address: String, port: Int, within limit: Duration) async throws(HostError)
        -> Bool
    /// The wall clock, seconds since 1970.
    func now() -> Double
    /// Time since some moment before osvc was started; unlike the wall clock it never jumps.
    func uptime() -> Duration

    // MARK: Orders

    /// Runs a program and waits for its exit, never for the end of its output: what it leaves behind
    /// may hold its output open. A non-zero exit is a result, not an error.
    func run(_ command: Command) async throws(HostError) -> CommandResult
    /// Starts a program that stays, in its own session, and returns once it was executed.
    func spawn(_ command: Command) async throws(HostError) -> StartedProcess
    func signal(_ signal: Int32, to target: SignalTarget) throws(HostError)
    /// TERM, and KILL, to every program that `run` waits for. For an osvc that is about to end.
    func endAll()
    func killAll()
    /// Stands still until each of those has exited, or for that long.
    func awaitAll(within limit: Duration)
    func makeDirectory(_ path: String) throws(HostError)
    /// Replaces a file whole: temporary file beside it, synced, renamed, directory synced.
    func writeFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError)
    func removeFile(_ path: String) throws(HostError)
    /// Makes a symbolic link; the path must be free.
    func makeLink(to target: String, at path: String) throws(HostError)
    /// Sends what tells neighbours that the address moved here.
    func announce(_ address: IPAddress, on device: String) throws(HostError)
    /// Ends every process that uses the file system (as `fuser -km`), and says who was.
    func killUsers(of mountPoint: String) async throws(HostError) -> [ProcessEntry]
    /// Ends the freeze of a file system (fsfreeze(8)). False: it was not frozen, or is still.
    func thaw(_ mountPoint: String) async throws(HostError) -> Bool
    func sleep(_ time: Duration) async throws(HostError)

    // MARK: Scripts and the environment

    /// What every program that this host runs is given of osvc's own surroundings.
    var childEnvironment: [String: String] { get set }
    /// What it is told of the service it runs for, `OPENSVC_…`; goes before `childEnvironment`.
    var serviceEnvironment: [String: String] { get set }
    /// What is told of every program that `run` starts.
    var callKeeper: (any CallKeeper)? { get set }
    /// Who tells of programs that others may change; nil: nobody.
    var programTrust: ProgramTrust? { get set }
    /// What calls the functions of scripts.
    var scripts: any ScriptRunner { get }
    /// Drops what was kept of the machine's state.
    func forget()
}

extension Host {
    /// A machine that runs no programs itself needs nobody.
    public var programTrust: ProgramTrust? {
        get { nil }
        set {}
    }

    public func endAll() {}
    public func killAll() {}
    public func awaitAll(within limit: Duration) {}

    public func thaw(_ mountPoint: String) async throws(HostError) -> Bool { false }

    public func processes(with variable: String, within age: Duration) throws(HostError)
        -> [ProcessEntry]
    {
        try processes().filter { $0.environment.contains { $0.hasPrefix("\(variable)=") } }
    }

    public func ending(of pid: Int32) -> Int32? { nil }
}

/// Notes which programs are being run, so that a crash leaves word of them.
@EngineActor
public protocol CallKeeper: AnyObject, Sendable {
    /// A program is about to be started with this mark in its environment.
    func calling(_ mark: String, _ command: Command)
    /// It runs.
    func called(_ mark: String, pid: Int32, startTime: UInt64)
    /// It has ended, or could not be started.
    func returned(_ mark: String)
    /// A call of a script has ended (`Command.scriptCall`): the programs that it left are now on their own.
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

/// To whom a signal goes.
public enum SignalTarget: Sendable, Equatable {
    case process(Int32)
    /// The process group that the process leads.
    case group(Int32)
}

/// One line of the mount table.
public struct MountEntry: Sendable, Equatable {
    /// What is mounted: `/dev/loop0`, `tmpfs`.
    public var source: String
    /// The directory within the source's file system that is mounted; `/` but for bind mounts.
    public var root: String
    public var mountPoint: String
    public var type: String
    /// Whether the mount or its file system has the option `ro`.
    public var isReadOnly: Bool
    public var device: DeviceNumber

    public init(
        source: String,
        root: String = "/",
        mountPoint: String,
        type: String,
        isReadOnly: Bool = false,
        device: DeviceNumber = DeviceNumber(major: 0, minor: 0)
    ) {
        self.source = source
        self.root = root
        self.mountPoint = mountPoint
        self.type = type
        self.isReadOnly = isReadOnly
        self.device = device
    }
}

public struct DeviceNumber: Sendable, Hashable {
    public var major: Int
    public var minor: Int

    public init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }
}

public struct NetworkInterface: Sendable, Equatable {
    public struct Address: Sendable, Equatable {
        public var address: IPAddress
        public var prefixLength: Int
        /// The name shown by old tools: `eth0:1`.
        public var label: String?

        public init(_ address: IPAddress, prefixLength: Int, label: String? = nil) {
            self.address = address
            self.prefixLength = prefixLength
            self.label = label
        }
    }

    public var name: String
    public var isUp: Bool
    public var addresses: [Address]

    public init(name: String, isUp: Bool, addresses: [Address] = []) {
        self.name = name
        self.isUp = isUp
        self.addresses = addresses
    }
}

public struct LoopDevice: Sendable, Equatable {
    /// `/dev/loop0`.
    public var path: String
    /// The file behind it, as the kernel names it.
    public var file: String

    public init(path: String, file: String) {
        self.path = path
        self.file = file
    }
}

public struct FileInfo: Sendable, Equatable {
    public enum Kind: Sendable {
        case file, directory, blockDevice, other
    }

    public var kind: Kind
    public var size: Int
    public var owner: UInt32
    public var mode: UInt32
    /// Seconds since 1970.
    public var modified: Double
    /// Of a device file: what it stands for. Else the device that holds the file.
    public var device: DeviceNumber

    public init(
        kind: Kind,
        size: Int = 0,
        owner: UInt32 = 0,
        mode: UInt32 = 0o644,
        modified: Double = 0,
        device: DeviceNumber = DeviceNumber(major: 0, minor: 0)
    ) {
        self.kind = kind
        self.size = size
        self.owner = owner
        self.mode = mode
        self.modified = modified
        self.device = device
    }
}

/// A process as /proc shows it.
public struct ProcessEntry: Sendable, Equatable {
    public var pid: Int32
    public var parent: Int32
    public var group: Int32
    public var session: Int32
    public var user: UInt32
    /// The path of its program; nil when it cannot be read.
    public var executable: String?
    public var arguments: [String]
    /// `NAME=value` strings; empty when they cannot be read.
    public var environment: [String]
    /// Clock ticks after boot: with the pid it names the process for good.
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

/// What the machine refused. `errno` values keep their number.
public enum HostError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A system call on something failed: `open /srv/x: No such file or directory`.
    case system(call: String, subject: String, errno: Int32)
    /// The program is not in the search path or not executable.
    case programMissing(String)
    /// The program could not be executed.
    case cannotExecute(String, errno: Int32)
    case unknownUser(String)
    case tooLarge(path: String, limit: Int)
    case malformed(subject: String, problem: String)
    /// The action was interrupted by a signal.
    case cancelled

    public var description: String {
        switch self {
        case .system(let call, let subject, let number):
            "\(call) \(subject): \(errorText(number))"
        case .programMissing(let name):
            "\(name) does not exist or not in path or is not executable"
        case .cannotExecute(let path, let number):
            "\(path) execution error (\(errorText(number)))"
        case .unknownUser(let name): "there is no user or group '\(name)'"
        case .tooLarge(let path, let limit): "\(path): larger than \(limit) bytes"
        case .malformed(let subject, let problem): "\(subject): \(problem)"
        case .cancelled: "interrupted by signal"
        }
    }
}
