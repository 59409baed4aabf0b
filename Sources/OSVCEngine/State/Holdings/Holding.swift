/// Something that a start brought up on this node, identified by what the kernel knows of it, whatever the
/// service file says later.
public enum Holding: Sendable, Equatable {
    /// An address on an interface.
    case address(IPAddress, prefixLength: Int, device: String)
    /// A mounted file system. Only the mount point and what is mounted there count, not the number of the mount.
    case mount(MountEntry)
    /// A loop device. `sequence` is the number that the kernel gives to each binding of a disk; nil: it gives none.
    case loop(device: String, sequence: String?)

    /// Whether both are the same thing of the machine.
    func isSame(as other: Holding) -> Bool {
        switch (self, other) {
        case (.address(let one, _, let device), .address(let two, _, let otherDevice)):
            one == two && device.isSame(otherDevice)
        case (.mount(let one), .mount(let two)): one.isSameMount(as: two)
        case (.loop(let one, let number), .loop(let two, let otherNumber)):
            one.isSame(two) && number == otherNumber
        default: false
        }
    }

    /// The thing for people: `192.0.2.60 on eth0`, `/dev/loop3 on /srv/a`.
    public var text: String {
        switch self {
        case .address(let address, _, let device): "\(address) on \(device)"
        case .mount(let entry): "\(entry.source) on \(entry.mountPoint)"
        case .loop(let device, _): device
        }
    }
}

extension MountEntry {
    /// Whether the same file system is mounted at the same place. The kernel uses the numbers of mounts and of file
    /// systems without a device again: the source and the type distinguish those that follow each other.
    func isSameMount(as other: MountEntry) -> Bool {
        mountPoint.isSame(other.mountPoint) && device == other.device && root.isSame(other.root)
            && type.isSame(other.type) && source.isSame(other.source)
    }
}

extension Holding {
    /// Whether the thing is on the machine. Reads only.
    @EngineActor
    func isThere(on host: any Host) throws(HostError) -> Bool {
        switch self {
        case .address(let address, _, let device):
            return try host.interfaces().contains { interface in
                interface.name.isSame(device)
                    && interface.addresses.contains { $0.address == address }
            }
        case .mount(let entry):
            return try host.mounts().contains { $0.isSameMount(as: entry) }
        case .loop(let device, let sequence):
            guard try host.isLoopDeviceBound(device) else { return false }
            return try host.diskSequence(of: device) == sequence
        }
    }
}

extension HostFiles {
    /// Whether a file is bound to the device, even one that has another name by now: sysfs has the directory
    /// `loop` while one is.
    func isLoopDeviceBound(_ device: String) throws(HostError) -> Bool {
        try fileInfo("/sys/block/\(device.fileName)/loop") != nil
    }

    /// The number of the present binding of a disk (`diskseq` in sysfs); nil: kernels before 5.15 have none.
    func diskSequence(of device: String) throws(HostError) -> String? {
        let bytes = try readFile("/sys/block/\(device.fileName)/diskseq", limit: 1 << 16)
        return bytes.map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } }
    }
}
