import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// Hooks and triggers around an action: which run, in which order, and what their failures mean.
@EngineActor
struct ActionHookTests {
    private let it = ActionFixture()
    private let events = Events()

    /// What happened, in order.
    @EngineActor
    private final class Events {
        var all: [String] = []
    }

    private func note(_ event: HookEvent, _ script: Int) {
        it.hook(event, script)
        it.host.fakeScripts.effects[script] = { [events] _ in events.all.append(event.rawValue) }
    }

    private func noting(_ moment: Trigger.Moment) -> Trigger {
        let program = "/bin/\(moment.rawValue)"
        it.host.expect(program) { [events, it] _ in
            events.all.append("\(moment.rawValue): \(it.flags)")
        }
        return it.trigger(moment, program)
    }

    // MARK: Order

    @Test func `hooks of a resource are around its triggers, and these around its steps`()
        async throws
    {
        let moments: [HookEvent] = [
            .resourceStartPre, .resourceStartPost, .resourceStopPre, .resourceStopPost,
        ]
        for (number, event) in moments.enumerated() { note(event, number) }
        let flag = it.flag("flag#0", [:], Trigger.Moment.allCases.map(noting))
        let off = it.app([], ["disable": .boolean(true)])
        #expect(try await it.perform(.start, [flag, off]) == 0)
        #expect(
            events.all == [
                "resource.start.pre", "pre_start: []", #"post_start: ["flag#0"]"#,
                "resource.start.post",
            ]
        )
        events.all = []
        #expect(try await it.perform(.stop, [flag, off]) == 0)
        #expect(
            events.all == [
                "resource.stop.pre", #"pre_stop: ["flag#0"]"#, "post_stop: []",
                "resource.stop.post",
            ]
        )
    }

    @Test func `triggers of the service are around all resources`() async throws {
        it.triggers = Trigger.Moment.allCases.map(noting)
        #expect(try await it.perform(.restart, [it.flag("flag#0")]) == 0)
        #expect(
            events.all == ["pre_stop: []", "post_stop: []", "pre_start: []"]
                + [#"post_start: ["flag#0"]"#]
        )
    }

    // MARK: Failures

    @Test(arguments: [(HookEvent.startPost, Action.start), (.stopPost, .stop)])
    func `a hook that aborts after the fact makes the code 1 and undoes nothing`(
        event: HookEvent,
        action: Action
    ) async throws {
        if action == .stop { it.raise("flag#0") }
        it.hook(event, 1)
        it.host.fakeScripts.outcomes[1] = .failed("no mail")
        #expect(try await it.perform(action, [it.flag("flag#0")]) == 1)
        #expect(it.flags == (action == .start ? ["flag#0"] : []))
        #expect(
            it.log.text(from: .error) == [
                "ERROR - '\(action.rawValue)' action stopped on execution error:"
                    + " hook site/h1: no mail"
            ]
        )
    }

    @Test func `a hook of a failure that fails is reported itself`() async throws {
        it.refuse("flag#0")
        it.hook(.startFailed, 1)
        it.host.fakeScripts.outcomes[1] = .failed("no mail")
        #expect(try await it.perform(.start, [it.flag("flag#0")]) == 1)
        #expect(it.log.text(from: .error).last == "ERROR - hook site/h1: no mail")
    }

    @Test(arguments: [true, false])
    func `a stop that fails calls its hook, whatever failed`(isLauncher: Bool) async throws {
        it.raise("flag#0")
        it.hook(.stopFailed, 1)
        it.hook(.stopPost, 2)
        it.host.expect("/bin/a stop", code: isLauncher ? 1 : 0)
        if !isLauncher {
            it.host.refusals["removeFile /run/flag#0"] =
                .system(call: "unlink", subject: "x", errno: 5)
        }
        #expect(try await it.perform(.stop, [it.flag("flag#0"), it.app([it.program("a")])]) == 1)
        #expect(it.called == [1])
    }

    @Test func `a hook that aborts the stop of launchers keeps what is below them`() async throws {
        it.raise("flag#0")
        it.hook(.resourceStopPre, 1)
        it.hooks[0].resourcePattern = "app"
        it.host.fakeScripts.outcomes[1] = .failed("no")
        #expect(try await it.perform(.stop, [it.flag("flag#0"), it.app([it.program("a")])]) == 1)
        #expect(it.flags == ["flag#0"] && it.host.commands == [])
    }

    @Test func `a resource that a hook kept from its start is not brought down`() async throws {
        it.raise("flag#0")
        it.hook(.resourceStartPre, 1)
        it.host.fakeScripts.outcomes[1] = .failed("no")
        #expect(try await it.perform(.start, [it.flag("flag#0")]) == 1)
        #expect(it.flags == ["flag#0"])
        #expect(it.log.text().last == "INFO - skip rollback start: no resource activated")
    }

    // MARK: What hooks and the status have to do with each other

    @Test func `a change of the status calls its hook, and no change none`() async throws {
        it.hook(.statusChanged, 1)
        for _ in 0..<2 { #expect(try await it.perform(.start, [it.flag("flag#0")]) == 0) }
        #expect(it.called == [1])
    }

    @Test func `what a hook does before the start of a resource is seen`() async throws {
        it.hook(.resourceStartPre, 1)
        it.host.fakeScripts.effects[1] = { [host = it.host] _ in
            host.mountTable = [ActionFixture.mounted]
        }
        #expect(try await it.perform(.start, [it.mount]) == 0)
        #expect(it.host.commands == [])
    }

    // MARK: Another node

    @Test(
        arguments: [
            (.cluster, "n2\n", [1]), (.cluster, "n1\n", []), (.cluster, nil, []),
            (.user, "n2\n", []),
        ] as [(ActionOptions.Reason, String?, [Int])]
    )
    func `a takeover is a start by the cluster of what ran elsewhere`(
        reason: ActionOptions.Reason,
        last: String?,
        called: [Int]
    ) async throws {
        if let last {
            try Files.makeParent(of: it.layout.lastNode(of: "web"))
            it.directory.write(last, to: "var/web/last_node")
        }
        it.hook(.clusterTakeover, 1)
        let options = ActionOptions(reason: reason)
        #expect(try await it.perform(.start, [it.flag("flag#0")], options) == 0)
        #expect(it.called == called)
        #expect(it.host.fakeScripts.calls.allSatisfy { $0.lastNode == "n2" })
    }
}
