/// Calls the functions of scripts for the engine, which does not know their language.
@EngineActor
public protocol ScriptRunner: AnyObject, Sendable {
    /// Runs one function to its end. Never throws: each way to end is an outcome.
    func call(_ call: ScriptCall) async -> ScriptOutcome
    /// Runs the undo functions that the start with this key registered, newest first. Returns false when there
    /// are none.
    func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool
    /// Forgets all undo functions, once the action has succeeded.
    func forgetUndo()
    /// Reads a file of a service's launcher directory that contains one launcher. `number` is its place in the
    /// start unless the file has another. Throws with file, line and cause in the text.
    func launcher(in path: String, number: Int, of service: String) throws(LauncherFileError)
        -> Launcher
}

/// Why a launcher's file is not used. The text has position and cause: `/srv/web.d/S10web.lua:3:5: web: unknown
/// field 'strat'`.
public struct LauncherFileError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}

extension ScriptRunner {
    /// The default: throws, because a runner without scripts reads no launcher files.
    public func launcher(in path: String, number: Int, of service: String) throws(LauncherFileError)
        -> Launcher
    {
        throw LauncherFileError("\(path): scripts cannot run here")
    }
}

/// Whose function runs: that of a launcher (both parts), of a resource's trigger or hook (no launcher), or of
/// the service (neither). Undo functions and state of scripts are kept by it.
public struct ScriptKey: Sendable, Hashable, CustomStringConvertible {
    /// The resource; nil: the service as a whole.
    public var resource: ResourceID?
    /// The name of the launcher; nil: the function belongs to no launcher.
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

/// One call of a script's function, with what the function may know and do (docs/lua.md).
public struct ScriptCall: Sendable {
    /// As what the function is called. It decides which members of `ctx` are allowed.
    public enum Purpose: Sendable, Equatable {
        /// As this action of a launcher.
        case launcher(LauncherAction)
        /// As a hook of this event.
        case hook(HookEvent)
        /// As a trigger of this moment.
        case trigger(Trigger.Moment)
    }

    /// The function to call.
    public var script: ScriptReference
    /// Whose function it is.
    public var key: ScriptKey
    /// As what it is called.
    public var purpose: Purpose
    /// The action asked of osvc: `start`, `status`.
    public var action: String
    /// The label of the resource (`Driver.label`); empty without one.
    public var resourceLabel: String
    /// The driver of the resource: `fs`, `disk.vg`; empty without a resource.
    public var resourceType: String
    /// The service, its node and its nodes.
    public var service: ServiceFacts
    /// The service's own settings as text, by keyword: `app`, `service_type` (`Service.fields`).
    public var serviceFields: [String: String]
    /// Who or what asked for the action.
    public var reason: ActionOptions.Reason
    /// Whether `--force` was given.
    public var force: Bool
    /// Whether the call belongs to a plan: what reads is executed, what changes something is only recorded.
    public var isPlanning: Bool
    /// The node on which the service was last started, as far as this node knows; nil: not known.
    public var lastNode: String?
    /// How long the call may take; nil: no limit.
    public var limit: Duration?
    /// The log that gets the lines of the function.
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

/// How a script's function ended (lua-boundary.md section 4). Texts begin with the position in the script.
public enum ScriptOutcome: Sendable, Equatable {
    /// A start, stop, hook or trigger returned this code; 0 is success.
    case finished(code: Int32)
    /// A status function returned this status, with a note to show under it.
    case status(Status, note: String?)
    /// An `info` function returned these keys and values.
    case info([String: String])
    /// The function ended with `ctx:skip`: there is nothing to do, for this reason.
    case skipped(String)
    /// A hook ended with `ev:refuse`: the action must not take place, for this reason.
    case refused(String)
    /// The function failed, for this reason: an error in the script, `ctx:fail`, or a limit on memory or instructions.
    case failed(String)
    /// The function took longer than the limit of the call.
    case timedOut(String)
    /// A signal to osvc interrupted the call.
    case cancelled
    /// In a plan: what the function would do, one line each, and the line after which nothing more is known.
    case planned([String], incompleteAfter: String?)
}

/// The runner of services without scripts. A call is an error of the caller and fails.
public final class NoScripts: ScriptRunner {
    public init() {}

    /// Fails: there are no scripts.
    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        .failed("\(call.script.position): scripts cannot run here")
    }

    /// Returns false: nothing was registered.
    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool { false }

    /// Does nothing.
    public func forgetUndo() {}
}
