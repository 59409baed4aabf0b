/// The programs that an osvc which was killed left running: a `mount`, an `e2fsck` that nobody waits for
/// any more. Whoever acts next must not look at the machine before they have ended.
///
/// They are known by their environment: the service's name, and the call mark of the dead process. What
/// launchers started is left out, for it may be the service itself.
@EngineActor
struct Leftovers {
    let interruption: Interruption
    let service: ServiceFacts
    let host: any Host
    let log: any Log

    private static let pause = Duration.milliseconds(50)

    /// Waits until none is left, at most `limit`; then warns and returns, for what they hold shows when
    /// it is looked at. Throws `.cancelled` on a signal.
    func awaitEnd(within limit: Duration) async throws(HostError) {
        var left = try find()
        guard !left.isEmpty else { return }
        let action = interruption.action
        let text = "waiting up to \(limit.text) for what the \(action) left running: \(names(left))"
        log.write(.info, text, about: nil)
        log.waiting(for: names(left))
        defer { log.waiting(for: nil) }
        var waited = Duration.zero
        while !left.isEmpty {
            guard waited < limit else {
                log.write(.warning, "still running: \(names(left))", about: nil)
                return
            }
            try await host.sleep(Self.pause)
            waited += Self.pause
            left = try find()
        }
    }

    private func find() throws(HostError) -> [ProcessEntry] {
        host.forget()
        return try host.processes().filter { $0.isAlive && isLeft($0) }
    }

    private func isLeft(_ process: ProcessEntry) -> Bool {
        process.environment.contains("OPENSVC_SVCNAME=\(service.name)")
            && process.environment.contains {
                CallMark.isMark($0, ofProcess: interruption.pid)
            }
            && !process.environment.contains {
                $0.hasPrefix("\(DaemonFinder.launcherVariable)=")
            }
    }

    private func names(_ processes: [ProcessEntry]) -> String {
        processes.map { "\($0.arguments.joined(separator: " ")) (pid \($0.pid))" }
            .joined(separator: ", ")
    }
}
