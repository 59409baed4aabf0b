internal import OSVCEngine

/// What a script may do where it is called (lua-boundary.md section 5).
enum CallPhase: Sendable {
    /// Status and info: nothing is changed.
    case status
    /// Reads are real, writes are only noted.
    case plan
    case action
    /// What a start left to be undone, and what runs after an interruption.
    case undo
}

/// One call of a script's function: what its `ctx` (in hooks: `ev`) stands for.
@EngineActor
final class CallContext {
    private(set) var call: ScriptCall
    private(set) var phase: CallPhase
    unowned let session: ScriptSession
    let surroundings: ScriptFunctions.Surroundings
    /// When the call as a whole must be over, on `Host.uptime`; nil: no limit.
    private(set) var deadline: Duration?
    /// Whether the function has ended; a `ctx` that was kept is of no use then.
    private(set) var isOver = false
    /// Whether it started a program that stays.
    var hasSpawned = false
    /// What a plan would do, one line each.
    private(set) var planned = BoundedLines()
    /// `status_log`, for the lines under the status.
    var notes = BoundedLines()

    init(_ call: ScriptCall, session: ScriptSession, function: ScriptFunctions.Function) {
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

    /// The host, which is there as long as a call is under way.
    var host: any Host { get throws(LuaError) { try session.requireHost() } }

    /// The function has ended. What it left to be undone may use the context once more.
    func end() {
        isOver = true
        guard hasSpawned else { return }
        hasSpawned = false
        session.host?.callKeeper?.ended(name)
    }

    /// The call, as the journal names it: `app:httpd start`.
    var name: String { "\(call.key) \(call.action)" }

    /// The start has failed later on, and its undo runs now.
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

    /// Writes to the service's log, with the place in the script that says so.
    func log(_ level: LogLevel, _ text: String, at position: LuaPosition? = nil) {
        let place = position.map { "\($0): " } ?? ""
        call.log.write(level, place + text.cut, about: call.key.resource)
    }

    /// Notes what would be done: `lamp.lua:40 app:apache exec /usr/sbin/apachectl -k start`.
    func plan(_ text: String, at position: LuaPosition?) {
        let place = position?.description ?? call.script.position.description
        let words = [place, call.key.description, text]
        planned.append(words.filter { !$0.isEmpty }.joined(separator: " "))
    }

    // MARK: Programs

    /// What every program of this call finds in its environment.
    var environment: [String: String] {
        var all = surroundings.environment
        all["OPENSVC_SVCNAME"] = call.service.name
        all["OPENSVC_NODE"] = call.service.node
        all["OPENSVC_ACTION"] = call.action
        all["OPENSVC_RID"] = call.key.resource?.text
        all["OPENSVC_LAUNCHER"] = call.key.launcher
        return all
    }

    /// Where what it leaves running writes, unless the script says otherwise.
    var logFile: String {
        let name = call.key.launcher ?? call.key.resource?.text ?? "hook"
        return "\(call.service.root)/tmp/svc_\(call.service.name)_\(name).log"
    }
}
