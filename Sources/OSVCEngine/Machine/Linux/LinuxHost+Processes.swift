internal import CLinux
internal import Glibc

/// The processes with a variable in their environment, and when they were searched for.
struct KeptProcesses {
    var variable: String
    var time: MonotonicInstant
    var entries: [ProcessEntry]
}

extension LinuxHost {
    /// Reads /proc, by pid, without processes that ended and were not reaped.
    public func processes() throws(HostError) -> [ProcessEntry] {
        ProcessTable.pids().sorted().compactMap(ProcessTable.entry)
    }

    /// Reads `/proc/PID` alone.
    public func process(_ pid: Int32) throws(HostError) -> ProcessEntry? {
        ProcessTable.entry(pid)
    }

    /// Reads every environment in /proc, unless the last answer for the same variable is younger than `age`.
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

    /// By the clock that also counts the time in which the machine is suspended, as the start time does (proc(5)).
    public func age(of process: ProcessEntry) -> Duration {
        var now = timespec()
        clock_gettime(CLOCK_BOOTTIME, &now)
        let uptime = Duration.seconds(now.tv_sec) + .nanoseconds(now.tv_nsec)
        let tick = Duration.seconds(1) / sysconf(Int32(_SC_CLK_TCK))
        // The caller may have made the entry.
        let start = Int(clamping: min(process.startTime, 1 << 40))
        return max(.zero, uptime - tick * start)
    }

    /// Knows only the programs that this osvc spawned; reaps one that has just ended.
    public func ending(of pid: Int32) -> Int32? {
        guard let child = stayingChildren[pid], child.hasEnded() else { return nil }
        return child.exitCode
    }

    /// Calls kill(2). Throws EINVAL for a pid below 2.
    public func signal(_ signal: Int32, to target: SignalTarget) throws(HostError) {
        forget()
        let (pid, name, isGroup) =
            switch target {
            case .process(let pid): (pid, "process \(pid)", false)
            case .group(let pid): (pid, "process group \(pid)", true)
            }
        // Numbers below 2 would reach osvc's own group, everybody, other groups, or init.
        guard pid > 1 else { throw .system(call: "kill", subject: name, errno: EINVAL) }
        guard kill(isGroup ? -pid : pid, signal) == 0 else {
            throw .system(call: "kill", subject: name, errno: errno)
        }
    }

    /// Searches /proc for processes with a file of the mount (`MountUsers`).
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

    /// Runs `fsfreeze -u`, for at most 10 s; false also when it is not installed.
    public func thaw(_ mountPoint: String) async throws(HostError) -> Bool {
        guard findProgram("fsfreeze") != nil else { return false }
        // A separate process, because the call waits for writers to a disk that does not answer.
        let command = Command(
            ["fsfreeze", "-u", mountPoint],
            limit: .seconds(10),
            killAfter: .seconds(1),
            logging: .quiet
        )
        return try await ask(command).code == 0
    }
}
