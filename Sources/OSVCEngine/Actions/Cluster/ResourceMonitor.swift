/// Looks whether the monitored resources of a running service are up, starts again what is not, and when
/// that does not help does what the service says, `monitor_action` (classic-actions.md section 9).
///
/// Only while the heartbeat is up: without a cluster, nobody would take the service over.
@EngineActor
public struct ResourceMonitor: SiteWork {
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// Returns the exit code; the log has said why.
    public func perform(_ options: ActionOptions) async -> Int32 {
        let trust = ActionTrust(site, for: Self.name, refusingPrograms: true)
        return await trust.locked(within: options.lockLimit) { await locked(options, trust) }
    }

    private static let name = "resource_monitor"

    /// Nothing is recorded while nothing is lost: it is called every minute.
    private func locked(_ options: ActionOptions, _ trust: ActionTrust) async -> Int32 {
        await ServiceEnvironment(service).give(to: host, action: Self.name)
        guard !(await lost()).isEmpty else { return 0 }
        var options = options
        options.reason = .monitor
        return await RecordedAction(site: site, action: .start, name: Self.name, options: options)
            .perform(trust) { context in
                context.journal?.mustRecord = true
                host.forget()
                // What was interrupted may have come to its end meanwhile.
                return await restart(await lost(), context)
            }
    }

    /// The watched resources that are not up while the heartbeat is, with what is known of them.
    private func lost() async -> [(resource: Resource, report: StatusReport)] {
        let observer = Observer(site)
        let seen = await observer.look(for: .status)
        guard observer.status(of: seen).groups["hb"] == .up else { return [] }
        return service.resources.filter(Self.isWatched).compactMap { resource in
            guard let report = seen[resource.id]?.report, report.hasFailed else { return nil }
            return (resource, report)
        }
    }

    private func restart(
        _ lost: [(resource: Resource, report: StatusReport)],
        _ context: ActionContext
    ) async -> Int32 {
        for (resource, report) in lost {
            do throws(ActionFailure) {
                if try await restart(resource, context) { continue }
                let notes = report.notes.joined(separator: ", ")
                let text =
                    "monitored resource \(resource.id) is in state \(report.status) (\(notes))"
                log.write(.info, text, about: nil)
                try await act(context)
                // What follows cannot be worse: the service is given up.
                return 0
            } catch {
                let reason = error.reason(of: context.actionName).map { ": \($0)" } ?? ""
                let text = "'resource_monitor' action stopped on execution error\(reason)"
                log.write(.error, text, about: nil)
                return 1
            }
        }
        return 0
    }

    /// Heartbeats, stonith and syncs are never watched.
    static func isWatched(_ resource: Resource) -> Bool {
        resource.isMonitored && !resource.isDisabled
            && !["hb", "stonith", "sync"].contains(resource.type.group)
    }

    /// Tries to start the resource again, as often as it says. True: it is up.
    private func restart(_ resource: Resource, _ context: ActionContext)
        async throws(ActionFailure) -> Bool
    {
        for attempt in 0..<resource.restarts {
            let text =
                "restart resource \(resource.id). try number \(attempt + 1)/\(resource.restarts)"
            log.write(.info, text, about: nil)
            var changed = false
            do throws(ActionFailure) {
                try await ResourceRun(context: context, resource: resource).up(changed: &changed)
                try await Launching.outliveDaemons(of: resource.id, in: context)
            } catch {
                if error == .interrupted { throw error }
                if let reason = error.reason(of: context.actionName) {
                    log.write(.error, reason, about: resource.id)
                }
            }
            host.forget()
            let seen = await Observer(site).look(for: .status)
            guard let report = seen[resource.id]?.report, !report.hasFailed else { continue }
            let done = "monitored resource \(resource.id) restarted. abording TOC."
            log.write(.info, done, about: nil)
            return true
        }
        return false
    }

    private func act(_ context: ActionContext) async throws(ActionFailure) {
        guard let action = service.fields["monitor_action"].flatMap(MonitorAction.init) else {
            let text = "Would TOC but no (or unknown) resource monitor action set."
            log.write(.info, text, about: nil)
            return
        }
        log.write(.info, "start monitor action '\(action.rawValue)'", about: nil)
        for (command, resource) in action.commands(service) {
            try await StepPerformer(context: context).perform(.run(command), on: resource)
        }
    }
}

/// What happens to a service, or to the whole node, when a monitored resource is lost.
enum MonitorAction: String {
    /// The machine is started anew.
    case reboot
    /// The kernel ends at once, as after a fault of its own.
    case crash
    /// The cluster software stops the service and leaves it down.
    case freezestop

    func commands(_ service: Service) -> [(Command, ResourceID?)] {
        switch self {
        case .reboot: [(Command(["reboot"]), nil)]
        case .crash: [(Command(["tee", "/proc/sysrq-trigger"], input: Array("c".utf8)), nil)]
        case .freezestop:
            service.resources.filter { !$0.isDisabled }.compactMap { resource in
                (resource.driver as? HeartbeatOpenHA).map { ($0.freezeStop, resource.id) }
            }
        }
    }
}
