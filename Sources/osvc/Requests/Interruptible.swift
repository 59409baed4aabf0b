import OSVCEngine

/// Runs work that a signal may interrupt.
@EngineActor
protocol Interruptible {
    /// Returns the exit code of the action.
    func action(
        _ host: any Host,
        _ log: any Log,
        _ perform: @escaping @EngineActor @Sendable () async -> Int32
    ) async -> Int32
    /// `hasParts`: other processes of osvc run, which end first what they started.
    func look<Seen>(
        _ host: any Host,
        _ log: any Log,
        hasParts: Bool,
        _ look: @EngineActor () async -> Seen
    ) async -> Seen
}

extension Interruptible {
    func look<Seen>(
        _ host: any Host,
        _ log: any Log,
        _ look: @EngineActor () async -> Seen
    ) async -> Seen {
        await self.look(host, log, hasParts: false, look)
    }
}
