/// The process of a launcher's daemon: found again, remembered, ended.
@EngineActor
struct DaemonProcess {
    private let finder: DaemonFinder
    private let host: any Host

    init(_ launcher: Launcher, of service: ServiceFacts, on host: any Host) {
        finder = DaemonFinder(service: service, launcher: launcher)
        self.host = host
    }

    func find() throws(HostError) -> ProcessEntry? {
        host.forget()
        return try finder.find(host)
    }

    /// Notes that the daemon is about to be started: from now on it is searched for by its marks.
    func announceStart() throws(HostError) {
        try write("starting\n")
    }

    /// Notes the pid with the start time, which makes it unmistakable, in osvc's own file.
    func remember(_ pid: Int32) throws(HostError) {
        let startTime = try host.process(pid)?.startTime
        try write(DaemonRecord(pid: pid, startTime: startTime).text)
        // A daemon that writes its pid file itself does so a moment later, with what is right for it.
        if let own = finder.launcher.daemon?.pidFile {
            try host.writeFile(own, Array("\(pid)\n".utf8), mode: 0o644)
        }
    }

    private func write(_ text: String) throws(HostError) {
        try host.makeDirectory("\(finder.service.root)/var/\(finder.service.name)")
        try host.writeFile(finder.recordFile, Array(text.utf8), mode: 0o644)
    }

    /// Notes the pid of a daemon that was found by its marks: whoever started it was killed before it
    /// could, or its pid file was lost.
    func adopt(_ process: ProcessEntry) throws(HostError) {
        let noted = try host.readFile(finder.pidFile, limit: 4096).flatMap {
            DaemonRecord(String(decoding: $0, as: UTF8.self))
        }
        guard noted?.pid != process.pid else { return }
        try remember(process.pid)
    }

    /// Removes what names a process that is gone.
    func forgetRecord() throws(HostError) {
        try host.removeFile(finder.pidFile)
        try host.removeFile(finder.recordFile)
    }

    /// Sends the signal to the daemon's group, waits until it is gone, then KILL.
    ///
    /// Throws `.malformed` when even KILL leaves it within two seconds (a process in the kernel's hands).
    func end(signal: Int32, within limit: Duration) async throws(HostError) {
        guard let process = try find() else { return }
        try send(signal, to: process)
        if try await isGone(process, within: limit) { return }
        try send(9, to: process)
        if try await isGone(process, within: .seconds(2)) { return }
        throw .malformed(subject: "pid \(process.pid)", problem: "still there after KILL")
    }

    /// To the whole group when the daemon leads one, as those do that osvc starts.
    private func send(_ signal: Int32, to process: ProcessEntry) throws(HostError) {
        let target: SignalTarget =
            process.group == process.pid ? .group(process.pid) : .process(process.pid)
        do throws(HostError) {
            try host.signal(signal, to: target)
        } catch .system(_, _, let number) where number == noSuchProcess {
            return
        }
    }

    private func isGone(_ process: ProcessEntry, within limit: Duration) async throws(HostError)
        -> Bool
    {
        let start = ContinuousClock.now
        var pause = Duration.milliseconds(5)
        while let now = try host.process(process.pid), now.startTime == process.startTime,
            now.isAlive
        {
            guard ContinuousClock.now - start < limit else { return false }
            try await host.sleep(pause)
            pause = min(pause * 2, .milliseconds(200))
        }
        return true
    }
}

/// ESRCH
private let noSuchProcess: Int32 = 3
