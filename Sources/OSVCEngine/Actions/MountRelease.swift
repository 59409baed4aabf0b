/// Ends the processes that keep a mount busy, and logs each with its user (docs/spec/decisions.md 43).
///
/// No process is ended when that would not help, because something else keeps the mount (a mount below it, a swap
/// file, a loop device, osvc itself or a process that called it), nor for a directory that the system needs.
@EngineActor
struct MountRelease {
    let performer: StepPerformer
    let resource: ResourceID?
    let mountPoint: String

    private static let neverEndedFor: Set<String> = [
        "/", "/usr", "/var", "/sys", "/proc", "/tmp", "/opt", "/dev", "/dev/pts", "/home", "/boot",
        "/dev/shm",
    ]
    private static let term: Int32 = 15

    private var host: any Host { performer.context.host }
    private var log: any Log { performer.context.log }

    /// Returns whether the processes were ended. If not, a warning says why.
    func endUsers(_ policy: BusyMount) async throws(ActionFailure) -> Bool {
        let reason: String?
        do {
            reason = try reasonNotTo(policy)
        } catch {
            throw failure(error)
        }
        guard reason == nil, case .end(let killAfter) = policy else {
            warn(reason ?? "")
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

    /// Why no process is ended; nil: the processes are to be ended.
    private func reasonNotTo(_ policy: BusyMount) throws(HostError) -> String? {
        let obstacles = try holders()
        guard obstacles.isEmpty else {
            return "\(mountPoint) is kept busy: \(obstacles.joined(separator: ", "))"
        }
        host.forget()
        let use = try host.users(of: mountPoint)
        guard use.callers.isEmpty else {
            return "\(mountPoint) is used by osvc or what called it: \(names(use.callers)):"
                + " call osvc from elsewhere"
        }
        guard !use.others.isEmpty else {
            return "\(mountPoint) is busy, and no process is found that uses it"
        }
        guard policy != .fail else {
            return "\(mountPoint) is used by \(names(use.others)): end them, or say busy = kill"
        }
        guard try isSafe() else {
            let reason = "nobody is ended for a directory of the system"
            return "\(mountPoint) is used by \(names(use.others)): \(reason)"
        }
        return nil
    }

    private func failure(_ error: HostError) -> ActionFailure {
        if case .cancelled = error { return .interrupted }
        return performer.fail(error.description, resource)
    }

    /// Whether the innermost mount at or above the mount point is one that processes may be ended for.
    private func isSafe() throws(HostError) -> Bool {
        let holding = try host.mounts().map(\.mountPoint)
            .filter { mountPoint.isAtOrBelow($0) }
            .max { $0.utf8.count < $1.utf8.count }
        return holding.map { !Self.neverEndedFor.contains($0) } ?? false
    }

    /// What keeps the mount busy and is not a process.
    private func holders() throws(HostError) -> [String] {
        let mounts = try host.mounts().map(\.mountPoint)
            .filter { $0.isAtOrBelow(mountPoint) && !$0.isSame(mountPoint) }
            .map { "\($0) is mounted below it" }
        let loops = try host.loopDevices().filter { $0.file.isAtOrBelow(mountPoint) }
            .map { "\($0.path) is bound to \($0.file)" }
        let table = String(
            decoding: try host.readFile("/proc/swaps", limit: 1 << 20) ?? [],
            as: UTF8.self
        )
        let swaps = table.split(separator: "\n")
            .compactMap { $0.split(separator: " ").first.map(String.init) }
            .filter { $0.isAtOrBelow(mountPoint) }
            .map { "the machine swaps to \($0)" }
        return mounts + loops + swaps
    }

    /// Searches the processes again before each signal.
    private func end(within killAfter: Duration) async throws(HostError) {
        var named: Set<Int32> = []
        let start = host.uptime()
        let left = try await ProcessEnding(host: host).end(signal: Self.term, within: killAfter) {
            () throws(HostError) in
            host.forget()
            let users = try host.users(of: mountPoint).others
            let isLate = host.uptime() - start >= killAfter
            for user in users where named.insert(isLate ? -user.pid : user.pid).inserted {
                warn("\(isLate ? "killing" : "ending") \(name(user)), which uses \(mountPoint)")
            }
            return users
        }
        guard !left.isEmpty else { return }
        warn("still there after KILL: \(names(left))")
    }

    private func warn(_ text: String) { log.write(.warning, text, about: resource) }

    private func names(_ processes: [ProcessEntry]) -> String {
        processes.map(name).joined(separator: ", ")
    }

    private func name(_ process: ProcessEntry) -> String {
        let program = process.executable ?? process.arguments.first ?? "?"
        return "\(program) (pid \(process.pid), user \(host.userName(of: process.user)))"
    }
}
