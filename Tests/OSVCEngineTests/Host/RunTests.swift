import Glibc
import OSVCEngine
import Testing

/// Programs are really run: what is tested is what the kernel does with them.
@EngineActor
@Suite struct RunTests {
    let host: LinuxHost

    init() throws {
        host = try LinuxHost()
    }

    /// A shell is the shortest program that misbehaves; the host itself never uses one.
    private func shell(_ script: String, _ change: (inout Command) -> Void = { _ in }) -> Command {
        var command = Command(["sh", "-c", script])
        change(&command)
        return command
    }

    @Test func `output, errors and the exit code are the program's`() async throws {
        let result = try await host.run(shell("echo out; echo err >&2; exit 7"))
        #expect(result.code == 7)
        #expect(result.signal == nil)
        #expect(result.outputText == "out\n")
        #expect(result.errorText == "err\n")
        #expect(!result.truncated)
    }
}
