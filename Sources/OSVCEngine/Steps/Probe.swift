/// A yes-or-no question about the machine, as data. Asking changes nothing.
public indirect enum Probe: Sendable, Equatable {
    case not(Probe)
    case pathExists(String)
    /// The loop device does not show the file, whatever else it may show.
    case loopDetached(String, file: String)
    case isDirectory(String)
    /// No other machine answers to the address; asked on the link of `device` for at most `limit`.
    case addressFree(IPAddress, device: String, limit: Duration)
    /// The address is on an interface of this node.
    case addressLocal(IPAddress)
    /// The interface exists and is up.
    case interfaceUp(String)
    case mounted(String)
    /// No logical volume of the group is active.
    case volumeGroupDown(String)
    case programExists(String)
}
