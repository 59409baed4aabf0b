extension Launching {
    var started: WatchedDaemon? {
        context.watchedDaemons.last { $0.resource == resource && $0.launcher.name == launcher.name }
    }

    func process(known: DaemonRecord? = nil) -> DaemonProcess {
        DaemonProcess(launcher, of: facts, on: host, known: known)
    }

    func startDaemon() async throws(ActionFailure) -> Int32 {
        guard let daemon = launcher.daemon else { return 0 }
        let process = process()
        do throws(HostError) {
            if let running = try process.sight() {
                let text = "\(launcher.name) is already up (pid \(running.process.pid))"
                context.log.write(.info, text, about: resource)
                try process.adopt(running)
                // The osvc that started it may have been killed before it wrote one of the two files, or both.
                let isMissing = try process.lacksPIDFile
                if !running.isNoted || isMissing { writePIDFile(of: process, running.process.pid) }
                watch(running.process)
                return 0
            }
            if let doubt = try process.doubt() {
                throw .malformed(subject: "\(launcher.name) is not started", problem: doubt)
            }
            try await endRemains(of: process, daemon)
            try await spawn(daemon, process)
            return 0
        } catch .cancelled {
            throw .interrupted
        } catch {
            context.log.write(.error, error.description, about: resource)
            return 1
        }
    }

    /// Ends what a dead daemon left behind, which would be in the way of the new one.
    private func endRemains(of process: DaemonProcess, _ daemon: Launcher.Daemon)
        async throws(HostError)
    {
        let remains = try process.remains()
        guard !remains.isEmpty else { return }
        tellEnd(of: remains, by: daemon.stopSignal)
        try await process.end(signal: daemon.stopSignal, within: daemon.stopLimit)
    }

    private func tellEnd(of remains: [ProcessEntry], by signal: Int32) {
        let pids = remains.map { "\($0.pid)" }.joined(separator: ", ")
        let text = "signal \(signal) to what is left of \(launcher.name) (pid \(pids))"
        context.log.write(.info, text, about: resource)
    }

    /// Starts the daemon. A daemon that cannot be recorded is ended; the action knows its pid in any case.
    private func spawn(_ daemon: Launcher.Daemon, _ process: DaemonProcess)
        async throws(HostError)
    {
        var command = Command(
            daemon.command,
            environment: environment,
            directory: launcher.directory ?? "/",
            user: launcher.user,
            group: launcher.group,
            output: .file(logFile, append: true)
        )
        command.logging = .quiet
        context.log.write(.info, "spawn: \(command.line)", about: resource)
        try process.announceStart()
        rotateLog(daemon)
        let started: StartedProcess
        do throws(HostError) {
            started = try await host.spawn(command)
        } catch {
            try process.noteStop()
            throw error
        }
        noteLaunch()
        if let resource { context.before[resource]?.inDoubt.remove(launcher.name) }
        let record = DaemonRecord(pid: started.pid, startTime: started.startTime)
        note(record, startedAt: host.uptime())
        // Before the record, which waits for the disk: a daemon that writes the file does so after this.
        writePIDFile(of: process, record.pid)
        do throws(HostError) {
            try process.remember(record.pid)
        } catch {
            touchPIDFile("removed") { () throws(HostError) in try process.removePIDFile() }
            let text = "\(launcher.name) (pid \(record.pid)) is stopped: its pid cannot be recorded"
            context.log.write(.error, text, about: resource)
            if record.startTime != nil {
                try await self.process(known: record)
                    .end(signal: daemon.stopSignal, within: daemon.stopLimit)
            }
            throw error
        }
        let text = "\(launcher.name) runs as pid \(record.pid) - logs in \(logFile)"
        context.log.write(.info, text, about: resource)
    }

    /// Only here: a daemon keeps its log open, so a file that is renamed while it runs would go on growing under its
    /// new name.
    private func rotateLog(_ daemon: Launcher.Daemon) {
        do throws(HostError) {
            try host.rotateFile(
                logFile,
                from: daemon.logLimit,
                keeping: daemon.logsKept,
                of: launcher.user
            )
        } catch {
            let text = "the log of \(launcher.name) is not rotated: \(error)"
            context.log.write(.warning, text, about: resource)
        }
    }

    private func writePIDFile(of process: DaemonProcess, _ pid: Int32) {
        touchPIDFile("written") { () throws(HostError) in try process.writePIDFile(pid) }
    }

    /// A failure is only a warning: the stop has succeeded when the daemon is gone.
    private func noteStop(of process: DaemonProcess) {
        do throws(HostError) {
            try process.noteStop()
        } catch {
            let text = "the stop of \(launcher.name) is not recorded: \(error)"
            context.log.write(.warning, text, about: resource)
        }
    }

    /// A failure is only a warning: osvc finds the daemon by its own record.
    private func touchPIDFile(_ deed: String, _ body: () throws(HostError) -> Void) {
        do throws(HostError) {
            try body()
        } catch {
            let text = "the pid file of \(launcher.name) is not \(deed): \(error)"
            context.log.write(.warning, text, about: resource)
        }
    }

    /// Sends the stop signal to the whole group, KILL after its limit, and then the same to the processes that remain.
    func stopDaemon() async throws(ActionFailure) -> Int32 {
        guard let daemon = launcher.daemon else { return 0 }
        let waiting = Waiting(for: "\(launcher.name) to end", context.log)
        defer { waiting.end() }
        do throws(HostError) {
            let process = try findable()
            if let running = try process.find() {
                let text = "signal \(daemon.stopSignal) to \(launcher.name) (pid \(running.pid))"
                context.log.write(.info, text, about: resource)
                try await process.end(signal: daemon.stopSignal, within: daemon.stopLimit)
            } else {
                let remains = try process.remains()
                if try process.doubt() == nil, remains.isEmpty {
                    let text = "\(launcher.name) is already down"
                    context.log.write(.info, text, about: resource)
                } else if !remains.isEmpty {
                    tellEnd(of: remains, by: daemon.stopSignal)
                    try await process.end(signal: daemon.stopSignal, within: daemon.stopLimit)
                }
            }
            if let doubt = try await process.lastingDoubt() {
                throw .malformed(subject: "\(launcher.name) is not stopped", problem: doubt)
            }
            noteStop(of: process)
            touchPIDFile("removed") { () throws(HostError) in try process.removePIDFile() }
            return 0
        } catch .cancelled {
            throw .interrupted
        } catch {
            context.log.write(.error, error.description, about: resource)
            return 1
        }
    }

    /// The daemon by its record, or by what this action started when the record does not lead to it.
    private func findable() throws(HostError) -> DaemonProcess {
        let process = process()
        guard let record = started?.record, record.startTime != nil, try process.find() == nil
        else {
            return process
        }
        return self.process(known: record)
    }
}
