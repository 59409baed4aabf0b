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
        let draft: ServiceDraft? = reader.read(path, returning: "osvc.service")
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

/// Reads and runs files in the interpreter of a load.
@EngineActor
final class ScriptReader {
    let loading: Loading
    private var lines = BoundedLines()
    private var module: LuaValue?

    init(_ loading: Loading) {
        self.loading = loading
        loading.state.onRequire = { [unowned self] name throws(LuaError) in try find(name) }
        loading.state.onPrint = { [unowned self] bytes, _ in
            lines.append(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The lines that the files wrote with `print`.
    var printed: [String] { lines.all }

    /// Runs a file and takes the value that it returns; nil after a problem, which is then recorded.
    func read<Draft>(_ name: String, returning what: String) -> Draft? {
        let start = SourcePosition(file: name, line: 0)
        let file: ScriptFiles.File
        do throws(TrustError) {
            file = try loading.files.read(name)
        } catch {
            let path = ScriptFiles.absolute(name)
            loading.report(error.sentence(about: path), at: start)
            return nil
        }
        guard checkIsText(file, at: start) else { return nil }
        do throws(LuaError) {
            let chunk = try loading.state.load(file.bytes, chunk: name)
            let results = try loading.state.call(chunk)
            return take(results, from: name, what)
        } catch {
            loading.report(error, in: name)
            return nil
        }
    }

    private func take<Draft>(
        _ results: [LuaValue],
        from name: String,
        _ what: String
    ) -> Draft? {
        if case .object(let object)? = results.first, results.count == 1,
            let draft = object.payload as? Boxed<Draft>
        {
            return draft.value
        }
        let found = results.first.map(\.noun) ?? "nothing"
        loading.report(
            "returns \(found) where 'return \(what) \"name\" {…}' is expected",
            at: SourcePosition(file: name, line: 0)
        )
        return nil
    }

    private func checkIsText(_ file: ScriptFiles.File, at start: SourcePosition) -> Bool {
        if file.bytes.isEmpty {
            loading.report("the file is empty", at: start)
        } else if file.bytes.contains(0) || file.bytes.first == 0x1B {
            loading.report("the file is not text", at: start)
        } else {
            return true
        }
        return false
    }

    private func find(_ name: String) throws(LuaError) -> LuaState.Module? {
        if name == "osvc.v1" {
            let module = module ?? ModuleFunction.module(loading)
            self.module = module
            return .value(module)
        }
        guard !ModuleFunction.laterModules.contains(name) else {
            throw LuaError(.lua, "\(name) is not supported by this release")
        }
        let found: ScriptFiles.File?
        do throws(TrustError) {
            found = try loading.files.module(name)
        } catch {
            throw LuaError(.lua, error.description)
        }
        guard let file = found else {
            throw LuaError(.lua, "no module '\(name)' in \(loading.files.searched)")
        }
        guard !file.bytes.contains(0) else {
            throw LuaError(.lua, "\(file.name): the file is not text")
        }
        return .source(file.bytes, chunk: file.name)
    }
}

/// Reads `<root>/etc/site.d/*.lua`, in the order of their names.
@EngineActor
struct SiteHooks {
    let reader: ScriptReader
    let root: String

    /// The hooks of the files whose `match` holds for the service.
    func read(for service: ServiceDefinition) -> [Hook] {
        let directory = Layout(root: root).siteHooks
        var hooks: [Hook] = []
        for name in names(in: directory) {
            let draft: HooksDraft? = reader.read("\(directory)/\(name)", returning: "osvc.hooks")
            guard let draft, HookMatch.holds(draft.match, for: service) else { continue }
            hooks += draft.hooks.map { $0.hook(in: draft.name, match: draft.match) }
        }
        return hooks
    }

    private func names(in directory: String) -> [String] {
        do throws(TrustError) {
            return try reader.loading.files.scripts(in: directory)
        } catch {
            let position = SourcePosition(file: directory, line: 0)
            reader.loading.report(error.description, at: position)
            return []
        }
    }
}
