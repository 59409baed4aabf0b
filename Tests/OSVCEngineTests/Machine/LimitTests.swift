import Glibc
import OSVCEngine
import Testing

/// How programs that do not end are ended.
@EngineActor
@Suite struct LimitTests {
    let host: LinuxHost

    init() throws {
        host = try LinuxHost()
    }

    private func limited(_ script: String, killAfter: Duration) -> Command {
        shell(script) {
            $0.limit = .milliseconds(200)
            $0.killAfter = killAfter
        }
    }

    @Test func `at its limit a program is asked to end, and what it says then is kept`()
        async throws
    {
        let script = "trap 'echo asked; exit 5' TERM; echo begun; while :; do sleep 0.01; done"
        let result = try await host.run(limited(script, killAfter: .seconds(600)))
        #expect(result.timedOut)
        #expect(result.code == 124)
        #expect(result.outputText == "begun\nasked\n")
        #expect(result.elapsed >= .milliseconds(200))
        #expect(result.elapsed < .seconds(500))
    }

    @Test func `a group that refuses to end is killed`() async throws {
        let script = "trap '' TERM; sleep \(marker(3)) & sleep \(marker(3)) & wait"
        let result = try await host.run(limited(script, killAfter: .milliseconds(200)))
        #expect(result.timedOut)
        #expect(result.signal == SIGKILL)
        #expect(try host.running("\(marker(3))").isEmpty)
    }

    @Test func `what left the group of a program at its limit ends with it`() async throws {
        let script = "trap '' TERM; setsid setsid sleep \(marker(4)) & sleep \(marker(4))"
        let result = try await host.run(limited(script, killAfter: .milliseconds(200)))
        #expect(result.timedOut)
        #expect(try host.running("\(marker(4))").isEmpty)
    }

    @Test func `children that refuse are killed after their parent ended`() async throws {
        let script = "(trap '' TERM; sleep \(marker(5)); sleep \(marker(5))) & wait"
        let result = try await host.run(limited(script, killAfter: .milliseconds(200)))
        #expect(result.timedOut)
        #expect(try host.running("\(marker(5))").isEmpty)
    }

    @Test func `a program within its limit is left alone, and so is what it left`()
        async throws
    {
        let script = "setsid sleep \(marker(6)) & exit 0"
        let command = shell(script) { $0.limit = .seconds(60) }
        let result = try await host.run(command)
        #expect(!result.timedOut)
        let left = try host.running("\(marker(6))")
        #expect(!left.isEmpty)
        for process in left { try host.signal(SIGKILL, to: .process(process.pid)) }
    }

    @Test func `a cancelled task ends its program`() async throws {
        let scratch = try Scratch()
        let begun = scratch.file("begun")
        let host = self.host
        let task = Task { @EngineActor in
            try await host.run(shell("touch \(begun); exec sleep \(marker(7))"))
        }
        while try host.fileInfo(begun) == nil { try await host.sleep(.milliseconds(2)) }
        task.cancel()
        await #expect(throws: HostError.cancelled) { try await task.value }
        #expect(try host.running("\(marker(7))").isEmpty)
    }

    @Test func `a cancelled task starts no program and does not sleep`() async throws {
        let scratch = try Scratch()
        let begun = scratch.file("begun")
        let host = self.host
        let task = Task { @EngineActor in
            withUnsafeCurrentTask { $0?.cancel() }
            await #expect(throws: HostError.cancelled) { try await host.sleep(.seconds(1000)) }
            _ = try await host.run(Command(["touch", begun]))
        }
        await #expect(throws: HostError.cancelled) { try await task.value }
        #expect(try host.fileInfo(begun) == nil)
    }
}
