/// A driver whose status depends on that of address and storage of its service, which are looked at
/// before it.
public protocol StorageJudging: Driver {
    /// What an observation means while the sum of container, ip, disk, fs and share is `storage`. Pure.
    func status(_ seen: Seen, storage: Status) -> StatusReport
}

extension StorageJudging {
    public var asStorageJudging: (any StorageJudging)? { self }

    @EngineActor
    func look(_ host: any Host, for purpose: Purpose, storage: Status) async -> Observation {
        let seen = await observe(host, for: purpose)
        return Observation(
            report: status(seen, storage: storage),
            conflictChecks: conflictChecks(seen),
            startSteps: startSteps(seen),
            stopSteps: stopSteps(seen)
        )
    }

    /// What it means where nobody has looked at the storage.
    public func status(_ seen: Seen) -> StatusReport { status(seen, storage: .undefined) }
}

/// A driver whose resource a service has only where the machine has something to do for it.
public protocol Appearing: Driver {
    @EngineActor func isThere(on host: any Host) -> Bool
}

extension Appearing {
    public var asAppearing: (any Appearing)? { self }
}
