import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// An action of two directions, and what differs between them.
@EngineActor
struct RestartTests {
    private let it = ActionFixture()

    @Test func `a restart whose stop fails starts nothing`() async throws {
        it.raise("flag#1")
        it.host.refusals["removeFile /run/flag#1"] = .system(call: "unlink", subject: "x", errno: 5)
        #expect(try await it.perform(.restart, [it.flag("flag#0"), it.flag("flag#1")]) == 1)
        #expect(it.flags == ["flag#1"])
    }

    @Test func `a restart checks what its stop has let go for conflicts, before it starts`()
        async throws
    {
        let address = it.address(["after": .list(["flag#0"])])
        it.connect("10.0.0.1", "10.0.0.9")
        it.host.expect("ip addr del 10.0.0.9/24 dev eth0") { [it] host in
            it.connect("10.0.0.1")
            host.answering = Set(ActionFixture.addresses("10.0.0.9"))
        }
        #expect(try await it.perform(.restart, [it.flag("flag#0"), address]) == 1)
        #expect(
            it.log.text().suffix(3) == [
                "INFO ip#0 checking 10.0.0.9 availability",
                "ERROR - 'restart' action stopped on execution error: "
                    + "restart aborted due to resource ip#0 conflict",
                "INFO - skip rollback start: no resource activated",
            ]
        )
    }

    /// What holds while a program runs.
    private struct Rule: Equatable {
        var line: String
        /// A program that cannot be recorded is not run.
        var mustRecord: Bool?
        /// One that others may change is run, even on a strict node.
        var isGoingDown: Bool?

        static func up(_ line: String) -> Rule {
            Rule(line: line, mustRecord: true, isGoingDown: false)
        }
        static func down(_ line: String) -> Rule {
            Rule(line: line, mustRecord: false, isGoingDown: true)
        }
    }

    @EngineActor
    private final class Rules {
        var seen: [Rule] = []
    }

    private let rules = Rules()

    private func watch(_ line: String, code: Int32 = 0) {
        it.host.expect(line, code: code) { [rules] host in
            rules.seen.append(
                Rule(
                    line: line,
                    mustRecord: (host.callKeeper as? Journal)?.mustRecord,
                    isGoingDown: host.programTrust?.isGoingDown
                )
            )
        }
    }

    @Test func `what goes up must be recorded and safe, what goes down only must go down`()
        async throws
    {
        for line in ["/bin/a start", "/bin/a stop"] { watch(line) }
        let app = it.app([it.program("a")])
        #expect(try await it.perform(.restart, [app]) == 0)
        #expect(rules.seen == [.down("/bin/a stop"), .up("/bin/a start")])
        #expect(it.host.callKeeper == nil && it.host.programTrust == nil)
    }

    @Test func `a rollback goes down`() async throws {
        watch("/bin/a start")
        watch("/bin/b start", code: 3)
        for line in ["/bin/b stop", "/bin/a stop"] { watch(line) }
        let app = it.app([it.program("a", order: 10), it.program("b", order: 20)])
        #expect(try await it.perform(.restart, [app]) == 1)
        #expect(
            rules.seen == [
                .down("/bin/b stop"), .down("/bin/a stop"), .up("/bin/a start"),
                .up("/bin/b start"), .down("/bin/b stop"), .down("/bin/a stop"),
            ]
        )
        #expect(it.log.text().contains("INFO - trying to rollback start on app"))
    }
}
