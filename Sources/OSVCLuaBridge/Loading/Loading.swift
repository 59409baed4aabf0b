internal import OSVCEngine

/// A running load: its interpreter, what it may use, and the problems that were found so far.
///
/// A constructor that finds a problem records it and continues, so that one load reports all problems;
/// a script cannot catch a recorded problem.
@EngineActor
final class Loading {
    /// Unowned, because the interpreter's own functions refer to the load: a strong reference would make a cycle.
    unowned let state: LuaState
    let registry: DriverRegistry
    let files: ScriptFiles
    let functions: ScriptFunctions
    let types: ScriptTypes
    private(set) var diagnostics: [Diagnostic] = []
    private var known: Set<String> = []
    /// The number of problems beyond the limit, and the file of the first of them.
    private var notShown = (count: 0, file: "")
    /// The place in the start that the name of a launcher's file gives; nil for other files.
    var launcherNumber: Int?

    init(state: LuaState, registry: DriverRegistry, files: ScriptFiles) {
        self.state = state
        self.registry = registry
        self.files = files
        functions = ScriptFunctions()
        types = ScriptTypes(state)
    }

    // MARK: Problems

    /// The maximum number of problems that one load reports: nobody reads more, and locating each takes time.
    nonisolated static let reportLimit = 100

    /// Whether a further problem would only be counted.
    var isFull: Bool { diagnostics.count >= Self.reportLimit }

    func report(
        _ message: @autoclosure () -> String,
        at position: @autoclosure () -> SourcePosition
    ) {
        guard !isFull else {
            if notShown.count == 0 { notShown.file = diagnostics[0].position.file }
            notShown.count += 1
            return
        }
        let (message, position) = (message().cut(to: 2000), position())
        guard known.insert("\(position): \(message)").inserted else { return }
        let line = files.line(position.line, of: position.file)
        diagnostics.append(Diagnostic(position: position, message: message, sourceLine: line))
    }

    /// Takes the problems that were found since the last call.
    func takeDiagnostics() -> [Diagnostic] {
        defer {
            diagnostics = []
            known = []
            notShown.count = 0
        }
        return allDiagnostics
    }

    /// The problems that were found, and one that counts the rest.
    var allDiagnostics: [Diagnostic] {
        guard notShown.count > 0 else { return diagnostics }
        let rest = "\(notShown.count) more problems are not shown"
        let place = SourcePosition(file: notShown.file, line: 0)
        return diagnostics + [Diagnostic(position: place, message: rest)]
    }

    func report(_ error: ConfigurationError) {
        report(error.message, at: error.place(in: files))
    }

    func report(_ error: LuaError, in file: String) {
        report(error.message, at: SourcePosition(error.position, else: file))
    }

    func report(_ problems: [FieldProblem], of owner: String, in table: WrittenTable) {
        for problem in problems {
            report("\(owner): \(problem.sentence)", at: table.position(of: problem.path))
        }
    }

    // MARK: Positions

    /// The table with which a constructor was called, with its place in the file.
    func written(_ call: LuaCall) -> WrittenTable {
        WrittenTable(call: call.position, files: files)
    }

    // MARK: Functions

    /// Keeps a function for the engine to call. It is identified by the place where it is written.
    func keep(
        _ function: LuaReference,
        near place: WrittenTable,
        as surroundings: ScriptFunctions.Surroundings = .init()
    ) -> ScriptReference {
        let written = state.definition(of: function)
        let position = written.map { SourcePosition($0, else: $0.file) } ?? place.position
        return functions.keep(function, at: position, as: surroundings)
    }
}

/// The functions of scripts that the engine may call, by the id of their `ScriptReference`.
final class ScriptFunctions {
    /// What programs that the function runs get unless the function sets it.
    struct Surroundings {
        var user: String?
        var group: String?
        var environment: [String: String] = [:]
        var directory: String?
    }

    struct Function {
        var reference: LuaReference
        var position: SourcePosition
        var surroundings: Surroundings
    }

    private var functions: [Function] = []

    func keep(
        _ reference: LuaReference,
        at position: SourcePosition,
        as surroundings: Surroundings
    ) -> ScriptReference {
        functions.append(
            Function(reference: reference, position: position, surroundings: surroundings)
        )
        return ScriptReference(id: functions.count - 1, position: position)
    }

    subscript(script: ScriptReference) -> Function? {
        functions.indices.contains(script.id) ? functions[script.id] : nil
    }
}

extension SourcePosition {
    init(_ position: LuaPosition?, else file: String) {
        self.init(file: position?.file ?? file, line: position?.line ?? 0)
    }
}
