/// Everything that the engine asks of the machine and does to it: the seam that tests replace.
///
/// `LinuxHost` is the real machine. Answers that cannot change while nothing acts (mounts, interfaces) may be
/// kept; `forget` drops them, and every call that changes the machine does so itself.
@EngineActor
public protocol Host: AnyObject, Sendable, HostFiles, HostMounts, HostNetwork, HostProcesses,
    HostPrograms, HostClock
{
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

/// Time.
@EngineActor
public protocol HostClock {
    /// The wall clock, seconds since 1970.
    func now() -> Double
    /// Time since some moment before osvc was started. Unlike the wall clock it never jumps.
    func uptime() -> Duration
    /// Throws `.cancelled` when the task is cancelled meanwhile.
    func sleep(_ time: Duration) async throws(HostError)
}
