public import OSVCEngine

/// What the loads of all classic services of one node have in common: whose files are believed, what the
/// node is for, whether there are hooks. Looked up once, by the first load that asks.
///
/// Whoever loads many services keeps one while loading and lets it go before acting: it holds `etc` open.
@EngineActor
public final class ClassicSite {
    let root: String
    let trust: TrustPolicy
    let schema: EnvSchema
    /// Nil: services are loaded as they are written, for no node.
    let node: String?

    private var etc: Result<TrustedDirectory, TrustError>?
    private var settings: Result<NodeSettings, LoadError>?
    private var hookFiles: [String]??

    /// `root` is that of the mutable files.
    public init(
        root: String,
        registry: DriverRegistry,
        node: String?,
        trust: TrustPolicy = .strict
    ) {
        self.root = root
        self.trust = trust
        self.node = node
        schema = EnvSchema(registry)
    }

    /// What `node.conf` says of the node; nil: services are loaded for no node.
    func nodeSettings() throws(LoadError) -> NodeSettings? {
        guard node != nil else { return nil }
        let known = settings ?? readSettings()
        settings = known
        return try known.get()
    }

    private func readSettings() -> Result<NodeSettings, LoadError> {
        let path = Layout(root: root).nodeConfiguration
        do throws(TrustError) {
            let bytes = try trusted(path).bytes
            return .success(NodeSettings(bytes, path: path, isTrusted: trust.checksWriters))
        } catch .missing {
            return .success(NodeSettings())
        } catch {
            let position = SourcePosition(file: path, line: 0)
            return .failure(
                LoadError([Diagnostic(position: position, message: error.description)])
            )
        }
    }

    private func trusted(_ path: String) throws(TrustError) -> TrustedFile {
        let limit = ScriptFiles.sizeLimit
        if let directory, let file = try directory.read(path, limit: limit) { return file }
        return try TrustedFile(reading: path, policy: trust, limit: limit)
    }

    /// Whether the site may have hooks. The reader of the hooks reports what cannot be listed.
    var mayHaveHooks: Bool {
        if directory?.lacks(Layout.siteHooksName) == true { return false }
        let names = hookFiles ?? (try? ScriptFiles.scripts(in: Layout(root: root).siteHooks, trust))
        hookFiles = .some(names)
        return names?.isEmpty != true
    }

    /// `etc`, for services that lie in it; nil: it cannot be trusted as a whole, and each file tells why.
    var directory: TrustedDirectory? {
        let known =
            etc
            ?? Result { () throws(TrustError) in
                try TrustedDirectory(Layout(root: root).etc, policy: trust)
            }
        etc = known
        return try? known.get()
    }
}
