/// The actor of all work of the engine: one thread, one loop, no locks in between.
@globalActor
public actor EngineActor {
    /// The instance that the attribute `@EngineActor` uses.
    public static let shared = EngineActor()

    /// The event loop: the actor's jobs run on its thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        EventLoop.shared.asUnownedSerialExecutor()
    }

    /// Calls `body` at once, for code that runs on the loop's thread unknown to the compiler.
    ///
    /// Traps on any other thread. Throws what `body` throws.
    public static func assumeIsolated<Value: Sendable, Failure: Error>(
        _ body: @EngineActor () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        shared.preconditionIsolated("only the event loop's thread may call this")
        typealias Plain = () throws(Failure) -> Value
        // Only the type differs: what the attribute requires was just checked.
        return try withoutActuallyEscaping(body) { (body) throws(Failure) in
            try unsafeBitCast(body, to: Plain.self)()
        }
    }
}
