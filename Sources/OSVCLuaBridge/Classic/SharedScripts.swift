public import OSVCEngine

/// The scripts of many classic services that share a host, each with an interpreter of its own, which is
/// made when a file of its launcher directory is to be read.
@EngineActor
public final class SharedScripts: ScriptRunner {
    private var services: [String: LazyScripts] = [:]

    public init() {}

    /// Has the calls of a service answered by its scripts.
    public func add(_ scripts: LazyScripts, on host: any Host) {
        scripts.host = host
        services[scripts.service] = scripts
    }

    /// Lets go of a service that nothing more is asked of.
    public func remove(_ service: String) {
        services[service] = nil
    }

    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        guard let scripts = services[call.service.name] else {
            return .failed("\(call.script.position): there is no such function")
        }
        return await scripts.call(call)
    }

    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool {
        await services[call.service.name]?.undo(key, call) ?? false
    }

    public func forgetUndo() {
        for scripts in services.values { scripts.forgetUndo() }
    }

    public func launcher(
        in path: String,
        number: Int,
        of service: String
    ) throws(LauncherFileError) -> Launcher {
        guard let scripts = services[service] else {
            throw LauncherFileError("\(path): there is no service '\(service)' here")
        }
        return try scripts.launcher(in: path, number: number, of: service)
    }
}
