public import OSVCEngine
internal import Testing

/// Answers for scripts without any script: outcomes by reference, and a record of every call.
///
/// A call of a function it was not told of fails the test.
@EngineActor
public final class FakeScripts: ScriptRunner {
    /// What a function answers, by the id of its `ScriptReference`.
    public var outcomes: [Int: ScriptOutcome] = [:]
    /// What happens when a function is called, before it answers.
    public var effects: [Int: @EngineActor (ScriptCall) async -> Void] = [:]
    /// The keys that left undo work.
    public var undoable: Set<ScriptKey> = []

    /// The launchers that files of launcher directories contain, by path.
    public var launchers: [String: Launcher] = [:]

    public private(set) var calls: [ScriptCall] = []
    public private(set) var undone: [ScriptKey] = []
    public private(set) var forgotUndo = 0

    public init() {}

    public func call(_ call: ScriptCall) async -> ScriptOutcome {
        calls.append(call)
        await effects[call.script.id]?(call)
        guard let outcome = outcomes[call.script.id] else {
            Issue.record("unexpected call of script \(call.script.id) for \(call.key)")
            return .failed("\(call.script.position): unexpected call")
        }
        return outcome
    }

    public func undo(_ key: ScriptKey, _ call: ScriptCall) async -> Bool {
        undone.append(key)
        return undoable.contains(key)
    }

    public func forgetUndo() { forgotUndo += 1 }

    public func launcher(in path: String, number: Int, of service: String) throws(LauncherFileError)
        -> Launcher
    {
        guard let launcher = launchers[path] else {
            throw LauncherFileError("\(path): scripts cannot run here")
        }
        return launcher
    }
}

// Work on a `FakeHost` calls its scripts.

extension Site {
    public init(_ service: Service, host: FakeHost, log: any Log) {
        self.init(service, host: host, log: log, scripts: host.fakeScripts)
    }
}

extension Driver {
    @EngineActor
    public func look(_ host: FakeHost, for purpose: Purpose) async -> Observation {
        host.forget()
        return await look(host, for: purpose, scripts: host.fakeScripts)
    }
}

extension Resource {
    @EngineActor
    public func look(_ host: FakeHost, for purpose: Purpose) async -> Observation {
        host.forget()
        return await look(host, for: purpose, scripts: host.fakeScripts)
    }
}
