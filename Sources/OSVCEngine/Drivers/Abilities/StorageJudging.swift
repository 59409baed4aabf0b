/// A driver whose status depends on that of the addresses and storage of its service, which are looked at first.
public protocol StorageJudging: Driver {
    /// The status that follows from an observation while the sum of container, ip, disk, fs and share is
    /// `storage`. Pure.
    func status(_ seen: Seen, storage: Status) -> StatusReport
}

extension StorageJudging {
    /// This driver: the protocol provides the answer.
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

    /// The status when the storage was not looked at.
    public func status(_ seen: Seen) -> StatusReport { status(seen, storage: .undefined) }
}

/// A driver whose resource exists only where the machine has something for it to do, such as a file to send.
public protocol Appearing: Driver {
    /// Whether the resource exists on this machine. If not, it is neither looked at nor shown. Reads only.
    @EngineActor func isThere(on host: any Host) -> Bool
}

extension Appearing {
    /// This driver: the protocol provides the answer.
    public var asAppearing: (any Appearing)? { self }
}
