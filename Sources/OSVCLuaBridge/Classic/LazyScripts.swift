public import OSVCEngine

/// The scripts of a classic service whose site has no hooks. An interpreter is made when the first script of
/// its launcher directory is read; usually there is none.
@EngineActor
public final class LazyScripts: ScriptRunner {
    private let definition: ServiceDefinition
    private let files: ScriptFiles
    private let registry: DriverRegistry
    /// The session with its interpreter; nil: none was made yet.
    private(set) var session: ScriptSession?
    /// The machine that the functions act on; set before the first call.
    public weak var host: (any Host)? {
        didSet { session?.host = host }
    }

    /// Uses the session that the loaded service already has, if it has one.
    public init(_ service: ClassicService, registry: DriverRegistry) {
        definition = service.definition
        files = service.files
        session = service.session
        self.registry = registry
    }

    /// Calls a function; fails without an interpreter, because then there is no function.
    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        guard let session else {
            return .failed("\(call.script.position): there is no such function")
        }
        return await session.call(call)
    }

    /// Returns false without an interpreter.
    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool {
        await session?.undo(key, call) ?? false
    }

    /// Does nothing without an interpreter.
    public func forgetUndo() { session?.forgetUndo() }

    /// Reads a script of the launcher directory; makes the interpreter if there is none yet.
    public func launcher(
        in path: String,
        number: Int,
        of service: String
    ) throws(LauncherFileError) -> Launcher {
        try (session ?? begin()).launcher(in: path, number: number, of: service)
    }

    private func begin() -> ScriptSession {
        let state = LuaState(limits: LuaLimits())
        defer { withExtendedLifetime(state) {} }
        let loading = Loading(state: state, registry: registry, files: files)
        let draft = ServiceDraft(definition: definition, uses: nil, limits: ScriptLimits())
        let new = ScriptSession(loading, draft)
        new.host = host
        session = new
        return new
    }
}
