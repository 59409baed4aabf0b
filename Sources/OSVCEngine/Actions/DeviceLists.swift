/// The devices of a service, and the disks below them (classic-status.md section 6, `disklist` and
/// `devlist`), as the kernel shows them in /sys. Devices that are not active are not known.
@EngineActor
public struct DeviceLists {
    private let service: Service
    private let host: any Host

    public init(_ service: Service, host: any Host) {
        self.service = service
        self.host = host
    }

    /// The devices of the enabled resources: `/dev/mapper/vgsvc1-lvapp`, `/dev/loop0`. Sorted, each once.
    /// Throws when /sys cannot be read.
    public func devices() throws(HostError) -> [String] {
        try sorted(kernelNames()) { name throws(HostError) in try file(of: name) }
    }

    /// The disks below these devices: those with no device below, whole disks in place of partitions. A multipath map
    /// is one disk; a file behind a loop device is not a disk. Sorted, each once. Throws when /sys cannot be read.
    public func disks() throws(HostError) -> [String] {
        var disks: Set<String> = []
        var seen: Set<String> = []
        for name in try kernelNames() { try collectDisks(of: name, into: &disks, &seen) }
        return try sorted(disks) { name throws(HostError) in try file(of: name) }
    }

    private func sorted(
        _ names: Set<String>,
        _ file: (String) throws(HostError) -> String
    ) throws(HostError) -> [String] {
        var files: Set<String> = []
        for name in names { files.insert(try file(name)) }
        return files.sorted()
    }

    /// The kernel's names of the devices, without `/dev/`: `dm-0`, `sda1`.
    private func kernelNames() throws(HostError) -> Set<String> {
        var names: Set<String> = []
        for resource in service.resources where !resource.isDisabled {
            guard let driver = resource.driver as? any DeviceHolding else { continue }
            for device in try driver.devices(host) { names.insert(try kernelName(of: device)) }
        }
        return names
    }

    /// Device files below `/dev/mapper` may be nodes of their own, not links.
    private func kernelName(of device: String) throws(HostError) -> String {
        let path = host.realPath(device) ?? device
        if let info = try host.fileInfo(path), info.kind == .blockDevice,
            let real = host.realPath("/sys/dev/block/\(info.device.major):\(info.device.minor)")
        {
            return real.fileName
        }
        return path.begins("/dev/") ? path.withoutFirst(bytes: 5) : path
    }

    private func collectDisks(
        of name: String,
        into disks: inout Set<String>,
        _ seen: inout Set<String>
    ) throws(HostError) {
        guard seen.insert(name).inserted else { return }
        let folder = "/sys/class/block/\(name)"
        let below = try host.directory("\(folder)/slaves") ?? []
        let isMultipath = try host.firstLine("\(folder)/dm/uuid")?.hasPrefix("mpath-") == true
        if !below.isEmpty, !isMultipath {
            for slave in below { try collectDisks(of: slave, into: &disks, &seen) }
        } else if try host.fileInfo("\(folder)/partition") != nil,
            let whole = host.realPath(folder)?.pathParts.dropLast().last
        {
            try collectDisks(of: whole, into: &disks, &seen)
        } else if !name.hasPrefix("loop") {
            disks.insert(name)
        }
    }

    /// The path that people know; of a device mapper device the one with its given name.
    private func file(of name: String) throws(HostError) -> String {
        let given = try host.firstLine("/sys/class/block/\(name)/dm/name")
        return given.map { "/dev/mapper/\($0)" } ?? "/dev/\(name)"
    }
}
