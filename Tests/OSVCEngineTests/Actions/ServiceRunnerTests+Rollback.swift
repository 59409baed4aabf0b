import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

/// What a start that fails leaves.
extension ServiceRunnerTests {
    @Test func `a failed step brings down what this start brought up, and nothing else`()
        async throws
    {
        host.files["/run/flag#0"] = FakeFile("up")
        host.refusals["writeFile /run/flag#2"] = .system(
            call: "write",
            subject: "/run/flag#2",
            errno: 28
        )
        let code = try await perform(.start, [flag("flag#0"), flag("flag#1"), flag("flag#2")])
        #expect(code == 1)
        #expect(exists("flag#0"))
        #expect(!exists("flag#1"))
        #expect(
            log.text().suffix(4) == [
                "ERROR flag#2 write /run/flag#2: No space left on device",
                "ERROR - 'start' action stopped on execution error",
                "INFO - trying to rollback start on flag#1",
                "INFO flag#1 rm -f /run/flag#1",
            ]
        )
    }

    @Test func `without anything brought up there is nothing to roll back`() async throws {
        host.refusals["writeFile /run/flag#0"] = .system(call: "write", subject: "x", errno: 5)
        #expect(try await perform(.start, [flag("flag#0")]) == 1)
        #expect(log.text().last == "INFO - skip rollback start: no resource activated")
    }

    @Test func `a start told not to roll back leaves what it brought up`() async throws {
        host.refusals["writeFile /run/flag#1"] = .system(call: "write", subject: "x", errno: 5)
        let options = ActionOptions(disableRollback: true)
        #expect(try await perform(.start, [flag("flag#0"), flag("flag#1")], options: options) == 1)
        #expect(exists("flag#0"))
        #expect(
            log.text().last == "INFO - skip rollback start: as instructed by --disable-rollback"
        )
    }

    @Test func `the failure of an optional resource is told and passed over`() async throws {
        host.refusals["writeFile /run/flag#0"] = .system(call: "write", subject: "x", errno: 5)
        let resources = [flag("flag#0", ["optional": .boolean(true)]), flag("flag#1")]
        #expect(try await perform(.start, resources) == 0)
        #expect(exists("flag#1"))
        #expect(log.lines.contains { $0.level == .error })
    }

    @Test func `rollback goes on past a step that fails`() async throws {
        host.refusals["writeFile /run/flag#2"] = .system(call: "write", subject: "x", errno: 5)
        host.refusals["removeFile /run/flag#1"] = .system(call: "unlink", subject: "x", errno: 5)
        let code = try await perform(.start, [flag("flag#0"), flag("flag#1"), flag("flag#2")])
        #expect(code == 1)
        #expect(!exists("flag#0"))
        #expect(log.text().contains("ERROR flag#1 rollback start failed"))
    }
}
