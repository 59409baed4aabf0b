/// A daemon that has to outlive the action under way: it was started by it, or found young.
struct WatchedDaemon: Sendable {
    var resource: ResourceID?
    var launcher: Launcher
    /// The process that was started or found.
    var record: DaemonRecord
    /// The time of the start, by `Host.uptime`.
    var time: Duration
}

/// A start has succeeded when each daemon has lived for a moment.
extension Launching {
    private static let pause = Duration.milliseconds(50)

    /// Whether the daemon has ended; false when that is not known.
    var hasEnded: Bool {
        do throws(HostError) {
            guard let started else { return try process().find() == nil }
            return try process().follow(started.record) == nil
        } catch {
            return false
        }
    }

    /// Watches a daemon that was up and has not lived for its minimum time: another action started it and was cut
    /// off, or nobody knows who did.
    func watch(_ running: ProcessEntry) {
        let age = host.age(of: running)
        guard age < launcher.minimumLife else { return }
        let record = DaemonRecord(pid: running.pid, startTime: running.startTime)
        note(record, startedAt: host.uptime() - age)
    }

    /// Adds a daemon to those that have to outlive the start. `time` is by `Host.uptime`.
    func note(_ record: DaemonRecord, startedAt time: Duration) {
        context.watchedDaemons.append(
            WatchedDaemon(resource: resource, launcher: launcher, record: record, time: time)
        )
    }

    /// Records the processes that daemons have become, so that a status finds them.
    static func followDaemons(of resource: ResourceID, in context: ActionContext) {
        for daemon in context.watchedDaemons where daemon.resource == resource {
            _ = Launching(context: context, resource: resource, launcher: daemon.launcher).hasEnded
        }
    }

    /// Waits until each started daemon of the resource has lived for its minimum time.
    static func outliveDaemons(of resource: ResourceID, in context: ActionContext)
        async throws(ActionFailure)
    {
        for one in context.watchedDaemons where one.resource == resource {
            let run = Launching(context: context, resource: resource, launcher: one.launcher)
            try await run.outlive(one)
        }
    }

    /// Throws when an earlier daemon of the same resource has ended: nothing is started after it.
    func confirmEarlier() throws(ActionFailure) {
        for daemon in context.watchedDaemons where daemon.resource == resource {
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
    func outlive(_ daemon: WatchedDaemon) async throws(ActionFailure) {
        let isItsOwnStatus = launcher.method(for: .status) == .daemon
        let life = launcher.minimumLife
        context.log.waiting(for: "\(launcher.name) to stay up")
        defer { context.log.waiting(for: nil) }
        while true {
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
    private func confirmStatus(_ daemon: WatchedDaemon) async throws(ActionFailure) {
        let answer = await LauncherProbe(resource: resource ?? ResourceID("app"), service: facts)
            .ask(launcher, of: host, for: .action, context.scripts)
        guard !answer.status.isUp, answer.status != .notApplicable else { return }
        try fail(daemon)
    }

    /// Names what a daemon whose start failed may have left: without marks, session or pid file that lead to it, no
    /// stop ends it.
    func tellStrays() {
        guard let record = started?.record, let found = try? process().strays(of: record) else {
            return
        }
        let text =
            "\(launcher.name) may still run, as \(found): begun since its start and without its marks, so"
            + " osvc does not end it"
        context.log.write(.warning, text, about: resource)
    }

    /// How a daemon ended: `, exit code 3`; empty when that is not known.
    private static func ending(of daemon: WatchedDaemon, on host: any Host) -> String {
        switch host.ending(of: daemon.record.pid) {
        case nil: ""
        case let code? where code > 128: ", killed by signal \(code - 128)"
        case let code?: ", exit code \(code)"
        }
    }

    /// How the daemon that this action started ended, for messages.
    var endingText: String { started.map { Self.ending(of: $0, on: context.host) } ?? "" }

    private func fail(_ daemon: WatchedDaemon) throws(ActionFailure) {
        tellStrays()
        context.watchedDaemons.removeAll {
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
