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

    public func users(of mountPoint: String) throws(HostError) -> MountUse {
        let mounts = try mounts()
        guard let mount = mounts.last(where: { $0.mountPoint.isSame(mountPoint) }) else {
            return MountUse()
        }
        let search = MountUsers(of: mount, among: mounts)
        let callers = ProcessTable.ancestors(of: getpid())
        var use = MountUse()
        for pid in ProcessTable.pids().sorted() where search.isUsed(by: pid) {
            guard let entry = ProcessTable.entry(pid) else { continue }
            if callers.contains(pid) { use.callers.append(entry) } else { use.others.append(entry) }
        }
        return use
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
}
