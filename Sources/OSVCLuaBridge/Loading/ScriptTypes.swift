internal import OSVCEngine

/// The values that constructors return to scripts: opaque, complete and immutable.
final class ScriptTypes {
    let service: LuaClass
    let resource: LuaClass
    let launcher: LuaClass
    let hook: LuaClass
    let hooks: LuaClass
    let check: LuaClass
    let scoped: LuaClass
    let window: LuaClass

    init(_ state: LuaState) {
        func type(_ name: String) -> LuaClass {
            state.makeClass(LuaClassDefinition(name: name))
        }
        service = type("osvc.service")
        resource = type("resource")
        launcher = type("osvc.launcher")
        hook = type("osvc.hook")
        hooks = type("osvc.hooks")
        check = type("osvc.check")
        scoped = type("osvc.per_node")
        window = state.makeClass(
            LuaClassDefinition(
                name: "osvc.window",
                methods: ["contains": state.makeFunction(Self.contains)]
            )
        )
    }

    /// `window:contains(time)`: seconds since 1970, as `ctx:now()` gives them.
    private static func contains(_ call: LuaCall) throws(LuaError) -> LuaReply {
        let window = try call.payload(1, as: Boxed<ChangeWindow>.self, "contains")
        let time = try call.value(2).number("contains: the time")
        guard let isInside = window.value.contains(time) else {
            throw LuaError(.type, "contains: the time: \(time) is not a moment of the calendar")
        }
        return .value(.boolean(isInside))
    }
}

/// A value behind an object of a script.
final class Boxed<Value> {
    let value: Value

    init(_ value: Value) {
        self.value = value
    }
}

/// A resource as its constructor read it; the service assigns its id.
struct ResourceDraft {
    /// `ip`, `fs`.
    var section: String
    /// The id without its section, `0` in `ip "0" {…}`; nil: it is counted among its kind.
    var id: String?
    var driver: DriverID
    var settings: [WrittenSetting]
    var triggers: [Trigger]
    var launchers: [Launcher]
    var position: SourcePosition

    /// The name in messages before it has an id.
    var name: String { id.map { "\(section)#\($0)" } ?? section }
}

/// One keyword's values as a constructor read them.
struct WrittenSetting {
    var keyword: String
    var setting: ScopedSetting
}

/// `per_node { "eth0", sles2 = "eth1" }`: values still unchecked, by scope.
struct ScopedDraft {
    struct Entry {
        var scope: Scope
        var value: LuaValue
        var position: SourcePosition
    }

    var entries: [Entry]
}

/// A hook before its set is known.
struct HookDraft {
    var id: String
    var event: HookEvent
    var resourcePattern: String?
    var order: Int
    var limit: Duration
    var onError: Hook.OnError
    var script: ScriptReference

    func hook(in set: String, match: [String: [String]] = [:]) -> Hook {
        Hook(
            id: id,
            set: set,
            event: event,
            resourcePattern: resourcePattern,
            order: order,
            limit: limit,
            onError: onError,
            script: script,
            match: match
        )
    }
}

/// A file of hooks: `osvc.hooks "site-policy" { match = {…}, hook… }`.
struct HooksDraft {
    var name: String
    var match: [String: [String]]
    var hooks: [HookDraft]
}

/// A service as its constructor read it.
struct ServiceDraft {
    var definition: ServiceDefinition
    /// The programs that its scripts may run, by name; nil: any.
    var uses: [String]?
    var limits: ScriptLimits
}

/// The limits on what one service's scripts use at the same time (lua-boundary.md section 2); a service may
/// lower them.
struct ScriptLimits: Sendable, Equatable {
    var tasks = 256
    var children = 64
    /// The bytes that are kept of each output of a program.
    var output = 256 * 1024
}
