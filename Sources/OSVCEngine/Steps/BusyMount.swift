/// What an unmount does about the processes that use the mount (docs/spec/decisions.md 43).
public enum BusyMount: Sendable, Equatable {
    /// TERM to each, and KILL to those that are there after this time.
    case end(killAfter: Duration)
    /// Nothing: the unmount fails.
    case fail
}
