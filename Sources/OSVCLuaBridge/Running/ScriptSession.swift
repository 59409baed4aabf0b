public import OSVCEngine

/// Calls the functions of one service's scripts, several at once if necessary: each is a task that waits
/// without delaying the others.
@EngineActor
public final class ScriptSession: ScriptRunner {
    let state: LuaState
    let functions: ScriptFunctions
    let draft: ServiceDraft
    let files: ScriptFiles
    let registry: DriverRegistry
    /// The module's functions refer to the load, and a script may keep them.
    private let loading: Loading
    /// The machine that the functions act on; set before the first call.
    public weak var host: (any Host)?

    /// The context of the task that runs now; nil while none does.
    private(set) var current: CallContext?
    private var undos: [ScriptKey: [Undo]] = [:]
    private var tasks = 0
    private var children = 0
    private lazy var contexts = ContextType(self)

    /// One undo function of a start.
    private struct Undo {
        var context: CallContext
        var text: String
        var function: LuaReference
    }

    init(_ loading: Loading, _ draft: ServiceDraft) {
        self.loading = loading
        state = loading.state
        functions = loading.functions
        files = loading.files
        registry = loading.registry
        self.draft = draft
        beginToRun()
    }

    /// Ends the load: from now on functions are called.
    private func beginToRun() {
        state.phase = .run
        state.onRequire = { name throws(LuaError) in
            throw LuaError(.lua, "require '\(name)': modules are only loaded with the file")
        }
        state.onPrint = { [unowned self] bytes, position in
            current?.log(.info, String(decoding: bytes, as: UTF8.self), at: position)
        }
    }

    // MARK: Launcher files

    /// The launchers that were read, with the bytes of their files.
    private var launcherFiles: [String: (bytes: [UInt8], launcher: Launcher)] = [:]

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
        if let known = launcherFiles[path], known.bytes == file.bytes { return known.launcher }
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
        launcherFiles[path] = (file.bytes, launcher)
        return launcher
    }

    // MARK: Calls

    /// Calls the function in a task of its own, within the limit of the call. Fails for a function that was not
    /// loaded, and without a host.
    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        guard let function = functions[call.script] else {
            return .failed("\(call.script.position): there is no such function")
        }
        guard host != nil else {
            return .failed("\(call.script.position): there is no host to act on")
        }
        let context = CallContext(call, session: self, function: function)
        let fiber = Fiber(context)
        let result = await run(function.reference, [contexts.object(for: context)], fiber)
        context.end()
        return OutcomeReader(context: context, fiber: fiber).outcome(of: result)
    }

    /// Runs the undo functions of a key, newest first; the signal that caused the rollback does not end them.
    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool {
        guard let left = undos.removeValue(forKey: key) else { return false }
        // Undo is not ended by the signal that made it necessary: a task of its own is not cancelled.
        let work = Task { @EngineActor in
            for undo in left.reversed() { await run(undo, call) }
        }
        await work.value
        return true
    }

    /// Forgets the undo functions of all keys.
    public func forgetUndo() { undos = [:] }

    /// The maximum number of undo functions of one launcher or hook.
    private static let undoLimit = 1000

    func leave(
        _ text: String,
        _ function: LuaReference,
        in context: CallContext
    ) throws(LuaError) {
        guard undos[context.call.key, default: []].count < Self.undoLimit else {
            throw LuaError(.lua, "undo: more than \(Self.undoLimit) functions to be undone")
        }
        let undo = Undo(context: context, text: text.cut, function: function)
        undos[context.call.key, default: []].append(undo)
    }

    private func run(_ undo: Undo, _ call: ScriptCall) async {
        let context = undo.context
        context.reopen(for: call, limit: call.limit ?? Fiber.graceLimit)
        context.log(.info, "undo: \(undo.text)")
        let arguments = [contexts.object(for: context)]
        let result = await run(undo.function, arguments, Fiber(context))
        context.end()
        if case .failure(let error) = result {
            context.log(.error, "undo: \(undo.text): \(error)")
        }
    }

    var plannedClass: LuaClass { contexts.planned }

    // MARK: Tasks

    /// Runs a function to its end, and carries out what it waits for.
    func run(
        _ function: LuaReference,
        _ arguments: [LuaValue],
        _ fiber: Fiber
    ) async -> Result<[LuaValue], LuaError> {
        guard tasks < draft.limits.tasks else {
            return .failure(LuaError(.lua, "more than \(draft.limits.tasks) functions at once"))
        }
        tasks += 1
        defer { tasks -= 1 }
        let task = state.makeTask(function, arguments)
        var outcome = inside(fiber.context) { task.resume() }
        while true {
            switch outcome {
            case .finished(let values): return .success(values)
            case .failed(let error): return .failure(error)
            case .suspended(let request):
                guard let operation = request as? Operation else {
                    preconditionFailure("only operations are waited for")
                }
                let answer = await answer(operation, fiber)
                outcome = inside(fiber.context) {
                    switch answer {
                    case .success(let values): task.resume(values)
                    case .failure(let error): task.resume(raising: error)
                    }
                }
            }
        }
    }

    private func inside<Value>(_ context: CallContext, _ body: () -> Value) -> Value {
        let outer = current
        current = context
        defer { current = outer }
        return body()
    }

    private func answer(
        _ operation: Operation,
        _ fiber: Fiber
    ) async -> Result<[LuaValue], LuaError> {
        do throws(LuaError) {
            try fiber.checkTime(try requireHost())
        } catch {
            return .failure(error)
        }
        guard fiber.stage != .running else { return await perform(operation, fiber) }
        // `<close>` handlers must not be cancelled: they wait in a task of their own.
        let box = ResultBox()
        let work = Task { @EngineActor in
            box.result = await perform(operation, fiber)
        }
        await work.value
        return box.result
    }

    private func perform(
        _ operation: Operation,
        _ fiber: Fiber
    ) async -> Result<[LuaValue], LuaError> {
        do throws(LuaError) {
            let values = try await operation.body(fiber)
            if fiber.stage == .running, Task.isCancelled {
                throw fiber.interrupt(try requireHost())
            }
            return .success(values)
        } catch {
            return .failure(error)
        }
    }

    // MARK: The machine

    func requireHost() throws(LuaError) -> any Host {
        guard let host else { throw LuaError(.lua, "there is no host to act on") }
        return host
    }

    /// Counts a program while it runs; throws when too many run.
    func beginChild() throws(LuaError) {
        guard children < draft.limits.children else {
            throw LuaError(.exec, "more than \(draft.limits.children) programs at once")
        }
        children += 1
    }

    func endChild() { children -= 1 }

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

/// Carries a result that is not `Sendable` out of a task on the same actor.
@EngineActor
private final class ResultBox {
    var result: Result<[LuaValue], LuaError> = .success([])
}
