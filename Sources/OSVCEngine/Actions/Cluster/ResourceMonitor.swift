/// Checks that the monitored resources of a running service are up, starts again those that are not, and if
/// that fails carries out the service's `monitor_action` (classic-actions.md section 9).
///
/// Acts only while the heartbeat is up: without a cluster no other node would take the service over.
@EngineActor
public struct ResourceMonitor: SiteWork {
    /// The service that is monitored.
    public let site: Site

    public init(_ site: Site) {
        self.site = site
    }

    /// Returns the exit code, 0 or 1; the log says why.
    public func perform(_ options: ActionOptions) async -> Int32 {
        let trust = ActionTrust(site, for: Self.name, refusingPrograms: true)
        return await trust.locked(within: options.lockLimit) { await locked(options, trust) }
    }

    private static let name = "resource_monitor"

    /// Opens the journal only when a resource is lost: this runs every minute.
    private func locked(_ options: ActionOptions, _ trust: ActionTrust) async -> Int32 {
        await ServiceEnvironment(service).give(to: host, action: Self.name)
        guard !(await lost()).isEmpty else { return 0 }
        var options = options
        options.reason = .monitor
        return await RecordedAction(site: site, action: .start, name: Self.name, options: options)
            .perform(trust) { context in
                context.journal?.mustRecord = true
                host.forget()
                // The end of an interrupted action may have changed this meanwhile.
                return await restart(await lost(), context)
            }
    }

    /// The watched resources that have failed while the heartbeat is up, with their reports.
    private func lost() async -> [(resource: Resource, report: StatusReport)] {
        let observer = Observer(site)
        let seen = await observer.look(for: .status)
        guard observer.status(of: seen).groups[.hb] == .up else { return [] }
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
                // The action on the service or node has been carried out; nothing else is tried.
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

    /// Whether the monitor watches the resource. Heartbeats, stonith and syncs are never watched.
    static func isWatched(_ resource: Resource) -> Bool {
        resource.isMonitored && !resource.isDisabled
            && resource.type.group?.isWatched == true
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
                _ = try await ResourceRun(context: context, resource: resource).up(
                    changed: &changed
                )
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
    /// Reboots the node.
    case reboot
    /// Crashes the kernel at once, through /proc/sysrq-trigger.
    case crash
    /// Has the cluster software stop the service and keep it down.
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
