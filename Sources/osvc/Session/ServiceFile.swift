import OSVCEngine
import OSVCLuaBridge

/// A service file of either kind, loaded.
@EngineActor
struct ServiceFile {
    let definition: ServiceDefinition
    /// Calls the functions of scripts.
    let scripts: any ScriptRunner
    /// Whether the service may share a host with others: a classic one whose site has no hooks.
    let sharesHost: Bool
    /// Tells the scripts what they act on.
    let attach: @EngineActor (any Host) -> Void
    /// The lines that the files wrote with `print` while they were read.
    let printed: [String]
    /// The messages of the load of a classic file.
    let messages: [EnvMessage]
    /// Whether a classic file contains `[default]`, which is corrected at its first use.
    let needsCorrection: Bool
    /// When a classic file was last changed, in seconds since 1970.
    let modified: Double?
    /// What the load of a classic file read of `node.conf`.
    let nodeSettings: NodeSettings?
    /// What looks wrong in the text, one line each; only a check asks.
    let warnings: @EngineActor () -> [String]
    /// An error that the engine found, with its line of the file.
    let diagnostic: @EngineActor (ConfigurationError) -> Diagnostic
    let side: Equivalence.Side

    /// Loads a file; its kind follows from its name. `node` as for `ClassicLoader`; `site` is what the classic
    /// services of the node have in common, for callers that load many.
    static func load(
        _ file: String,
        root: String,
        trust: TrustPolicy,
        node: String?,
        site: ClassicSite? = nil
    ) throws(SessionError) -> ServiceFile {
        do {
            if let site, ClassicLoader.reads(file) {
                return ServiceFile(
                    try ClassicLoader.load(path: file, in: site, registry: .builtIn)
                )
            }
            if ClassicLoader.reads(file) {
                return ServiceFile(
                    try ClassicLoader.load(
                        path: file,
                        root: root,
                        registry: .builtIn,
                        node: node,
                        trust: trust
                    )
                )
            }
            return ServiceFile(
                try ServiceLoader.load(path: file, root: root, registry: .builtIn, trust: trust)
            )
        } catch {
            throw .load(error)
        }
    }

    /// A file as one side of a comparison, as it was written; the files of any user are read.
    static func side(of file: String, _ context: ProcessContext) throws(SessionError)
        -> Equivalence.Side
    {
        try load(file, root: context.root, trust: context.readingTrust, node: nil).side
    }

    private init(_ loaded: LoadedService) {
        definition = loaded.definition
        scripts = loaded.session
        sharesHost = false
        attach = { [session = loaded.session] in session.host = $0 }
        printed = loaded.printed
        messages = []
        needsCorrection = false
        modified = nil
        nodeSettings = nil
        warnings = { loaded.warnings.map { "\($0.position): warning: \($0.message)" } }
        diagnostic = { [session = loaded.session] in session.diagnostic(for: $0) }
        side = Equivalence.Side(loaded)
    }

    private init(_ loaded: ClassicService) {
        definition = loaded.definition
        let lazy = LazyScripts(loaded, registry: .builtIn)
        scripts = lazy
        sharesHost = loaded.session == nil
        attach = { lazy.host = $0 }
        printed = loaded.printed
        messages = loaded.messages
        needsCorrection = loaded.needsCorrection
        modified = loaded.modified
        nodeSettings = loaded.nodeSettings
        let path = loaded.definition.position.file
        warnings = {
            (loaded.messages.filter { $0.level >= .warning } + loaded.repetitions).map { message in
                let word = message.level == .error ? "error" : "warning"
                let place = message.position.map { "\($0)" } ?? path
                return "\(place): \(word): \(message.text)"
            }
        }
        diagnostic = { loaded.diagnostic(for: $0) }
        side = Equivalence.Side(loaded)
    }
}
