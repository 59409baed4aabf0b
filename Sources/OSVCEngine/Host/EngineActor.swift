/// Where all of the engine's work happens: one thread, one loop, no locks in between.
@globalActor
public actor EngineActor {
    public static let shared = EngineActor()

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        EventLoop.shared.asUnownedSerialExecutor()
    }
}
