/// A driver whose resource stands on block devices, which `print devlist` and `print disklist` name.
public protocol DeviceHolding: Driver {
    /// The device files that the resource is made of while it is up, by the names that the kernel uses:
    /// `/dev/dm-0`, `/dev/loop1`. Reads only.
    @EngineActor func devices(_ host: any Host) throws(HostError) -> [String]
}
