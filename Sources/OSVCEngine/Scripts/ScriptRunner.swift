/// Calls the functions of scripts for the engine, which knows nothing of their language.
@EngineActor
public protocol ScriptRunner: AnyObject, Sendable {
    /// Runs one function to its end. Never throws: every way to end is an outcome.
    func call(_ call: ScriptCall) async -> ScriptOutcome
    /// Runs what the start with this key left as undo, newest first; false: it left none.
    func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool
    /// Forgets every undo: the action succeeded.
    func forgetUndo()
    /// Reads a file of a service's launcher directory that holds one launcher; `number` is its place in the start
    /// unless the file says another. Throws with the file, line and cause in the text.
    func launcher(in path: String, number: Int, of service: String) throws(LauncherFileError)
        -> Launcher
}

/// Why a launcher's file is not used: `/srv/web.d/S10web.lua:3:5: web: unknown field 'strat'`.
public struct LauncherFileError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}

extension ScriptRunner {
    public func launcher(in path: String, number: Int, of service: String) throws(LauncherFileError)
        -> Launcher
    {
        throw LauncherFileError("\(path): there is nothing here that runs scripts")
    }
}

/// Whose function runs: a launcher of a resource, or a resource, hook or trigger by itself.
public struct ScriptKey: Sendable, Hashable, CustomStringConvertible {
    public var resource: ResourceID?
    public var launcher: String?

    public init(resource: ResourceID?, launcher: String? = nil) {
        self.resource = resource
        self.launcher = launcher
    }

    /// `app:mysqld`, `fs#1`.
    public var description: String {
        let resource = self.resource?.text ?? ""
        return launcher.map { "\(resource):\($0)" } ?? resource
    }
}

/// One call of a script's function, with what the function may know and do.
public struct ScriptCall: Sendable {
    public enum Purpose: Sendable, Equatable {
        case launcher(LauncherAction)
        case hook(HookEvent)
        case trigger(Trigger.Moment)
    }

    public var script: ScriptReference
    public var key: ScriptKey
    public var purpose: Purpose
    /// The action asked of osvc: `start`, `status`.
    public var action: String
    public var resourceLabel: String
    /// The driver of the resource: `fs`, `disk.vg`.
    public var resourceType: String
    public var service: ServiceFacts
    /// The service's own fields as text: `app`, `service_type`, ….
    public var serviceFields: [String: String]
    public var reason: ActionOptions.Reason
    public var force: Bool
    /// Read verbs are real, write verbs are only recorded.
    public var isPlanning: Bool
    public var lastNode: String?
    /// Nil: without limit.
    public var limit: Duration?
    public var log: any Log

    public init(
        script: ScriptReference,
        key: ScriptKey,
        purpose: Purpose,
        action: String,
        resourceLabel: String = "",
        resourceType: String = "",
        service: ServiceFacts,
        serviceFields: [String: String] = [:],
        reason: ActionOptions.Reason = .user,
        force: Bool = false,
        isPlanning: Bool = false,
        lastNode: String? = nil,
        limit: Duration? = nil,
        log: any Log
    ) {
        self.script = script
        self.key = key
        self.purpose = purpose
        self.action = action
        self.resourceLabel = resourceLabel
        self.resourceType = resourceType
        self.service = service
        self.serviceFields = serviceFields
        self.reason = reason
        self.force = force
        self.isPlanning = isPlanning
        self.lastNode = lastNode
        self.limit = limit
        self.log = log
    }
}

/// How a script's function ended (lua-boundary.md section 4). Texts begin with the position that said so.
public enum ScriptOutcome: Sendable, Equatable {
    /// Start, stop and triggers: 0 is success.
    case finished(code: Int32)
    case status(Status, note: String?)
    /// Lines of an `info`: keys and values.
    case info([String: String])
    case skipped(String)
    case refused(String)
    case failed(String)
    case timedOut(String)
    case cancelled
    /// While planning: what it would do, one line each, and after which line nothing is known.
    case planned([String], incompleteAfter: String?)
}

/// For services without scripts: any call is a fault of the caller.
public final class NoScripts: ScriptRunner {
    public init() {}

    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        .failed("\(call.script.position): there is nothing here that runs scripts")
    }

    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool { false }

    public func forgetUndo() {}
}
