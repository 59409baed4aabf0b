/// What an unmount does about the processes that use the mount (docs/spec/decisions.md 43).
public enum BusyMount: Sendable, Equatable {
    /// Sends TERM to each process, and KILL to those that still exist after this time.
    case end(killAfter: Duration)
    /// Ends no process: the unmount fails and names them.
    case fail
}
