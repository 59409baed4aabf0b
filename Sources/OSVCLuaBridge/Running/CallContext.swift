internal import OSVCEngine

/// What a script may do where it is called (lua-boundary.md section 5).
enum CallPhase: Sendable {
    /// Status and info: nothing is changed.
    case status
    /// A plan: reads are executed, writes are only recorded.
    case plan
    case action
    /// The undo functions of a start.
    case undo
}

/// One call of a script's function: what its `ctx` (in hooks: `ev`) stands for.
@EngineActor
final class CallContext {
    private(set) var call: ScriptCall
    private(set) var phase: CallPhase
    /// Unowned, because the interpreter keeps contexts, and the session's state keeps the interpreter.
    unowned let session: SessionState
    let surroundings: ScriptFunctions.Surroundings
    /// When the call as a whole must end, by `Host.uptime`; nil: no limit.
    private(set) var deadline: Duration?
    /// Whether the function has ended; a `ctx` that a script kept cannot be used then.
    private(set) var isOver = false
    /// Whether it started a program with `ctx:spawn`.
    var hasSpawned = false
    /// What a plan would do, one line each.
    private(set) var planned = BoundedLines()
    /// `status_log`, for the lines under the status.
    var notes = BoundedLines()

    init(_ call: ScriptCall, session: SessionState, function: ScriptFunctions.Function) {
        self.call = call
        self.session = session
        surroundings = function.surroundings
        phase = Self.phase(of: call)
        setDeadline(call.limit)
    }

    private static func phase(of call: ScriptCall) -> CallPhase {
        switch call.purpose {
        case .launcher(.status), .launcher(.info): .status
        default: call.isPlanning ? .plan : .action
        }
    }

    var isPlanning: Bool { phase == .plan }

    /// The machine, which exists as long as a call runs.
    var host: any Host { get throws(LuaError) { try session.requireHost() } }

    /// Marks the function as ended. Its undo functions may use the context once more.
    func end() {
        isOver = true
        guard hasSpawned else { return }
        hasSpawned = false
        session.host?.callKeeper?.ended(name)
    }

    /// The call, as the journal names it: `app:httpd start`.
    var name: String { "\(call.key) \(call.action)" }

    /// Opens the context again: the start has failed, and its undo functions run.
    func reopen(for call: ScriptCall, limit: Duration) {
        self.call = call
        phase = .undo
        isOver = false
        setDeadline(limit)
    }

    private func setDeadline(_ limit: Duration?) {
        guard let limit, let host = session.host else {
            deadline = nil
            return
        }
        deadline = host.uptime() + limit
    }

    // MARK: Log and plan

    /// Writes to the service's log, with the position in the script.
    func log(_ level: LogLevel, _ text: String, at position: LuaPosition? = nil) {
        let place = position.map { "\($0): " } ?? ""
        call.log.write(level, place + text.cut, about: call.key.resource)
    }

    /// Records what would be done: `lamp.lua:40 app:apache exec /usr/sbin/apachectl -k start`.
    func plan(_ text: String, at position: LuaPosition?) {
        let place = position?.description ?? call.script.position.description
        let words = [place, call.key.description, text]
        planned.append(words.filter { !$0.isEmpty }.joined(separator: " "))
    }

    // MARK: Programs

    /// The variables that every program of this call gets.
    var environment: [String: String] {
        var all = surroundings.environment
        all["OPENSVC_SVCNAME"] = call.service.name
        all["OPENSVC_NODE"] = call.service.node
        all["OPENSVC_ACTION"] = call.action
        all["OPENSVC_RID"] = call.key.resource?.text
        all["OPENSVC_LAUNCHER"] = call.key.launcher
        return all
    }

    /// The file for the output of programs that it leaves running, unless the script names another.
    var logFile: String {
        let name = call.key.launcher ?? call.key.resource?.text ?? "hook"
        return Layout(root: call.service.root).launcherLog(of: call.service.name, name)
    }
}
