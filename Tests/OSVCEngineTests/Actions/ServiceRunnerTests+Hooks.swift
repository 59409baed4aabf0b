import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// Hooks and triggers around an action.
extension ServiceRunnerTests {
    @Test func `a hook that refuses ends the start before anything is touched`() async throws {
        host.fakeScripts.outcomes[7] = .refused("outside the change window")
        let code = try await perform(.start, [flag("flag#0")], hooks: [hook(.startPre, 7)])
        #expect(code == 1)
        #expect(!exists("flag#0"))
        #expect(
            log.text() == [
                "ERROR - 'start' action stopped on execution error: "
                    + "refused by site/h7: outside the change window",
                "INFO - skip rollback start: no resource activated",
            ]
        )
    }

    @Test func `a hook may leave one resource out`() async throws {
        host.fakeScripts.outcomes[7] = .skipped("not today")
        var skip = hook(.resourceStartPre, 7)
        skip.resourcePattern = "flag#0"
        let code = try await perform(.start, [flag("flag#0"), flag("flag#1")], hooks: [skip])
        #expect(code == 0)
        #expect(!exists("flag#0") && exists("flag#1"))
    }

    @Test(arguments: [(Hook.OnError.abort, Int32(1)), (.warn, 0)])
    func `an error in a hook ends the action or is only told`(_ it: (Hook.OnError, Int32))
        async throws
    {
        host.fakeScripts.outcomes[7] = .failed("site.lua:3: nil value")
        let code = try await perform(.start, [flag("flag#0")], hooks: [hook(.startPre, 7, it.0)])
        #expect(code == it.1)
        #expect(exists("flag#0") == (it.1 == 0))
        #expect(log.text().contains { $0.contains("site.lua:3: nil value") })
    }

    @Test func `hooks run around everything, by number`() async throws {
        var late = hook(.startPre, 2)
        late.order = 900
        let hooks = [
            late, hook(.startPre, 1), hook(.resourceStartPre, 3), hook(.resourceStartPost, 4),
            hook(.startPost, 5), hook(.statusChanged, 6), hook(.stopPre, 9),
        ]
        for id in 1...9 { host.fakeScripts.outcomes[id] = .finished(code: 0) }
        #expect(try await perform(.start, [flag("flag#0")], hooks: hooks) == 0)
        let ids = host.fakeScripts.calls.map(\.script.id)
        #expect(ids == [1, 2, 3, 4, 3, 4, 5, 6])
    }

    @Test func `a failed start calls its own hooks, and those of rollback`() async throws {
        host.refusals["writeFile /run/flag#1"] = .system(call: "write", subject: "x", errno: 5)
        let hooks = [
            hook(.startFailed, 1), hook(.rollbackPre, 2), hook(.rollbackPost, 3),
            hook(.startPost, 4),
        ]
        for id in 1...4 { host.fakeScripts.outcomes[id] = .finished(code: 0) }
        #expect(try await perform(.start, [flag("flag#0"), flag("flag#1")], hooks: hooks) == 1)
        #expect(host.fakeScripts.calls.map(\.script.id) == [2, 3, 1])
    }

    @Test(arguments: [(false, Int32(0)), (true, 1)])
    func `a failing trigger is only told, a blocking one ends the action`(_ it: (Bool, Int32))
        async throws
    {
        host.expect("/bin/notify", code: 4)
        let trigger = Trigger(
            moment: .preStart,
            work: .program(["/bin/notify"]),
            isBlocking: it.0,
            position: Fixture.position
        )
        let code = try await perform(.start, [flag("flag#0")], triggers: [trigger])
        #expect(code == it.1)
        #expect(exists("flag#0") == (it.1 == 0))
    }
}
