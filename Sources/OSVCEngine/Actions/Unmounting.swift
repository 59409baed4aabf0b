/// Unmounts a file system that may be busy (classic-resources.md section 4, Stop).
///
/// Up to three times: `umount`; when that fails, `sync`, then up to four times the users of the mount
/// point are killed and `umount` is tried again, quietly. Nobody is killed for a mount point whose
/// file system is one the system lives on.
@EngineActor
struct Unmounting {
    let performer: StepPerformer
    let resource: ResourceID?

    private static let neverKilledFor: Set<String> = [
        "/", "/usr", "/var", "/sys", "/proc", "/tmp", "/opt", "/dev", "/dev/pts", "/home", "/boot",
        "/dev/shm",
    ]

    private var host: any Host { performer.context.host }
    private var log: any Log { performer.context.log }

    func unmount(_ mountPoint: String) async throws(ActionFailure) {
        for _ in 1...3 {
            let command = Command(
                ["umount", mountPoint],
                limit: .seconds(60),
                logging: .failuresWarn
            )
            let result = try await performer.result(of: command, resource)
            if result.code == 0 || result.errorText.contains("not mounted") { return }
            if try await isGone(mountPoint) { return }
            guard try isSafeToKill(for: mountPoint) else { continue }
            try await performer.result(of: Command(["sync"], limit: .seconds(60)), resource)
                .ignore()
            for _ in 1...4 {
                try await endUsers(of: mountPoint)
                log.write(.info, "umount \(mountPoint)", about: resource)
                let again = Command(["umount", mountPoint], limit: .seconds(60), logging: .quiet)
                try await performer.result(of: again, resource).ignore()
                if try await isGone(mountPoint) { return }
                try await performer.sleep(.milliseconds(250))
            }
        }
        throw performer.fail("failed to umount \(mountPoint)", resource)
    }

    private func isGone(_ mountPoint: String) async throws(ActionFailure) -> Bool {
        try await performer.holds(.notMounted(mountPoint), resource)
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
            .filter { mountPoint == $0 || mountPoint.hasPrefix($0 == "/" ? "/" : $0 + "/") }
            .max { $0.count < $1.count }
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
