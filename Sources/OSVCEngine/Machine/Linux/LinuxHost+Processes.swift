internal import CLinux
internal import Glibc

/// Processes with some variable in their environment, and when they were looked for.
struct KeptProcesses {
    var variable: String
    var time: MonotonicInstant
    var entries: [ProcessEntry]
}

extension LinuxHost {
    /// By pid; what ended but was not reaped is left out.
    public func processes() throws(HostError) -> [ProcessEntry] {
        ProcessTable.pids().sorted().compactMap(ProcessTable.entry)
    }

    public func process(_ pid: Int32) throws(HostError) -> ProcessEntry? {
        ProcessTable.entry(pid)
    }

    public func processes(with variable: String, within age: Duration) throws(HostError)
        -> [ProcessEntry]
    {
        if let kept = keptMarked, kept.variable == variable,
            kept.time.duration(to: .now) < age
        {
            return kept.entries
        }
        let entries = ProcessTable.entries(with: variable)
        keptMarked = KeptProcesses(variable: variable, time: .now, entries: entries)
        return entries
    }

    public func areProgramsStarting() -> Bool {
        guard let own = ProcessTable.link("exe", of: getpid()) else { return false }
        return ProcessTable.pids().contains { ProcessTable.isStarting($0, for: own) }
    }

    public func ending(of pid: Int32) -> Int32? {
        guard let child = stayingChildren[pid], child.hasEnded() else { return nil }
        return child.exitCode
    }

    public func signal(_ signal: Int32, to target: SignalTarget) throws(HostError) {
        forget()
        let (pid, name, isGroup) =
            switch target {
            case .process(let pid): (pid, "process \(pid)", false)
            case .group(let pid): (pid, "process group \(pid)", true)
            }
        // 0, less and 1 would reach osvc's own group, everybody, other groups, and init.
        guard pid > 1 else { throw .system(call: "kill", subject: name, errno: EINVAL) }
        guard kill(isGroup ? -pid : pid, signal) == 0 else {
            throw .system(call: "kill", subject: name, errno: errno)
        }
    }

    public func killUsers(of mountPoint: String) async throws(HostError) -> [ProcessEntry] {
        guard !Task.isCancelled else { throw .cancelled }
        forget()
        let mounts = try mounts()
        forget()
        guard let mount = mounts.last(where: { $0.mountPoint.isSame(mountPoint) }) else {
            return []
        }
        let search = MountUsers(of: mount, among: mounts)
        var killed: [ProcessEntry] = []
        var handles: [Int32] = []
        defer { for handle in handles { close(handle) } }
        for pid in ProcessTable.pids().sorted() where pid != 1 && pid != getpid() {
            guard search.isUsed(by: pid), let entry = ProcessTable.entry(pid) else { continue }
            let handle = osvc_pidfd_open(pid)
            if handle >= 0 { handles.append(handle) }
            if kill(pid, SIGKILL) == 0 { killed.append(entry) }
        }
        let end = MonotonicInstant.now.advanced(by: LinuxHost.dying)
        for handle in handles {
            let left = max(.zero, MonotonicInstant.now.duration(to: end))
            _ = try await loop.wait(for: handle, .read, within: left)
        }
        return killed
    }

    public func thaw(_ mountPoint: String) async throws(HostError) -> Bool {
        guard findProgram("fsfreeze") != nil else { return false }
        // A process of its own: the call waits for whoever writes to a disk that does not answer.
        let command = Command(
            ["fsfreeze", "-u", mountPoint],
            limit: .seconds(10),
            killAfter: .seconds(1),
            logging: .quiet
        )
        return try await ask(command).code == 0
    }

    /// How long the killed may take to be gone; those in an uninterruptible wait take longer.
    private static let dying = Duration.seconds(5)
}
