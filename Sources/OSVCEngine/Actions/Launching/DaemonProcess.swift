internal import Glibc

/// Finds, records and ends the process of a launcher's daemon.
@EngineActor
struct DaemonProcess {
    private let finder: DaemonFinder
    private let host: any Host

    /// `known` is the process that the running action started; it is used when its record could not be written.
    init(
        _ launcher: Launcher,
        of service: ServiceFacts,
        on host: any Host,
        known: DaemonRecord? = nil
    ) {
        var finder = DaemonFinder(service: service, launcher: launcher)
        finder.known = known
        self.finder = finder
        self.host = host
    }

    func find() throws(HostError) -> ProcessEntry? { try sight()?.process }

    func sight() throws(HostError) -> DaemonFinder.Sighting? {
        try finder.sight(host)
    }

    /// Processes of the daemon that remain when its main process is gone.
    func remains() throws(HostError) -> [ProcessEntry] { try finder.remains(host) }

    /// Records that the daemon is about to be started: from now on it is searched for by its marks.
    func announceStart() throws(HostError) {
        // Mode 0600: whoever reads the origin could give it to a process of their own.
        try write(DaemonNote.startingText, mode: 0o600)
    }

    /// Records the pid with the start time, which makes it unmistakable, in osvc's own file. A process that is
    /// already gone is not recorded.
    func remember(_ pid: Int32) throws(HostError) {
        guard let process = try host.process(pid) else { return }
        try note(process)
    }

    /// Writes the pid to the file that the service names, for others to read. A daemon that writes this file
    /// itself does so a moment later.
    func writePIDFile(_ pid: Int32) throws(HostError) {
        guard let own = finder.launcher.daemon?.pidFile, let started = try host.process(pid) else {
            return
        }
        let line = Array("\(pid)\n".utf8)
        guard let bytes = try host.fileStart(own, limit: 4096) else {
            do throws(HostError) {
                try host.createBriefFile(own, line, mode: 0o644)
            } catch .system(_, _, EEXIST) {
                // The daemon has been faster, and knows which of its processes stays.
            }
            return
        }
        // One that is empty is being written.
        guard !bytes.isEmpty else { return }
        let noted = DaemonRecord(String(decoding: bytes, as: UTF8.self))
        guard noted?.pid != pid else { return }
        if let noted, let process = try host.process(noted.pid),
            process.startTime >= started.startTime
        {
            return
        }
        try host.writeBriefFile(own, line, mode: 0o644)
    }

    /// Whether the service names a pid file and it does not exist.
    var lacksPIDFile: Bool {
        get throws(HostError) {
            guard let own = finder.launcher.daemon?.pidFile else { return false }
            return try host.fileStart(own, limit: 4096) == nil
        }
    }

    private func note(_ process: ProcessEntry) throws(HostError) {
        try write(DaemonRecord(pid: process.pid, startTime: process.startTime).text)
    }

    private func write(_ text: String, mode: UInt32 = 0o644) throws(HostError) {
        try host.makeDirectory(
            Layout(root: finder.service.root).state(of: finder.service.name)
        )
        try host.writeFile(finder.recordFile, Array(text.utf8), mode: mode)
    }

    /// Records the pid of a daemon that osvc's record does not name: the osvc that started it was killed before
    /// it could, or the record was lost.
    func adopt(_ sighting: DaemonFinder.Sighting) throws(HostError) {
        guard !sighting.isNoted else { return }
        try remember(sighting.process.pid)
    }

    /// Finds a daemon that this osvc started, and records the process that took over from the one that was
    /// started. A process that failed is not followed.
    func follow(_ started: DaemonRecord) throws(HostError) -> ProcessEntry? {
        if let sighting = try sight() {
            if !sighting.isNoted { try note(sighting.process) }
            return sighting.process
        }
        guard host.ending(of: started.pid) ?? 0 == 0,
            let process = try finder.successor(of: started, host)
        else { return nil }
        try note(process)
        return process
    }

    /// What may still run of a daemon that failed: `pid 81 (/srv/web -d)`, separated by commas; nil: nothing seen.
    func strays(of started: DaemonRecord) throws(HostError) -> String? {
        host.forget()
        let found = try finder.strays(of: started, host)
        guard !found.isEmpty else { return nil }
        return found.map { "pid \($0.pid) (\($0.arguments.joined(separator: " ")))" }
            .joined(separator: ", ")
    }

    /// Records that the daemon does not run, which is not the same as a record that is lost.
    func noteStop() throws(HostError) {
        guard try finder.note(host) != .stopped else { return }
        try write(DaemonNote.stoppedText)
    }

    /// Why it is not known whether the daemon runs.
    func doubt() throws(HostError) -> String? {
        try finder.doubt(host)
    }

    /// The same after its end, which processes that belong to it follow within a moment.
    func lastingDoubt() async throws(HostError) -> String? {
        let start = host.uptime()
        while let doubt = try doubt() {
            guard host.uptime() - start < .seconds(1) else { return doubt }
            try await host.sleep(.milliseconds(50))
        }
        return nil
    }

    /// Removes the pid file that the service names.
    func removePIDFile() throws(HostError) {
        guard let own = finder.launcher.daemon?.pidFile else { return }
        try host.removeFile(own)
    }

    /// Sends the signal to the daemon's group, waits up to `limit` until it is gone, then sends KILL. Then does
    /// the same with what remains, sending the signal to each process once.
    ///
    /// Throws `.malformed` when processes survive KILL, as in an uninterruptible wait.
    func end(signal: Int32, within limit: Duration) async throws(HostError) {
        let main = try find()
        if let main {
            try send(signal, to: main)
            if try await !isGone(main, within: limit) {
                try send(kill, to: main)
                guard try await isGone(main, within: ProcessEnding.patience) else {
                    throw stillThere([main])
                }
            }
        }
        let left = try await ProcessEnding(host: host).end(signal: signal, within: limit) {
            () throws(HostError) in
            try finder.remains(host, of: main)
        }
        if !left.isEmpty { throw stillThere(left) }
    }

    private func stillThere(_ left: [ProcessEntry]) -> HostError {
        let pids = left.map { "\($0.pid)" }.joined(separator: ", ")
        return .malformed(subject: "pid \(pids)", problem: "still there after KILL")
    }

    /// Sends to the whole group when the daemon leads one, as daemons that osvc starts do.
    private func send(_ signal: Int32, to process: ProcessEntry) throws(HostError) {
        try host.send(
            signal,
            to: process.group == process.pid ? .group(process.pid) : .process(process.pid)
        )
    }

    private func isGone(_ process: ProcessEntry, within limit: Duration) async throws(HostError)
        -> Bool
    {
        let start = host.uptime()
        var pause = Duration.milliseconds(5)
        while let now = try host.process(process.pid), now.startTime == process.startTime,
            now.isAlive
        {
            guard host.uptime() - start < limit else { return false }
            try await host.sleep(pause)
            pause = min(pause * 2, .milliseconds(200))
        }
        return true
    }
}

private let kill: Int32 = 9
