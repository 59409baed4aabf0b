internal import Glibc

/// The machine that osvc runs on.
///
/// The files `LinuxHost+…` of this folder contain its questions and orders by subject.
@EngineActor
public final class LinuxHost: Host {
    /// Where programs are looked up, in this order; also the PATH of every program that osvc runs.
    public nonisolated static let searchPath = [
        "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
    ]

    /// The host name in lower case (gethostname(2)), read once; `localhost` when that fails.
    public let nodeName: String
    /// The effective user of osvc.
    public let userID: UInt32
    public var childEnvironment: [String: String] = [:] {
        didSet { spawner.environmentChanged() }
    }

    /// The variables about the current service.
    public var serviceEnvironment: [String: String] = [:] {
        didSet { spawner.environmentChanged() }
    }

    /// The journal of the running action; nil: no action runs.
    public var callKeeper: (any CallKeeper)?
    /// The judge of programs for the running action; nil: none is judged.
    public var programTrust: ProgramTrust?

    let loop = EventLoop.shared
    let spawner: Spawner
    var keptMounts: [MountEntry]?
    var keptInterfaces: [NetworkInterface]?
    var keptLoopDevices: [LoopDevice]?
    var keptPrograms: [PathKey: String] = [:]
    var keptHosts: HostsFile?
    var keptNames: [String: [IPAddress]] = [:]
    var keptMarked: KeptProcesses?
    let keptNodeSettings: KeptNodeSettings
    /// What `spawn` started, by pid.
    var stayingChildren: [pid_t: RunningChild] = [:]
    /// The pids of the programs that `run` waits for; each leads a process group.
    var runningGroups: Set<pid_t> = []

    /// Also ignores SIGPIPE and SIGXFSZ: a program that does not read its input must not end osvc, nor a log
    /// that reaches the limit of a file's size.
    ///
    /// Hosts that are made `beside` each other read `node.conf` once for all of them.
    public init(beside other: LinuxHost? = nil) throws(HostError) {
        Glibc.signal(SIGPIPE, SIG_IGN)
        Glibc.signal(SIGXFSZ, SIG_IGN)
        nodeName = LinuxHost.readNodeName()
        userID = geteuid()
        keptNodeSettings = other?.keptNodeSettings ?? KeptNodeSettings()
        spawner = try Spawner()
    }

    /// Drops mounts, interfaces and loop devices. Found programs and resolved names are kept.
    public func forget() {
        keptMounts = nil
        keptInterfaces = nil
        keptLoopDevices = nil
    }

    /// Reads CLOCK_REALTIME.
    public func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Reads CLOCK_MONOTONIC, which stands still while the machine is suspended.
    public func uptime() -> Duration { .nanoseconds(MonotonicInstant.now.nanoseconds) }

    /// Sleeps on the event loop, so that other tasks run meanwhile.
    public func sleep(_ time: Duration) async throws(HostError) {
        try await loop.sleep(for: time)
    }

    /// The host name in lower case, which is how service files are read (classic-env.md section 4.2).
    private static func readNodeName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return String(decoding: bytes, as: UTF8.self).lowercased()
    }
}
