/// Unmounts a file system that may be busy (docs/spec/decisions.md 43, 53).
///
/// Runs `umount`, and if that fails once more after a pause, because a short look such as udev's keeps a mount busy
/// too. If the mount is still busy, ends the processes that use it (`MountRelease`) and tries `umount` again, without
/// logging it as a failure, up to three times. An `umount` that does not return is the last attempt: the next one would
/// hang as well.
///
/// The mount table is read before each attempt: what somebody mounts on top meanwhile is left alone.
@EngineActor
struct Unmounting {
    let performer: StepPerformer
    let resource: ResourceID?
    let mountPoint: String
    let policy: BusyMount

    /// `umount` returns once everything is flushed to disk; that can take minutes.
    private static let limit = Duration.seconds(300)
    private static let pause = Duration.milliseconds(250)
    private static let rounds = 3

    private var host: any Host { performer.context.host }
    private var log: any Log { performer.context.log }

    /// Unmounts the file system on top at the mount point as often as it is mounted there. Fails when another one then
    /// covers it, and with `freesDevice` when it stays mounted at another place.
    func unmount(freesDevice: Bool) async throws(ActionFailure) {
        let before = try mountsThere()
        // Another umount took it along, as mounts that propagate do.
        guard let own = before.last else { return }
        for _ in before {
            try await takeOff(own)
            guard try mountsThere().contains(where: own.isSameFileSystem) else { break }
        }
        if freesDevice { try requireNowhere(own) }
    }

    /// Removes one mount of `own` from the mount point.
    private func takeOff(_ own: MountEntry) async throws(ActionFailure) {
        try await thaw()
        let before = try count(of: own)
        let result = try await umount(own, logging: .failuresWarn)
        if try count(of: own) < before { return }
        if !result.timedOut, try await goesInTheEnd(own, before, result) { return }
        throw performer.fail("failed to umount \(mountPoint)", resource)
    }

    private func goesInTheEnd(_ own: MountEntry, _ before: Int, _ first: CommandResult)
        async throws(ActionFailure) -> Bool
    {
        let release = MountRelease(performer: performer, resource: resource, mount: own)
        var last = first
        for round in 0...Self.rounds {
            if round > 0 {
                // For another reason nobody is ended; its message is in the log.
                guard last.tellsBusy(mountPoint), try await release.endUsers(policy) else {
                    return false
                }
            } else {
                try await performer.sleep(Self.pause)
            }
            log.write(.info, "umount \(mountPoint)", about: resource)
            last = try await umount(own, logging: .quiet)
            if try count(of: own) < before { return true }
            if last.timedOut { return false }
        }
        return false
    }

    /// Thaws a frozen file system. After its last umount it would stay active, without a mount point to thaw it
    /// at, and keep its disk.
    private func thaw() async throws(ActionFailure) {
        do throws(HostError) {
            let mounts = try host.mounts()
            guard let mount = mounts.at(mountPoint).last,
                mount.device.major != 0 || mount.type == "btrfs",
                mounts.count(where: { $0.device == mount.device }) == 1,
                try await host.thaw(mountPoint)
            else { return }
            warn("\(mountPoint) was frozen (fsfreeze): it is thawed, to let go of its disk")
        } catch .cancelled {
            throw .interrupted
        } catch {
            // If that cannot be asked, the file system is unmounted all the same.
            log.write(.debug, "thaw \(mountPoint): \(error)", about: resource)
        }
    }

    /// Runs `umount`, unless another file system is on top.
    private func umount(_ own: MountEntry, logging: Command.Logging) async throws(ActionFailure)
        -> CommandResult
    {
        if let top = try mountsThere().last, !own.isSameFileSystem(top) {
            throw performer.fail(top.coverProblem, resource)
        }
        let command = Command(["umount", mountPoint], limit: Self.limit, logging: logging)
        let result = try await performer.result(of: command, resource)
        if result.timedOut {
            warn("the disk or server of \(mountPoint) does not answer: stop again when it does")
        }
        return result
    }

    // MARK: The mount table

    private func requireNowhere(_ own: MountEntry) throws(ActionFailure) {
        let places = try mounts().showing(own)
        guard places.isEmpty else { throw performer.fail(own.problem(stillOn: places), resource) }
    }

    /// How often `own` is mounted there.
    private func count(of own: MountEntry) throws(ActionFailure) -> Int {
        try mountsThere().count { own.isSameFileSystem($0) }
    }

    /// The mounts at the mount point, in mount order.
    private func mountsThere() throws(ActionFailure) -> [MountEntry] {
        try mounts().at(mountPoint)
    }

    private func mounts() throws(ActionFailure) -> [MountEntry] {
        host.forget()
        do {
            return try host.mounts()
        } catch {
            throw performer.fail(error.description, resource)
        }
    }

    private func warn(_ text: String) { log.write(.warning, text, about: resource) }
}

extension CommandResult {
    /// Marks a result whose exit code does not matter.
    func ignore() {}

    /// Whether `umount` says that the mount is in use: it and its helpers have one exit code for every failure.
    fileprivate func tellsBusy(_ mountPoint: String) -> Bool {
        errorText.split(separator: "\n").contains { line in
            let words = line.replacing(mountPoint, with: "")
            return words.contains("busy")
        }
    }
}
