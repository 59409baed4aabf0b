/// A daemon that the action under way started.
struct StartedDaemon: Sendable {
    var resource: ResourceID?
    var launcher: Launcher
    /// The process that was started.
    var record: DaemonRecord
    /// When that was, on `Host.uptime`.
    var time: Duration
}

extension Launching {
    /// How long a daemon whose status is its process must live before its start has succeeded.
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
                // Its starter may have been killed before it wrote one of the two, or both.
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

    /// What a dead daemon left behind would stand in the way of the new one.
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

    /// The action keeps the pid, whatever becomes of the record. A daemon that cannot be recorded is ended.
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
        let pid = started.pid
        let record = DaemonRecord(pid: pid, startTime: started.startTime)
        context.daemons.append(
            StartedDaemon(
                resource: resource,
                launcher: launcher,
                record: record,
                time: host.uptime()
            )
        )
        do throws(HostError) {
            try process.remember(pid)
        } catch {
            let text = "\(launcher.name) (pid \(pid)) is stopped: its pid cannot be recorded"
            context.log.write(.error, text, about: resource)
            if record.startTime != nil {
                try await self.process(known: record)
                    .end(signal: daemon.stopSignal, within: daemon.stopLimit)
            }
            throw error
        }
        writePIDFile(of: process, pid)
        let text = "\(launcher.name) runs as pid \(pid) - logs in \(logFile)"
        context.log.write(.info, text, about: resource)
    }

    private func writePIDFile(of process: DaemonProcess, _ pid: Int32) {
        touchPIDFile("written") { () throws(HostError) in try process.writePIDFile(pid) }
    }

    /// A stop has succeeded when the daemon is gone, whatever lies in the place of its record.
    private func forgetRecord(of process: DaemonProcess) {
        do throws(HostError) {
            try process.forgetRecord()
        } catch {
            let text = "the record of \(launcher.name) is not removed: \(error)"
            context.log.write(.warning, text, about: resource)
        }
    }

    /// osvc finds the daemon by its own record, so the action goes on without the file.
    private func touchPIDFile(_ deed: String, _ body: () throws(HostError) -> Void) {
        do throws(HostError) {
            try body()
        } catch {
            let text = "the pid file of \(launcher.name) is not \(deed): \(error)"
            context.log.write(.warning, text, about: resource)
        }
    }

    /// The stop signal to the whole group, and KILL when that has not helped within its limit; the same to
    /// what is left then.
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

    /// By the record, or by what this action started when the record does not lead there.
    private func findable() throws(HostError) -> DaemonProcess {
        let process = process()
        guard let record = started?.record, record.startTime != nil, try process.find() == nil
        else {
            return process
        }
        return self.process(known: record)
    }

    // MARK: Whether it lives

    /// Whether the daemon is not there any more; not knowing counts as no.
    var hasEnded: Bool {
        do throws(HostError) {
            guard let started else { return try process().find() == nil }
            return try process().follow(started.record) == nil
        } catch {
            return false
        }
    }

    /// Notes a daemon that is up as one that this action started. After an action that was cut off nobody knows
    /// whether it has lived for its moment.
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

    /// Notes what the daemons that were started have become, so that a status finds them.
    static func followDaemons(of resource: ResourceID, in context: ActionContext) {
        for daemon in context.daemons where daemon.resource == resource {
            _ = Launching(context: context, resource: resource, launcher: daemon.launcher).hasEnded
        }
    }

    /// Waits until each daemon of the resource that was started has lived for its moment.
    static func outliveDaemons(of resource: ResourceID, in context: ActionContext)
        async throws(ActionFailure)
    {
        for one in context.daemons where one.resource == resource {
            let run = Launching(context: context, resource: resource, launcher: one.launcher)
            try await run.outlive(one)
        }
    }

    /// Nothing is started after a daemon of the same resource that has ended.
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

    /// Waits until the daemon has lived as long as its launcher says, and looks whether it still does.
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

    /// A daemon that has a status of its own may go on in processes that osvc does not know.
    private func confirmStatus(_ daemon: StartedDaemon) async throws(ActionFailure) {
        let answer = await LauncherProbe(resource: resource ?? ResourceID("app"), service: facts)
            .ask(launcher, of: host, for: .action, context.scripts)
        guard !answer.status.isUp, answer.status != .notApplicable else { return }
        try fail(daemon)
    }

    /// `, exit code 3`; empty: not known.
    private static func ending(of daemon: StartedDaemon, on host: any Host) -> String {
        switch host.ending(of: daemon.record.pid) {
        case nil: ""
        case let code? where code > 128: ", killed by signal \(code - 128)"
        case let code?: ", exit code \(code)"
        }
    }

    /// How the daemon that this action started ended.
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
