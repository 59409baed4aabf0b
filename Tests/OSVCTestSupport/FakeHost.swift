public import OSVCEngine
internal import Testing

/// A machine in memory: tables to ask, commands with results told beforehand, a record of every order.
///
/// A command it was not told of fails the test. Nothing has an effect on the tables but what the test
/// attaches to a command (`effect:`) and the obvious ones: files written and removed, loop devices.
///
/// As `LinuxHost` it keeps mounts, interfaces and loop devices until it is told to forget, or an order comes; and
/// after a signal, which cancels the task, it ends a sleep and runs no program.
@EngineActor
public final class FakeHost: Host {
    /// One order of the engine, as it came.
    public enum Order: Sendable, Equatable {
        case run(Command)
        case spawn(Command)
        case signal(Int32, SignalTarget)
        case makeDirectory(String)
        case writeFile(String, String)
        case removeFile(String)
        case makeLink(to: String, at: String)
        case announce(IPAddress, device: String)
        case thaw(String)
        case sleep(Duration)
    }

    // MARK: The machine

    public var nodeName: String
    public var userID: UInt32 = 0
    public var mountTable: [MountEntry] = []
    public var networkInterfaces: [NetworkInterface] = []
    public var loops: [LoopDevice] = []
    /// What is wrong with links, by path.
    public var foreignLinks: [String: String] = [:]
    /// What is at each path; parents need not be there.
    public var files: [String: FakeFile] = [:]
    /// Links: path to target, both absolute. They are followed by every question about paths.
    public var links: [String: String] = [:]
    public var processTable: [ProcessEntry] = []
    /// Mount points below which nothing can be written.
    public var readOnly: Set<String> = []
    /// Mount points of file systems that are frozen.
    public var frozen: Set<String> = []
    /// Programs installed, by name; each is in `/usr/sbin`.
    public var programs: Set<String> = []
    public var names: [String: [IPAddress]] = [:]
    /// Addresses that another machine answers to.
    public var answering: Set<IPAddress> = []
    /// What accepts connections: `127.0.0.1:80`.
    public var listening: Set<String> = []
    /// Seconds since 1970; `sleep` moves it on and returns at once.
    public var time: Double = 1_000_000_000
    public var callKeeper: (any CallKeeper)?
    public var programTrust: ProgramTrust?
    /// How old processes are at the beginning, by pid.
    public var ages: [Int32: Duration] = [:]
    /// How spawned programs ended, by pid.
    public var endings: [Int32: Int32] = [:]
    public var childEnvironment: [String: String] = [:]
    public var serviceEnvironment: [String: String] = [:]
    public let fakeScripts = FakeScripts()
    /// Errors by call, or by call and subject: `mounts`, `readFile /etc/x`.
    public var refusals: [String: HostError] = [:]
    /// The users of mounts, by mount point; of the others those that are in the process table.
    public var users: [String: MountUse] = [:]

    /// What the world does each time that somebody sleeps.
    public var whileSleeping: (@EngineActor (FakeHost) -> Void)?

    /// What the world does when somebody gets a signal.
    public var whileSignalling: (@EngineActor (FakeHost, Int32, SignalTarget) -> Void)?

    /// What the world does right after something was removed.
    public var whileRemoving: (@EngineActor (FakeHost) -> Void)?

    /// The lines of programs that end only after much else has happened.
    public var slow: Set<String> = []

    // MARK: The record

    public private(set) var orders: [Order] = []
    /// Files that were to be rotated: `/x/log from 100 keeping 3`.
    public private(set) var rotations: [String] = []
    var kept = Kept()
    private var told: [String: [Answer]] = [:]
    private var nextPID: Int32 = 1000

    struct Kept {
        var mounts: [MountEntry]?
        var interfaces: [NetworkInterface]?
        var loops: [LoopDevice]?
    }

    struct Answer {
        var result: CommandResult
        var error: HostError?
        var effect: (@EngineActor (FakeHost) -> Void)?
    }

    public init(node: String = "n1") {
        nodeName = node
    }

    /// The lines of all programs run or spawned, in order.
    public var commands: [String] {
        orders.compactMap {
            switch $0 {
            case .run(let command), .spawn(let command): command.line
            default: nil
            }
        }
    }

    public func clearOrders() { orders = [] }

    /// Tells the result of a command line. Told several times, the results come in that order and the
    /// last one stays.
    public func expect(
        _ line: String,
        code: Int32 = 0,
        output: String = "",
        error: String = "",
        effect: (@EngineActor (FakeHost) -> Void)? = nil
    ) {
        let result = CommandResult(
            code: code,
            standardOutput: Array(output.utf8),
            standardError: Array(error.utf8)
        )
        told[line, default: []].append(Answer(result: result, error: nil, effect: effect))
    }

