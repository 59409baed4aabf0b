public import OSVCEngine

/// A service as its classic file says, and what calls the site's hooks for it.
public struct ClassicService {
    public var definition: ServiceDefinition
    /// Warnings, and errors that cost a resource but not the service.
    public var messages: [EnvMessage]
    /// Warnings about what is written more than once.
    public var repetitions: [EnvMessage]
    /// Nil: the site has no hooks, so nothing of Lua was begun.
    public var session: ScriptSession?
    /// The lines that the hooks' files wrote with `print` while they were read.
    public var printed: [String]
    /// Whether the file says `[default]`, which is put right at its first use.
    public var needsCorrection: Bool
    /// When the file was last changed: seconds since 1970.
    public var modified: Double
    /// What `node.conf` says; nil: the service was loaded for no node.
    public var nodeSettings: NodeSettings?
    /// What the file holds.
    let bytes: [UInt8]
    let files: ScriptFiles

    /// A fault that the engine found, with its line of the file.
    @EngineActor
    public func diagnostic(for error: ConfigurationError) -> Diagnostic {
        Diagnostic(error.message, at: error.position, in: files)
    }
}

/// Reads classic service files, `<service>.env`, with the hooks of the site that apply to them.
public enum ClassicLoader {
    /// Whether a file is one for this loader, by its name.
    public static func reads(_ path: String) -> Bool { path.ends(EnvFile.suffix) }

    /// Loads a service file; `path` and `root` as for `ServiceLoader`.
    ///
    /// With `node` it is what that node loads, `node.conf` considered; without, the service as written.
    @EngineActor
    public static func load(
        path: String,
        root: String,
        registry: DriverRegistry,
        node: String?,
        trust: TrustPolicy = .strict
    ) throws(LoadError) -> ClassicService {
        let site = ClassicSite(root: root, registry: registry, node: node, trust: trust)
        return try load(path: path, in: site, registry: registry, sharing: nil)
    }

    /// Loads one of many services that lie in `etc`.
    @EngineActor
    public static func load(
        path: String,
        in site: ClassicSite,
        registry: DriverRegistry
    ) throws(LoadError) -> ClassicService {
        try load(path: path, in: site, registry: registry, sharing: site.directory)
    }

    @EngineActor
    private static func load(
        path: String,
        in site: ClassicSite,
        registry: DriverRegistry,
        sharing own: TrustedDirectory?
    ) throws(LoadError) -> ClassicService {
        let files = ScriptFiles(service: path, root: site.root, policy: site.trust, own: own)
        let file = try read(path, files)
        let bytes = file.bytes
        let settings = try site.nodeSettings()
        let mode = settings?.hostMode ?? NodeSettings.defaultHostMode
        let node = site.node.map { EnvNode(name: $0, hostMode: mode) }
        let service: EnvService
        do throws(EnvRefusal) {
            service = try EnvService(bytes, path: path, schema: site.schema, node: node)
        } catch {
            let found = error.messages.map { message in
                Diagnostic(
                    message.text,
                    at: message.place ?? SourcePosition(file: path, line: 0),
                    in: files
                )
            }
            throw LoadError(found, classic: error.messages)
        }
        var loaded = ClassicService(
            definition: service.definition,
            messages: service.messages,
            repetitions: service.repetitions,
            session: nil,
            printed: [],
            needsCorrection: EnvFile.corrected(bytes) != nil,
            modified: file.modified,
            nodeSettings: settings,
            bytes: bytes,
            files: files
        )
        if site.mayHaveHooks { try addHooks(to: &loaded, site.root, registry) }
        loaded.definition.files = files.files.map(\.path)
        return loaded
    }

    private static func read(_ path: String, _ files: ScriptFiles)
        throws(LoadError) -> ScriptFiles.File
    {
        do throws(TrustError) {
            return try files.readOwn(path)
        } catch {
            let position = SourcePosition(file: path, line: 0)
            // The sentence names the file, or the directory that is in the wrong hands.
            throw LoadError(
                [Diagnostic(position: position, message: error.description)],
                classic: [EnvMessage(.error, error.description)]
            )
        }
    }

    /// Hooks are Lua; where the site has none, no interpreter is made.
    @EngineActor
    private static func addHooks(
        to service: inout ClassicService,
        _ root: String,
        _ registry: DriverRegistry
    ) throws(LoadError) {
        let state = LuaState(limits: LuaLimits())
        defer { withExtendedLifetime(state) {} }
        let loading = Loading(state: state, registry: registry, files: service.files)
        let reader = ScriptReader(loading)
        let hooks = SiteHooks(reader: reader, root: root).read(for: service.definition)
        guard loading.diagnostics.isEmpty else { throw LoadError(loading.allDiagnostics) }
        service.definition.hooks += hooks
        service.printed = reader.printed
        let draft = ServiceDraft(
            definition: service.definition,
            uses: nil,
            limits: ScriptLimits()
        )
        service.session = ScriptSession(loading, draft)
    }
}

extension Diagnostic {
    init(_ message: String, at position: SourcePosition, in files: ScriptFiles) {
        self.init(
            position: position,
            message: message,
            sourceLine: files.line(position.line, of: position.file)
        )
    }
}
