public import OSVCEngine

/// A service that was read from a Lua file, and the session that calls the functions in it.
public struct LoadedService: Sendable {
    /// The service as its file writes it, with the hooks of the site that apply to it.
    public var definition: ServiceDefinition
    /// Calls the functions of the file and of the site's hooks. It keeps the interpreter alive.
    public var session: ScriptSession
    /// The lines that the files wrote with `print` while they were read.
    public var printed: [String]
}

/// Reads Lua service files, with the hooks of the site that apply to them.
///
/// A file is read in an interpreter of its own, which has no access to files, time, programs or random
/// numbers: on every node the same files make the same definition.
public enum ServiceLoader {
    /// Loads a service file.
    ///
    /// `path` is the file as the user wrote it, and messages use it so; a relative path starts in the working
    /// directory. `root` is the root of osvc's own files: modules come from the file's directory,
    /// `<root>/etc/lib` and `/usr/share/osvc/lua`, hooks from `<root>/etc/site.d`. Throws everything
    /// that is wrong at once, as far as it can be found.
    @EngineActor
    public static func load(
        path: String,
        root: String,
        registry: DriverRegistry,
        trust: TrustPolicy = .strict
    ) throws(LoadError) -> LoadedService {
        try load(path: path, root: root, registry: registry, trust: trust, limits: LuaLimits())
    }

    /// With `source` as the contents of the file, which need not exist then.
    @EngineActor
    static func load(
        path: String,
        root: String,
        registry: DriverRegistry,
        trust: TrustPolicy,
        limits: LuaLimits,
        source: [UInt8]? = nil
    ) throws(LoadError) -> LoadedService {
        let files = ScriptFiles(service: path, root: root, policy: trust)
        if let source { files.take(source, as: path) }
        let state = LuaState(limits: limits)
        defer { withExtendedLifetime(state) {} }
        let loading = Loading(state: state, registry: registry, files: files)
        let reader = ScriptReader(loading)
        let draft: ServiceDraft? = reader.read(path, returning: "osvc.service", isOwn: true)
        let hooks = draft.map { SiteHooks(reader: reader, root: root).read(for: $0.definition) }
        guard loading.diagnostics.isEmpty, var draft else {
            throw LoadError(loading.allDiagnostics)
        }
        draft.definition.hooks += hooks ?? []
        draft.definition.files = files.files.map(\.path)
        let session = ScriptSession(loading, draft)
        return LoadedService(
            definition: draft.definition,
            session: session,
            printed: reader.printed
        )
    }
}