    /// Tells a result with everything in it, or an error in its place.
    public func expect(
        _ line: String,
        result: CommandResult,
        effect: (@EngineActor (FakeHost) -> Void)? = nil
    ) {
        told[line, default: []].append(Answer(result: result, error: nil, effect: effect))
    }

    public func expect(
        _ line: String,
        failing error: HostError,
        effect: (@EngineActor (FakeHost) -> Void)? = nil
    ) {
        told[line, default: []].append(
            Answer(result: CommandResult(code: 127), error: error, effect: effect)
        )
    }

    private func answer(_ command: Command) throws(HostError) -> CommandResult {
        if let refusal = programTrust?.judge(command) {
            throw .malformed(subject: command.line, problem: "is not run: \(refusal)")
        }
        guard var answers = told[command.line], let first = answers.first else {
            Issue.record("unexpected command: \(command.line)")
            throw .programMissing(command.arguments.first ?? "")
        }
        if answers.count > 1 {
            answers.removeFirst()
            told[command.line] = answers
        }
        first.effect?(self)
        forget()
        if let error = first.error { throw error }
        return first.result
    }

    func check(_ call: String, _ subject: String = "") throws(HostError) {
        if let error = refusals[call] ?? refusals["\(call) \(subject)"] { throw error }
    }

    private func record(_ order: Order) {
        orders.append(order)
        if case .sleep = order { return }
        forget()
    }

    // MARK: Orders

    public func run(_ command: Command) async throws(HostError) -> CommandResult {
        record(.run(command))
        // Whoever waits for a program lets others run.
        for _ in 0..<(slow.contains(command.line) ? 1000 : 1) { await Task.yield() }
        guard !Task.isCancelled else { throw .cancelled }
        return try answer(command)
    }

    public func spawn(_ command: Command) async throws(HostError) -> StartedProcess {
        record(.spawn(command))
        guard !Task.isCancelled else { throw .cancelled }
        let result = try answer(command)
        guard result.code == 0 else {
            throw .cannotExecute(command.arguments.first ?? "", errno: result.code)
        }
        nextPID += 1
        let entry = processTable.first { $0.pid == nextPID }
        return StartedProcess(pid: nextPID, startTime: entry?.startTime)
    }

    public func signal(_ signal: Int32, to target: SignalTarget) throws(HostError) {
        record(.signal(signal, target))
        try check("signal")
        whileSignalling?(self, signal, target)
    }

    public func makeDirectory(_ path: String) throws(HostError) {
        record(.makeDirectory(path))
        try check("makeDirectory", path)
        files[path] = .directory
    }

    public func writeFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError) {
        record(.writeFile(path, String(decoding: contents, as: UTF8.self)))
        try check("writeFile", path)
        files[path] = FakeFile(contents: contents, mode: mode)
    }

    public func removeFile(_ path: String) throws(HostError) {
        record(.removeFile(path))
        try check("removeFile", path)
        if links.removeValue(forKey: path) == nil { files[path] = nil }
        whileRemoving?(self)
    }

    public func rotateFile(_ path: String, from limit: Int, keeping count: Int, of user: String?)
        throws(HostError)
    {
        rotations.append("\(path) from \(limit) keeping \(count)")
        try check("rotateFile", path)
    }

    public func makeLink(to target: String, at path: String) throws(HostError) {
        record(.makeLink(to: target, at: path))
        try check("makeLink", path)
        links[path] = target
    }

    public func announce(_ address: IPAddress, on device: String) throws(HostError) {
        record(.announce(address, device: device))
        try check("announce")
    }

    public func users(of mountPoint: String) throws(HostError) -> MountUse {
        try check("users", mountPoint)
        var use = users[mountPoint] ?? MountUse()
        use.others.removeAll { !processTable.contains($0) }
        return use
    }

    /// Only one that was frozen is on record.
    public func thaw(_ mountPoint: String) async throws(HostError) -> Bool {
        try check("thaw", mountPoint)
        guard frozen.remove(mountPoint) != nil else { return false }
        record(.thaw(mountPoint))
        return true
    }

    public func sleep(_ time: Duration) async throws(HostError) {
        record(.sleep(time))
        try check("sleep")
        // Whoever sleeps lets others run.
        await Task.yield()
        whileSleeping?(self)
        guard !Task.isCancelled else { throw .cancelled }
        let parts = time.components
        self.time += Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }

    public func forget() { kept = Kept() }
}
