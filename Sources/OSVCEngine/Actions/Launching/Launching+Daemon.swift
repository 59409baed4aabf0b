/// A daemon that the action under way started.
struct StartedDaemon: Sendable {
    var resource: ResourceID?
    var launcher: Launcher
    /// The process that was started.
    var record: DaemonRecord
    /// The time of the start, by `Host.uptime`.
    var time: Duration
}

extension Launching {
    /// The minimum life of a daemon whose status is that of its process.
    private static let defaultLife = Duration.seconds(1)
    private static let pause = Duration.milliseconds(50)

    private var started: StartedDaemon? {
        context.daemons.last { $0.resource == resource && $0.launcher.name == launcher.name }
    }

    private func process(known: DaemonRecord? = nil) -> DaemonProcess {
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
                return 0
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
        let started: StartedProcess
        do throws(HostError) {
            started = try await host.spawn(command)
        } catch {
            try process.forgetAnnouncement()
            throw error
        }
        noteLaunch()
        let record = DaemonRecord(pid: started.pid, startTime: started.startTime)
        context.daemons.append(
            StartedDaemon(
                resource: resource,
                launcher: launcher,
                record: record,
                time: host.uptime()
            )
        )
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

    private func writePIDFile(of process: DaemonProcess, _ pid: Int32) {
        touchPIDFile("written") { () throws(HostError) in try process.writePIDFile(pid) }
    }

    /// Removes the record. A failure is only a warning: the stop has succeeded when the daemon is gone.
    private func forgetRecord(of process: DaemonProcess) {
        do throws(HostError) {
            try process.forgetRecord()
        } catch {
            let text = "the record of \(launcher.name) is not removed: \(error)"
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
                if remains.isEmpty {
                    let text = "\(launcher.name) is already down"
                    context.log.write(.info, text, about: resource)
                } else {
                    tellEnd(of: remains, by: daemon.stopSignal)
                    try await process.end(signal: daemon.stopSignal, within: daemon.stopLimit)
                }
            }
            forgetRecord(of: process)
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

    // MARK: Life

    /// Whether the daemon has ended; false when that is not known.
    var hasEnded: Bool {
        do throws(HostError) {
            guard let started else { return try process().find() == nil }
            return try process().follow(started.record) == nil
        } catch {
            return false
        }
    }

    /// Treats a daemon that is up as started by this action. After an interrupted action nobody knows whether
    /// it has lived for its minimum time.
    func watchRunning() {
        guard launcher.method(for: .status) == .daemon, started == nil,
            let running = (try? process().find()) ?? nil
        else { return }
        let record = DaemonRecord(pid: running.pid, startTime: running.startTime)
        context.daemons.append(
            StartedDaemon(
                resource: resource,
                launcher: launcher,
                record: record,
                time: host.uptime()
            )
        )
    }

    /// Records the processes that daemons have become, so that a status finds them.
    static func followDaemons(of resource: ResourceID, in context: ActionContext) {
        for daemon in context.daemons where daemon.resource == resource {
            _ = Launching(context: context, resource: resource, launcher: daemon.launcher).hasEnded
        }
    }

    /// Waits until each started daemon of the resource has lived for its minimum time.
    static func outliveDaemons(of resource: ResourceID, in context: ActionContext)
        async throws(ActionFailure)
    {
        for one in context.daemons where one.resource == resource {
            let run = Launching(context: context, resource: resource, launcher: one.launcher)
            try await run.outlive(one)
        }
    }

    /// Throws when an earlier daemon of the same resource has ended: nothing is started after it.
    func confirmEarlier() throws(ActionFailure) {
        for daemon in context.daemons where daemon.resource == resource {
            let earlier = Launching(
                context: context,
                resource: resource,
                launcher: daemon.launcher
            )
            if earlier.hasEnded, earlier.launcher.method(for: .status) == .daemon {
                try earlier.fail(daemon)
            }
        }
    }

    /// Waits until the daemon has lived for its minimum time; throws when it has ended.
    func outlive(_ daemon: StartedDaemon) async throws(ActionFailure) {
        let isItsOwnStatus = launcher.method(for: .status) == .daemon
        let life = launcher.daemon?.life ?? (isItsOwnStatus ? Self.defaultLife : .zero)
        context.log.waiting(for: "\(launcher.name) to stay up")
        defer { context.log.waiting(for: nil) }
        while true {
            host.forget()
            if hasEnded {
                guard isItsOwnStatus else { return try await confirmStatus(daemon) }
                return try fail(daemon)
            }
            let left = life - (host.uptime() - daemon.time)
            guard left > .zero else { return }
            do {
                try await host.sleep(min(left, Self.pause))
            } catch {
                throw .interrupted
            }
        }
    }

    /// A daemon with a status of its own may continue in processes that osvc does not know.
    private func confirmStatus(_ daemon: StartedDaemon) async throws(ActionFailure) {
        let answer = await LauncherProbe(resource: resource ?? ResourceID("app"), service: facts)
            .ask(launcher, of: host, for: .action, context.scripts)
        guard !answer.status.isUp, answer.status != .notApplicable else { return }
        try fail(daemon)
    }

    /// How a daemon ended: `, exit code 3`; empty when that is not known.
    private static func ending(of daemon: StartedDaemon, on host: any Host) -> String {
        switch host.ending(of: daemon.record.pid) {
        case nil: ""
        case let code? where code > 128: ", killed by signal \(code - 128)"
        case let code?: ", exit code \(code)"
        }
    }

    /// How the daemon that this action started ended, for messages.
    var endingText: String { started.map { Self.ending(of: $0, on: context.host) } ?? "" }

    private func fail(_ daemon: StartedDaemon) throws(ActionFailure) {
        context.daemons.removeAll {
            $0.resource == daemon.resource && $0.record == daemon.record
        }
        let how = Self.ending(of: daemon, on: host)
        let age = host.uptime() - daemon.time
        let text = "\(launcher.name) ended within \(age.shortText) of its start\(how)"
        try failed(.start, "\(text) - logs in \(logFile)")
    }
}

extension Duration {
    /// `0.3s`, rounded up to tenths.
    fileprivate var shortText: String {
        let (seconds, attoseconds) = components
        let tenths = seconds * 10 + (attoseconds + 99_999_999_999_999_999) / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10)s"
    }
}
