import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// A service with one launcher `x` or one hook, on a machine in memory, to call its functions.
@EngineActor
final class ScriptedService {
    let directory: ScriptDirectory
    let loaded: LoadedService
    let host = FakeHost()
    let log = RecordingLog()
    var session: ScriptSession { loaded.session }

    /// `text` is the whole file.
    init(file text: String, limits: LuaLimits = .patient) throws {
        directory = try ScriptDirectory()
        try directory.write("web.lua", text)
        loaded = try directory.load("web.lua", limits: limits)
        loaded.session.host = host
    }

    /// A launcher named `x`; its functions begin at line 4.
    convenience init(launcher body: String, service: String = "", limits: LuaLimits = .patient)
        throws
    {
        try self.init(
            file: """
                local osvc = require "osvc.v1"
                return osvc.service "web" { nodes = "n1 n2", \(service) osvc.app {
                  osvc.launcher "x" { S = 10,
                \(body)
                } } }
                """,
            limits: limits
        )
    }

    /// `start = function(ctx) … end`, the body on line 5.
    static func start(_ body: String, service: String = "") throws -> ScriptedService {
        try ScriptedService(launcher: "start = function(ctx)\n\(body)\nend,", service: service)
    }

    static func status(_ body: String) throws -> ScriptedService {
        try ScriptedService(launcher: "status = function(ctx)\n\(body)\nend,")
    }

    /// One hook of the service, the body on line 4.
    static func hook(_ event: String, _ body: String) throws -> ScriptedService {
        try ScriptedService(
            file: """
                local osvc = require "osvc.v1"
                return osvc.service "web" { nodes = "n1 n2", app = "Shop",
                  osvc.hook "h" { on = "\(event)", run = function(ev)
                \(body)
                end } }
                """
        )
    }

    var facts: ServiceFacts {
        ServiceFacts(
            name: "web",
            node: "n1",
            groups: NodeGroups(nodes: ["n1", "n2"]),
            root: "/opt/opensvc"
        )
    }

    /// A call of what the launcher has for an action.
    func call(
        _ action: LauncherAction,
        limit: Duration? = nil,
        isPlanning: Bool = false
    ) -> ScriptCall {
        let launcher = loaded.definition.resources.first { $0.id.text == "app" }?.launchers.first
        guard case .script(let script)? = launcher?.methods[action] else {
            Issue.record("the launcher has a function for \(action)")
            return call(NoScript.reference, .launcher(action))
        }
        return ScriptCall(
            script: script,
            key: ScriptKey(resource: ResourceID("app"), launcher: "x"),
            purpose: .launcher(action),
            action: action.rawValue,
            resourceLabel: "app",
            resourceType: "app",
            service: facts,
            isPlanning: isPlanning,
            limit: limit,
            log: log
        )
    }

    func call(_ script: ScriptReference, _ purpose: ScriptCall.Purpose) -> ScriptCall {
        ScriptCall(
            script: script,
            key: ScriptKey(resource: nil),
            purpose: purpose,
            action: "start",
            service: facts,
            log: log
        )
    }

    func run(
        _ action: LauncherAction,
        limit: Duration? = nil,
        isPlanning: Bool = false
    ) async -> ScriptOutcome {
        await session.call(call(action, limit: limit, isPlanning: isPlanning)).shortened(directory)
    }

    /// Runs the service's hook.
    func runHook(isPlanning: Bool = false, force: Bool = false) async throws -> ScriptOutcome {
        let hook = try #require(loaded.definition.hooks.first)
        var call = call(hook.script, .hook(hook.event))
        call.isPlanning = isPlanning
        call.force = force
        return await session.call(call).shortened(directory)
    }

    /// The log without the directory in front of the file.
    var lines: [String] { log.text(from: .info).map(directory.shortened) }
}

private enum NoScript {
    static let reference = ScriptReference(
        id: -1,
        position: SourcePosition(file: "none", line: 0)
    )
}

extension ScriptOutcome {
    func shortened(_ directory: ScriptDirectory) -> ScriptOutcome {
        switch self {
        case .status(let status, let note): .status(status, note: note.map(directory.shortened))
        case .skipped(let text): .skipped(directory.shortened(text))
        case .refused(let text): .refused(directory.shortened(text))
        case .failed(let text): .failed(directory.shortened(text))
        case .timedOut(let text): .timedOut(directory.shortened(text))
        case .planned(let lines, let end):
            .planned(
                lines.map(directory.shortened),
                incompleteAfter: end.map(directory.shortened)
            )
        case .finished, .info, .cancelled: self
        }
    }
}
