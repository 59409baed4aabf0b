/// Ends processes, and those that they start meanwhile, in bounded time.
@EngineActor
struct ProcessEnding {
    let host: any Host

    /// How long KILL is repeated. A process in an uninterruptible wait survives that.
    static let patience = Duration.seconds(5)
    /// How often to search for processes that are not stopped yet, before KILL.
    private static let sweeps = 16
    private static let stop: Int32 = 19
    private static let kill: Int32 = 9

    /// Sends the signal once to each process that `find` returns, and KILL to those that still exist after
    /// `limit`. Returns the processes that KILL did not end.
    func end(
        signal: Int32,
        within limit: Duration,
        _ find: @EngineActor () throws(HostError) -> [ProcessEntry]
    ) async throws(HostError) -> [ProcessEntry] {
        var signalled: Set<Identity> = []
        let start = host.uptime()
        var pause = Duration.milliseconds(5)
        while true {
            let left = try find()
            if left.isEmpty { return [] }
            for process in left where signalled.insert(Identity(process)).inserted {
                try send(signal, to: process)
            }
            guard host.uptime() - start < limit else { break }
            try await host.sleep(pause)
            pause = min(pause * 2, .milliseconds(200))
        }
        return try await killAll(find)
    }

    /// Stops all of them first, so that none can start another while the others are killed.
    private func killAll(_ find: @EngineActor () throws(HostError) -> [ProcessEntry])
        async throws(HostError) -> [ProcessEntry]
    {
        let start = host.uptime()
        while true {
            var stopped: Set<Identity> = []
            var left: [ProcessEntry] = []
            for _ in 1...Self.sweeps {
                left = try find()
                let new = left.filter { stopped.insert(Identity($0)).inserted }
                guard !new.isEmpty, left.count > 1 else { break }
                for process in new { try send(Self.stop, to: process) }
            }
            for process in left { try send(Self.kill, to: process) }
            if left.isEmpty { return [] }
            guard host.uptime() - start < Self.patience else { return left }
            try await host.sleep(.milliseconds(50))
        }
    }

    private func send(_ signal: Int32, to process: ProcessEntry) throws(HostError) {
        try host.send(signal, to: .process(process.pid))
    }

    private struct Identity: Hashable {
        var pid: Int32
        var startTime: UInt64

        init(_ process: ProcessEntry) {
            pid = process.pid
            startTime = process.startTime
        }
    }
}

extension Host {
    /// Sends a signal; a process that no longer exists is no error.
    func send(_ signal: Int32, to target: SignalTarget) throws(HostError) {
        do throws(HostError) {
            try self.signal(signal, to: target)
        } catch .system(_, _, let number) where number == noSuchProcess {
            return
        }
    }
}

/// ESRCH
private let noSuchProcess: Int32 = 3
