import OSVCEngine
import OSVCTestSupport
import Testing

/// Freezing and thawing: a flag, and the hooks that hear of it.
@EngineActor
struct FreezingTests {
    private let host = FakeHost()
    private let log = RecordingLog()
    private var scripts: FakeScripts { host.fakeScripts }
    private let flag = "/opt/opensvc/var/FROZEN.web"

    private func freezing(_ hooks: [Hook] = []) throws -> Freezing {
        let definition = Fixture.service(hooks: hooks)
        let service = try Service(definition, facts: Fixture.facts, registry: .builtIn)
        return Freezing(Site(service, host: host, log: log))
    }

    private func hook(_ event: HookEvent, _ script: Int, _ onError: Hook.OnError) -> Hook {
        Hook(
            id: "h\(script)",
            set: "site",
            event: event,
            onError: onError,
            script: Fixture.script(script)
        )
    }

    @Test func `freeze writes the flag and thaw removes it`() async throws {
        #expect(try await freezing().set(frozen: true) == 0)
        #expect(host.files[flag] != nil)
        #expect(try await freezing().set(frozen: false) == 0)
        #expect(host.files[flag] == nil)
    }

    @Test func `what is so already is said, and no hook hears of it`() async throws {
        let hooks = [hook(.freeze, 1, .abort), hook(.thaw, 2, .abort)]
        #expect(try await freezing(hooks).set(frozen: false) == 0)
        host.files[flag] = FakeFile("")
        #expect(try await freezing(hooks).set(frozen: true) == 0)
        #expect(log.text() == ["INFO - not frozen", "INFO - already frozen"])
        #expect(scripts.calls.isEmpty)
    }

    @Test func `the hook of each hears of it after the fact, under its name`() async throws {
        let hooks = [hook(.freeze, 1, .warn), hook(.thaw, 2, .warn)]
        scripts.outcomes = [1: .finished(code: 0), 2: .finished(code: 0)]
        scripts.effects[1] = { _ in #expect(host.files[flag] != nil) }
        scripts.effects[2] = { _ in #expect(host.files[flag] == nil) }
        #expect(try await freezing(hooks).set(frozen: true) == 0)
        #expect(try await freezing(hooks).set(frozen: false) == 0)
        #expect(scripts.calls.map(\.action) == ["freeze", "thaw"])
        #expect(scripts.calls.map(\.purpose) == [.hook(.freeze), .hook(.thaw)])
    }

    @Test func `a hook that fails is told, and the flag stays`() async throws {
        scripts.outcomes = [1: .failed("site.lua:3: no mail"), 2: .failed("site.lua:9: no pager")]
        #expect(try await freezing([hook(.freeze, 1, .warn)]).set(frozen: true) == 0)
        #expect(log.text(from: .warning) == ["WARNING - hook site/h1: site.lua:3: no mail"])
        host.files[flag] = nil
        #expect(try await freezing([hook(.freeze, 2, .abort)]).set(frozen: true) == 1)
        #expect(log.text(from: .error) == ["ERROR - hook site/h2: site.lua:9: no pager"])
        #expect(host.files[flag] != nil)
    }

    @Test func `thawing a service on a frozen node leaves the node frozen and says so`()
        async throws
    {
        host.files[flag] = FakeFile("")
        host.files["/opt/opensvc/var/FROZEN"] = FakeFile("")
        #expect(try await freezing().set(frozen: false) == 0)
        #expect(host.files["/opt/opensvc/var/FROZEN"] != nil)
        #expect(log.text(from: .warning).count == 1)
    }

    @Test func `a flag that cannot be written is an error`() async throws {
        host.refusals["writeFile \(flag)"] = .system(call: "write", subject: flag, errno: 28)
        #expect(try await freezing().set(frozen: true) == 1)
        #expect(log.text(from: .error) == ["ERROR - write \(flag): No space left on device"])
    }
}
