/// Unmounts a file system that may be busy (docs/spec/decisions.md 43).
///
/// Runs `umount`, and if that fails once more after a pause, because a short look such as udev's keeps a mount busy
/// too. Then ends the processes that use this mount (`MountRelease`) and tries `umount` again, without logging it as a
/// failure, up to three times. An `umount` that does not return is the last attempt: the next one would hang as well.
@EngineActor
struct Unmounting {
    let performer: StepPerformer
    let resource: ResourceID?

    /// `umount` returns once everything is flushed to disk; that can take minutes.
    private static let limit = Duration.seconds(300)
    private static let pause = Duration.milliseconds(250)
    private static let rounds = 3

    private var host: any Host { performer.context.host }
    private var log: any Log { performer.context.log }

    func unmount(_ mountPoint: String, whenBusy policy: BusyMount) async throws(ActionFailure) {
        try await thaw(mountPoint)
        let before = mountsThere(mountPoint)
        let result = try await umount(mountPoint, logging: .failuresWarn)
        if result.code == 0 {
            // The same file system may be mounted there several times; each umount removes one.
            let left = mountsThere(mountPoint)
            guard let top = left.last, left.count < before.count, let last = before.last,
                top.device == last.device, top.root.isSame(last.root)
            else { return }
            return try await unmount(mountPoint, whenBusy: policy)
        }
        if try await isGone(mountPoint) { return }
        if !result.timedOut, try await goesInTheEnd(mountPoint, policy) { return }
        throw performer.fail("failed to umount \(mountPoint)", resource)
    }

    private func goesInTheEnd(_ mountPoint: String, _ policy: BusyMount)
        async throws(ActionFailure) -> Bool
    {
        let release = MountRelease(performer: performer, resource: resource, mountPoint: mountPoint)
        for round in 0...Self.rounds {
            if round > 0 {
                guard try await release.endUsers(policy) else { return false }
            } else {
                try await performer.sleep(Self.pause)
            }
            log.write(.info, "umount \(mountPoint)", about: resource)
            let again = try await umount(mountPoint, logging: .quiet)
            if try await isGone(mountPoint) { return true }
            if again.timedOut { return false }
        }
        return false
    }

    /// Thaws a frozen file system. After its last umount it would stay active, without a mount point to thaw it
    /// at, and keep its disk.
    private func thaw(_ mountPoint: String) async throws(ActionFailure) {
        do throws(HostError) {
            let mounts = try host.mounts()
            guard let mount = mounts.at(mountPoint).last,
                mount.device.major != 0 || mount.type == "btrfs",
                mounts.count(where: { $0.device == mount.device }) == 1,
                try await host.thaw(mountPoint)
            else { return }
            let text = "\(mountPoint) was frozen (fsfreeze): it is thawed, to let go of its disk"
            log.write(.warning, text, about: resource)
        } catch .cancelled {
            throw .interrupted
        } catch {
            // If that cannot be asked, the file system is unmounted all the same.
            log.write(.debug, "thaw \(mountPoint): \(error)", about: resource)
        }
    }

    /// The mounts at the mount point; empty also when the mount table cannot be read.
    private func mountsThere(_ mountPoint: String) -> [MountEntry] {
        ((try? host.mounts()) ?? []).at(mountPoint)
    }

    private func umount(_ mountPoint: String, logging: Command.Logging) async throws(ActionFailure)
        -> CommandResult
    {
        let command = Command(["umount", mountPoint], limit: Self.limit, logging: logging)
        return try await performer.result(of: command, resource)
    }

    private func isGone(_ mountPoint: String) async throws(ActionFailure) -> Bool {
        try await performer.holds(.not(.mounted(mountPoint)), resource)
    }
}

extension CommandResult {
    /// Marks a result whose exit code does not matter.
    func ignore() {}
}
