public import OSVCEngine

/// The scripts of a classic service whose site has no hooks: an interpreter is made when the first file
/// of its launcher directory is to be read, and usually there is none.
@EngineActor
public final class LazyScripts: ScriptRunner {
    private let definition: ServiceDefinition
    private let files: ScriptFiles
    private let registry: DriverRegistry
    /// Nil: no interpreter was begun.
    private(set) var session: ScriptSession?
    /// What the functions act on; set before the first call.
    public weak var host: (any Host)? {
        didSet { session?.host = host }
    }

    var service: String { definition.name }

    /// The service's own session goes on, where it has one.
    public init(_ service: ClassicService, registry: DriverRegistry) {
        definition = service.definition
        files = service.files
        session = service.session
        self.registry = registry
    }

    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        guard let session else {
            return .failed("\(call.script.position): there is no such function")
        }
        return await session.call(call)
    }

    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool {
        await session?.undo(key, call) ?? false
    }

    public func forgetUndo() { session?.forgetUndo() }

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
