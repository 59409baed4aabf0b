/// Where all of the engine's work happens: one thread, one loop, no locks in between.
@globalActor
public actor EngineActor {
    public static let shared = EngineActor()

    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        EventLoop.shared.asUnownedSerialExecutor()
    }

    /// Calls `body` at once, for code that runs on the loop's thread without the compiler knowing.
    ///
    /// Traps on any other thread.
    public static func assumeIsolated<Value: Sendable, Failure: Error>(
        _ body: @EngineActor () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        shared.preconditionIsolated("only the event loop's thread may call this")
        typealias Plain = () throws(Failure) -> Value
        // The type alone differs: what the attribute asks for was just checked.
        return try withoutActuallyEscaping(body) { (body) throws(Failure) in
            try unsafeBitCast(body, to: Plain.self)()
        }
    }
}
