/// The places of the classic kinds of resources in the start order; a stop uses the reverse.
///
/// Numbers between two places are free for others: disk arrays, shares, containers (classic-resources.md section 1).
public enum StartPlace {
    /// Addresses (`ip`).
    public static let address = 10
    /// Loop devices (`loop`), before the volume groups that may use them.
    public static let loop = 20
    /// Volume groups (`vg`), before the file systems on their volumes.
    public static let volumeGroup = 30
    /// File systems (`fs`) and flags.
    public static let fileSystem = 40
    /// Launchers (`app`), after everything that they may use.
    public static let application = 70
    /// Heartbeats (`hb`), which have no steps.
    public static let heartbeat = 80
    /// Stonith resources, which are neither started nor stopped.
    public static let stonith = 90
    /// Syncs, which are neither started nor stopped.
    public static let sync = 100
}
