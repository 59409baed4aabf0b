/// The places of the built-in drivers in the start order; stop is the reverse.
///
/// What is between two places is free for others: an array's disks, shares, containers
/// (classic-resources.md section 1).
public enum StartPlace {
    public static let address = 10
    public static let loop = 20
    public static let volumeGroup = 30
    public static let fileSystem = 40
    public static let application = 70
    public static let heartbeat = 80
    /// Nothing of these is started or stopped.
    public static let stonith = 90
    public static let sync = 100
}
