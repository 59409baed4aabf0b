/// Ends the processes that keep a mount busy, and logs each with its user (docs/spec/decisions.md 43).
///
/// No process is ended when `MountHolders` has a reason against it, nor once another file system is on top.
@EngineActor
struct MountRelease {
    let performer: StepPerformer
    let resource: ResourceID?
    let mount: MountEntry

    private static let term: Int32 = 15

    private var host: any Host { performer.context.host }
    private var log: any Log { performer.context.log }

    /// Returns whether the processes were ended. If not, a warning says why.
    func endUsers(_ policy: BusyMount) async throws(ActionFailure) -> Bool {
        let holders: MountHolders
        do {
            host.forget()
            holders = try MountHolders(of: mount, on: host)
        } catch {
            throw failure(error)
        }
        guard case .end(let killAfter) = policy, holders.obstacle == nil else {
            warn(holders.obstacle ?? "\(holders.usersText): end them, or say busy = kill")
            return false
        }
        try await performer.result(of: Command(["sync"], limit: .seconds(60)), resource).ignore()
        do {
            try await end(within: killAfter)
        } catch {
            throw failure(error)
        }
        return true
    }

    private func failure(_ error: HostError) -> ActionFailure {
        if case .cancelled = error { return .interrupted }
        return performer.fail(error.description, resource)
    }

    /// Reads the mount table and searches the processes again before each signal.
    private func end(within killAfter: Duration) async throws(HostError) {
        var named: Set<Int32> = []
        let start = host.uptime()
        let left = try await ProcessEnding(host: host).end(signal: Self.term, within: killAfter) {
            () throws(HostError) in
            host.forget()
            guard let top = try host.mounts().at(mount.mountPoint).last,
                mount.isSameFileSystem(top)
            else { return [] }
            let users = try host.users(of: mount.mountPoint).others
            let isLate = host.uptime() - start >= killAfter
            for user in users where named.insert(isLate ? -user.pid : user.pid).inserted {
                let doing = isLate ? "killing" : "ending"
                warn("\(doing) \(user.nameAndUser(on: host)), which uses \(mount.mountPoint)")
            }
            return users
        }
        guard !left.isEmpty else { return }
        let names = left.map { $0.nameAndUser(on: host) }.joined(separator: ", ")
        warn(
            "still there after KILL: \(names): they wait for a disk or server that does not answer"
        )
    }

    private func warn(_ text: String) { log.write(.warning, text, about: resource) }
}
