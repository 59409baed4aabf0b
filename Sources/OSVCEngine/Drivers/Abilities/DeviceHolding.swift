/// A driver whose resource stands on block devices, which `print devlist` and `print disklist` name.
public protocol DeviceHolding: Driver {
    /// The device files that the resource is made of while it is up, by the names that the kernel uses:
    /// `/dev/dm-0`, `/dev/loop1`. Reads only.
    @EngineActor func devices(_ host: any Host) throws(HostError) -> [String]
}

extension LoopFile: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        try host.loopDevices(of: file).map(\.path)
    }
}

extension FSMount: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        guard kind == .disk, let info = try host.fileInfo(device) else { return [] }
        switch info.kind {
        case .blockDevice: return [host.realPath(device) ?? device]
        case .file: return try host.loopDevices(of: device).map(\.path)
        case .directory, .other: return []
        }
    }
}

extension VolumeGroup: DeviceHolding {
    public func devices(_ host: any Host) throws(HostError) -> [String] {
        try host.activeVolumes(in: name).map { "/dev/\($0)" }
    }
}
