public import OSVCEngine

/// Calls the functions of one service's scripts, several at once if necessary: each is a task that waits
/// without delaying the others.
@EngineActor
public final class ScriptSession: ScriptRunner {
    private let shared: SessionState
    /// The module's functions refer to the load, and a script may keep them.
    private let loading: Loading
    private lazy var contexts = ContextType(state)
    /// The machine that the functions act on; set before the first call.
    public var host: (any Host)? {
        get { shared.host }
        set { shared.host = newValue }
    }

    var state: LuaState { shared.state }
    var files: ScriptFiles { loading.files }

    init(_ loading: Loading, _ draft: ServiceDraft) {
        self.loading = loading
        shared = SessionState(loading.state, draft, loading.registry)
        beginToRun()
    }

    /// Ends the load: from now on functions are called.
    private func beginToRun() {
        state.phase = .run
        state.onRequire = { name throws(LuaError) in
            throw LuaError(.lua, "require '\(name)': modules are only loaded with the file")
        }
        state.onPrint = { [unowned self] bytes, position in
            shared.current?.log(.info, String(decoding: bytes, as: UTF8.self), at: position)
        }
    }

    // MARK: Launcher files

    /// The launchers that were read, with the bytes of their files.
    private var launcherFiles: [PathKey: (bytes: [UInt8], launcher: Launcher)] = [:]

    /// Reads the file as it is now, at most once for the same bytes. What it prints is not shown. Throws every
    /// problem of the file in one text.
    public func launcher(
        in path: String,
        number: Int,
        of service: String
    ) throws(LauncherFileError) -> Launcher {
        let file: ScriptFiles.File
        do throws(TrustError) {
            file = try files.readAgain(path)
        } catch {
            throw LauncherFileError("\(path): \(error.sentence(about: path))")
        }
        if let known = launcherFiles[PathKey(path)], known.bytes == file.bytes {
            return known.launcher
        }
        state.phase = .load
        loading.launcherNumber = number
        let reader = ScriptReader(loading)
        let launcher: Launcher? = reader.read(path, returning: "osvc.launcher")
        loading.launcherNumber = nil
        beginToRun()
        let found = loading.takeDiagnostics()
        guard let launcher, found.isEmpty else {
            throw LauncherFileError(found.map(\.headline).joined(separator: "; "))
        }
        launcherFiles[PathKey(path)] = (file.bytes, launcher)
        return launcher
    }

    // MARK: Calls

    /// Calls the function in a task of its own, within the limit of the call. Fails for a function that was not
    /// loaded, and without a host.
    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        guard let function = loading.functions[call.script] else {
            return .failed("\(call.script.position): there is no such function")
        }
        guard host != nil else {
            return .failed("\(call.script.position): there is no host to act on")
        }
        let context = CallContext(call, session: shared, function: function)
        let fiber = Fiber(context)
        let result = await fiber.run(function.reference, [contexts.object(for: context)])
        context.end()
        return OutcomeReader(context: context, fiber: fiber).outcome(of: result)
    }

    /// Runs the undo functions of a key, newest first; the signal that caused the rollback does not end them.
    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool {
        guard let left = shared.takeUndos(of: key) else { return false }
        // Undo is not ended by the signal that made it necessary: a task of its own is not cancelled.
        let work = Task { @EngineActor in
            for undo in left.reversed() { await run(undo, call) }
        }
        await work.value
        return true
    }

    /// Forgets the undo functions of all keys.
    public func forgetUndo() { shared.forgetUndo() }

    private func run(_ undo: SessionState.Undo, _ call: ScriptCall) async {
        let context = undo.context
        context.reopen(for: call, limit: call.limit ?? Fiber.graceLimit)
        context.log(.info, "undo: \(undo.text)")
        let arguments = [contexts.object(for: context)]
        let result = await Fiber(context).run(undo.function, arguments)
        context.end()
        if case .failure(let error) = result {
            context.log(.error, "undo: \(undo.text): \(error)")
        }
    }

    // MARK: Messages

    /// The position of a keyword, when only the line of its resource is known.
    public func position(of keyword: String, near position: SourcePosition) -> SourcePosition {
        WrittenTable(at: position, files: files).position(of: keyword)
    }

    /// An error that the engine found in the service, with its position in the file and the source line.
    public func diagnostic(for error: ConfigurationError) -> Diagnostic {
        let position = error.place(in: files)
        return Diagnostic(
            position: position,
            message: error.message,
            sourceLine: files.line(position.line, of: position.file)
        )
    }
}
