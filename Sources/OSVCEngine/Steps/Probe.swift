/// A yes-or-no question about the machine, as data. Asking it changes nothing.
public indirect enum Probe: Sendable, Equatable {
    /// The opposite of the answer.
    case not(Probe)
    /// Something exists at the path: a file, directory or device.
    case pathExists(String)
    /// The loop device is not bound to the file; it may be bound to another one.
    case loopDetached(String, file: String)
    /// The path is a directory, or a link to one.
    case isDirectory(String)
    /// No other machine answers for the address, asked on the link of `device` for at most `limit`.
    case addressFree(IPAddress, device: String, limit: Duration)
    /// The address is on an interface of this node.
    case addressLocal(IPAddress)
    /// The interface exists and is up.
    case interfaceUp(String)
    /// Something is mounted at exactly this path.
    case mounted(String)
    /// No logical volume of the group is active.
    case volumeGroupDown(String)
    /// The program is found in the search path, or at its own path.
    case programExists(String)
}
