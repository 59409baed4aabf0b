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
    private var mode: Result<String, LoadError>?
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

    /// Services loaded for a node, with what `node.conf` says of it.
    func envNode() throws(LoadError) -> EnvNode? {
        guard let node else { return nil }
        let mode = mode ?? readMode()
        self.mode = mode
        return EnvNode(name: node, hostMode: try mode.get())
    }

    private func readMode() -> Result<String, LoadError> {
        let path = "\(root)/etc/node.conf"
        do throws(TrustError) {
            return .success(EnvNode.hostMode(in: EnvFile(try trusted(path).bytes)))
        } catch .missing {
            return .success(EnvNode.defaultMode)
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
        if directory?.lacks("site.d") == true { return false }
        let names = hookFiles ?? (try? ScriptFiles.scripts(in: "\(root)/etc/site.d", trust))
        hookFiles = .some(names)
        return names?.isEmpty != true
    }

    /// `etc`, for services that lie in it; nil: it cannot be trusted as a whole, and each file tells why.
    var directory: TrustedDirectory? {
        let known =
            etc
            ?? Result { () throws(TrustError) in
                try TrustedDirectory("\(root)/etc", policy: trust)
            }
        etc = known
        return try? known.get()
    }
}
