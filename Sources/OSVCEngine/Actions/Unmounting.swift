/// Unmounts a file system that may be busy (classic-resources.md section 4, Stop).
///
/// Up to three times: `umount`; when that fails, `sync`, then up to four times the users of the mount
/// point are killed and `umount` is tried again, quietly. Nobody is killed for a mount point whose
/// file system is one the system lives on. An `umount` that does not end is the last: what hangs once
/// hangs again.
@EngineActor
struct Unmounting {
    let performer: StepPerformer
    let resource: ResourceID?

    private static let neverKilledFor: Set<String> = [
        "/", "/usr", "/var", "/sys", "/proc", "/tmp", "/opt", "/dev", "/dev/pts", "/home", "/boot",
        "/dev/shm",
    ]

    /// It returns when all that was written is on the disk, which takes minutes where much was.
    private static let limit = Duration.seconds(300)

    private var host: any Host { performer.context.host }
    private var log: any Log { performer.context.log }

    func unmount(_ mountPoint: String) async throws(ActionFailure) {
        try await thaw(mountPoint)
        tries: for _ in 1...3 {
            let result = try await umount(mountPoint, logging: .failuresWarn)
            if result.code == 0 || result.errorText.contains("not mounted") { return }
            if try await isGone(mountPoint) { return }
            if result.timedOut { break }
            guard try isSafeToKill(for: mountPoint) else { continue }
            try await performer.result(of: Command(["sync"], limit: .seconds(60)), resource)
                .ignore()
            for _ in 1...4 {
                try await endUsers(of: mountPoint)
                log.write(.info, "umount \(mountPoint)", about: resource)
                let again = try await umount(mountPoint, logging: .quiet)
                if try await isGone(mountPoint) { return }
                if again.timedOut { break tries }
                try await performer.sleep(.milliseconds(250))
            }
        }
        throw performer.fail("failed to umount \(mountPoint)", resource)
    }

    /// A frozen file system lives on after its last umount, without a mount point to thaw it at, and keeps
    /// its disk: the stop would be no stop.
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
            // Whoever cannot be asked is unmounted all the same.
            log.write(.debug, "thaw \(mountPoint): \(error)", about: resource)
        }
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

    /// Whether the innermost mount at or above the mount point is the service's own.
    private func isSafeToKill(for mountPoint: String) throws(ActionFailure) -> Bool {
        let mounts: [MountEntry]
        do {
            mounts = try host.mounts()
        } catch {
            throw performer.fail(error.description, resource)
        }
        let holding = mounts.map(\.mountPoint)
            .filter { mountPoint.isAtOrBelow($0) }
            .max { $0.utf8.count < $1.utf8.count }
        return holding.map { !Self.neverKilledFor.contains($0) } ?? false
    }

    private func endUsers(of mountPoint: String) async throws(ActionFailure) {
        if host.findProgram("fuser") != nil {
            let command = Command(
                ["fuser", "-kmv", mountPoint],
                limit: .seconds(30),
                logging: .failuresInform
            )
            try await performer.result(of: command, resource).ignore()
            return
        }
        do {
            for process in try await host.killUsers(of: mountPoint) {
                let program = process.executable ?? process.arguments.first ?? "?"
                log.write(.info, "killed pid \(process.pid) (\(program))", about: resource)
            }
        } catch {
            throw performer.fail(error.description, resource)
        }
    }
}

extension CommandResult {
    /// For commands whose exit says nothing that matters.
    func ignore() {}
}
