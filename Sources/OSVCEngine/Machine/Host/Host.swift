/// Everything that the engine asks of the machine and does to it. Tests replace it.
///
/// `LinuxHost` is the real machine. Answers that change only when something acts (mounts, interfaces) may be
/// kept. `forget` drops them, and so does every call that changes the machine.
@EngineActor
public protocol Host: AnyObject, Sendable, HostFiles, HostMounts, HostNetwork, HostProcesses,
    HostPrograms, HostClock
{
    /// The host name in lower case, which scopes and `nodes` of service files are compared with.
    var nodeName: String { get }
    /// The user that osvc runs as; 0 is root.
    var userID: UInt32 { get }
    /// What `node.conf` says; the defaults where there is no file. It is read when it is first asked for, and may
    /// then be kept for good.
    ///
    /// Throws when the file is there and cannot be read.
    func nodeSettings(in layout: Layout) throws(HostError) -> NodeSettings
    /// Keeps what a load has read of `node.conf`, which then need not be read again.
    func keep(_ settings: NodeSettings, in layout: Layout)
    /// Drops what was kept of the machine's state.
    func forget()
}

/// The clocks of the machine.
@EngineActor
public protocol HostClock {
    /// The wall clock, in seconds since 1970.
    func now() -> Double
    /// The time since some moment before osvc was started. Unlike the wall clock it never jumps.
    func uptime() -> Duration
    /// Suspends the task. Throws `.cancelled` as soon as the task is cancelled.
    func sleep(_ time: Duration) async throws(HostError)
}
