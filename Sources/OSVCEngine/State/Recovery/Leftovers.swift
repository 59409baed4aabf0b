/// The programs that a killed osvc left running: a launcher's start, a `mount`, an `e2fsck` that nobody waits
/// for any more. The next action must not look at the machine before they have ended.
///
/// The journal names them. What a program left behind that has ended itself is not among them, because it may
/// be the service. When a journal names no programs, they are found by their environment.
@EngineActor
public struct Leftovers {
    let interruption: Interruption
    let service: ServiceFacts
    let host: any Host
    let log: any Log

    private typealias Call = JournalCalls.Call

    private static let pause = Duration.milliseconds(50)
    /// The minimum time for a program that has no limit.
    private static let leastPatience = Duration.seconds(60)
    private static let settling = Duration.seconds(2)
    private static let killAfter = Duration.seconds(10)
    private static let term: Int32 = 15

    /// Waits until none runs: for each its own limit, or `limit` if it has none. Ends a program that takes
    /// longer, but not a tool such as fsck.
    ///
    /// Returns the tools that still run. Throws `.cancelled` on a signal.
    func awaitEnd(within limit: Duration) async throws(HostError) -> [JournalCalls.Call] {
        guard interruption.calls.isKept else {
            _ = try await wait(within: limit, Self.marked(interruption, service, host))
            return []
        }
        var kept: [JournalCalls.Call] = []
        let begun = host.uptime()
        for call in interruption.calls.unfinished {
            guard call.scriptCall == nil else {
                try await endStaying(call)
                continue
            }
            // A short limit for the lock must not end a program early.
            let most = call.limit ?? max(limit, Self.leastPatience)
            let passed = host.uptime() - begun
            var seen: [ProcessEntry] = []
            let left = try await wait(within: max(.zero, most - passed)) { () throws(HostError) in
                let running = try Self.program(of: call, host)
                if !running.isEmpty { seen = running }
                return running
            }
            if !seen.isEmpty && left.isEmpty { try await settle(after: seen, of: call) }
            if call.isNeverEnded {
                if !left.isEmpty { kept.append(call) }
            } else {
                for process in left { try await end(process, of: call) }
            }
        }
        return kept
    }

    /// The unfinished programs that still run: `/srv/web start (pid 812)`.
    public static func running(after interruption: Interruption, on host: any Host) -> [String] {
        running(interruption.calls.unfinished, on: host)
    }

    static func running(_ calls: [JournalCalls.Call], on host: any Host) -> [String] {
        // Programs that cannot be looked up are not named.
        calls.flatMap { (try? program(of: $0, host)) ?? [] }.map(name)
    }

    /// A note for the status of a resource: what an interrupted action left running there. Nil: nothing runs,
    /// or the osvc that waits for it still runs.
    static func note(on resource: ResourceID, of service: ServiceFacts, _ host: any Host) -> String?
    {
        let layout = Layout(root: service.root)
        // A journal that cannot be read adds no note; actions report why.
        guard let interruption = Interruption.find(of: service.name, in: layout),
            interruption.resource == resource, !interruption.calls.unfinished.isEmpty,
            !interruption.isRunning(on: host)
        else { return nil }
        let running = running(after: interruption, on: host)
        guard !running.isEmpty else { return nil }
        return "interrupted \(interruption.action) still runs: \(running.joined(separator: ", "))"
    }

    /// Waits until no process is found. Returns those that still run when the limit has passed.
    private func wait(
        within limit: Duration,
        _ find: @EngineActor () throws(HostError) -> [ProcessEntry]
    ) async throws(HostError) -> [ProcessEntry] {
        var left = try find()
        guard !left.isEmpty else { return [] }
        let action = interruption.action
        // Rounded to seconds: only a few milliseconds have passed since the wait began.
        let shown = limit < .seconds(1) ? limit : .seconds(Int64(limit.inSeconds.rounded()))
        let text = "waiting up to \(shown.text) for what the \(action) left running: \(names(left))"
        log.write(.info, text, about: nil)
        log.waiting(for: names(left))
        defer { log.waiting(for: nil) }
        var waited = Duration.zero
        while !left.isEmpty {
            guard waited < limit else {
                log.write(.warning, "still running: \(names(left))", about: nil)
                return left
            }
            try await host.sleep(Self.pause)
            waited += Self.pause
            left = try find()
        }
        return []
    }

    /// Waits a moment until what a program put into the background before it ended has executed its own program:
    /// until then a check of a launcher cannot recognize it. A forked process has the arguments of the program.
    private func settle(after programs: [ProcessEntry], of call: Call) async throws(HostError) {
        let end = host.uptime() + Self.settling
        var before: [Int32: [String]] = [:]
        while host.uptime() < end {
            host.forget()
            let forked = try host.processes().filter { $0.isAlive && call.isMarked($0) }
            let now = Dictionary(forked.map { ($0.pid, $0.arguments) }) { first, _ in first }
            let isForked = programs.contains { now.values.contains($0.arguments) }
            if now == before && !isForked { return }
            before = now
            try await host.sleep(Self.pause)
        }
    }

    /// Ends what an interrupted script started with `ctx:spawn`: the script begins anew, and nothing else knows
    /// of the program.
    private func endStaying(_ call: Call) async throws(HostError) {
        let programs = try Self.program(of: call, host)
        guard let first = programs.min(by: { $0.startTime < $1.startTime }) else { return }
        try await end(first, of: call)
    }

    /// Ends a program and everything that it started, as happens at its limit.
    private func end(_ program: ProcessEntry, of call: Call) async throws(HostError) {
        log.write(.warning, "ending \(names([program]))", about: nil)
        let left = try await ProcessEnding(host: host).end(
            signal: Self.term,
            within: Self.killAfter
        ) { () throws(HostError) in
            host.forget()
            return try host.processes().filter { process in
                guard process.pid > 1, process.isAlive, process.startTime >= program.startTime
                else { return false }
                return call.isProgram(process) || call.isMarked(process)
                    || program.group == program.pid && process.group == program.pid
            }
        }
        guard !left.isEmpty else { return }
        log.write(.error, "still there after KILL: \(names(left))", about: nil)
    }

    private static func program(of call: Call, _ host: any Host) throws(HostError) -> [ProcessEntry]
    {
        host.forget()
        if call.scriptCall != nil {
            return try host.processes().filter {
                $0.pid > 1 && $0.isAlive && (call.isProgram($0) || call.isMarked($0))
            }
        }
        if let record = call.process {
            let process = try host.process(record.pid)
            return [process].compactMap { $0 }.filter { $0.pid > 1 && call.isProgram($0) }
        }
        return try host.processes(with: CallMark.variable, within: .zero)
            .filter { $0.isAlive && call.isProgram($0) }
    }

    private static func marked(
        _ interruption: Interruption,
        _ service: ServiceFacts,
        _ host: any Host
    ) -> @EngineActor () throws(HostError) -> [ProcessEntry] {
        { () throws(HostError) in
            host.forget()
            return try host.processes().filter { process in
                process.isAlive
                    && process.environment.contains("OPENSVC_SVCNAME=\(service.name)")
                    && process.environment.contains {
                        CallMark.isMark($0, ofProcess: interruption.pid)
                    }
                    && !process.environment.contains {
                        $0.hasPrefix("\(CallMark.launcherVariable)=")
                    }
            }
        }
    }

    private func names(_ processes: [ProcessEntry]) -> String {
        processes.map(Self.name).joined(separator: ", ")
    }

    private static func name(_ process: ProcessEntry) -> String {
        "\(process.arguments.joined(separator: " ")) (pid \(process.pid))"
    }
}
