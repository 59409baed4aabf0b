import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// A start has succeeded when what was started is up (docs/design.md, The four stages).
@EngineActor
struct ConfirmingTests {
    private let it = ActionFixture()

    @Test(arguments: [false, true])
    func `a resource that is not up after its start has failed, a classic one too`(isClassic: Bool)
        async throws
    {
        it.isClassic = isClassic
        it.host.files["none"] = FakeFile("")
        it.host.expect("mount -t tmpfs none /srv/a")
        #expect(try await it.perform(.start, [it.mount]) == 1)
        #expect(it.log.text(from: .error).first == "ERROR fs#0 is down after its start")
    }

    @Test func `launchers that may fail may be down afterwards: that is a warning`() async throws {
        it.host.expect("/bin/a start", code: 3)
        it.host.expect("/bin/a status", code: 1)
        let app = it.app([it.program("a", [.start, .status])], ["on_error": .string("continue")])
        #expect(try await it.perform(.start, [app]) == 0)
        #expect(
            it.log.text(from: .warning) == [
                "WARNING app start of a returned 3", "WARNING app is down after its start",
            ]
        )
        #expect(it.host.uptime() == .zero)
    }

    // MARK: Launcher directories

    private func lay(_ names: String...) {
        let path = "\(it.directory.path)/etc/web.d"
        it.host.links[path] = "/srv/init.d"
        it.host.files["/srv/init.d"] = .directory
        for name in names {
            it.host.files["/srv/init.d/\(name)"] = FakeFile("")
            it.host.files["\(path)/\(name)"] = FakeFile(contents: [], mode: 0o755)
        }
    }

    private func expect(_ name: String, _ action: String, code: Int32 = 0) {
        it.host.expect("\(it.directory.path)/etc/web.d/\(name) \(action)", code: code)
    }

    @Test(arguments: [false, true])
    func `entries that stay down are waited for, unless they may fail`(mayFail: Bool) async throws {
        lay("S10a", "C10a")
        expect("S10a", "start")
        expect("C10a", "status", code: 1)
        let app = it.app([], ["on_error": .string(mayFail ? "continue" : "abort")])
        let options = ActionOptions(disableRollback: true)
        #expect(try await it.perform(.start, [app], options) == (mayFail ? 0 : 1))
        let seconds = it.host.uptime().components.seconds
        #expect(seconds == (mayFail ? 0 : 10))
    }

    @Test func `a script of a directory says for itself whether it may fail`() async throws {
        lay("S10s.lua")
        var script = Fixture.launcher(
            "s",
            [.start: .script(Fixture.script(1)), .status: .script(Fixture.script(2))]
        )
        script.onError = .continue
        it.host.fakeScripts.launchers["\(it.directory.path)/etc/web.d/S10s.lua"] = script
        it.host.fakeScripts.outcomes[1] = .finished(code: 3)
        it.host.fakeScripts.outcomes[2] = .status(.down, note: nil)
        #expect(try await it.perform(.start, [it.app([])]) == 0)
        #expect(it.log.text(from: .warning).last == "WARNING app is down after its start")
    }

    @Test func `of a part that startstandby starts nobody asks whether all is up`() async throws {
        lay("S10a.standby@n1", "C10a")
        expect("S10a.standby@n1", "start")
        expect("C10a", "status", code: 1)
        #expect(try await it.perform(.startstandby, [it.app([])]) == 0)
        #expect(it.log.text(from: .warning) == [])
    }

    // MARK: Addresses

    @Test func `a start of an address waits for that of another service, and checks once`()
        async throws
    {
        let lock = try await ServiceLock.take(
            .startip,
            for: "test",
            in: it.layout,
            within: .zero,
            host: it.host,
            waiting: { _ in }
        )
        it.host.whileSleeping = { host in
            if host.uptime() >= .seconds(1) { lock.release() }
        }
        let address = it.address()
        it.host.expect("ip addr add 10.0.0.9/24 dev eth0 label eth0:1") { [it] _ in
            #expect(it.host.uptime() >= .seconds(1))
            it.connect("10.0.0.1", "10.0.0.9")
        }
        #expect(try await it.perform(.start, [address]) == 0)
        let checks = it.log.text().filter { $0 == "INFO ip#0 checking 10.0.0.9 availability" }
        #expect(checks.count == 1)
        it.connect("10.0.0.1")
        let sleeps = it.host.uptime()
        #expect(try await it.perform(.start, [address]) == 0)
        #expect(it.host.uptime() == sleeps)
    }

    @Test func `what another start has brought up meanwhile is left as it is`() async throws {
        let lock = try await ServiceLock.take(
            .startip,
            for: "test",
            in: it.layout,
            within: .zero,
            host: it.host,
            waiting: { _ in }
        )
        it.host.whileSleeping = { [it] _ in
            it.connect("10.0.0.1", "10.0.0.9")
            lock.release()
        }
        #expect(try await it.perform(.start, [it.address()]) == 0)
        #expect(it.host.commands == [])
    }

    @Test func `a start of addresses alone checks each for a conflict`() async throws {
        let address = it.address()
        it.host.answering = Set(ActionFixture.addresses("10.0.0.9"))
        #expect(try await it.perform(.startip, [address]) == 1)
        #expect(it.host.commands == [])
    }

    @Test func `a conflict check that a signal ends is no conflict`() async throws {
        let address = it.address()
        it.host.refusals["answers"] = .cancelled
        #expect(try await it.perform(.start, [address]) == 1)
        #expect(it.log.text(from: .error) == ["ERROR - interrupted by signal"])
    }
}
