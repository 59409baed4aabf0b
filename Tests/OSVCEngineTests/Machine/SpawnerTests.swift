import Glibc
@testable import OSVCEngine
import OSVCTestSupport
import Testing

/// A program is in the journal before it runs: osvc can be killed at any moment.
@EngineActor
struct SpawnerTests {
    private let scratch: Scratch
    private let host: LinuxHost

    init() throws {
        scratch = try Scratch()
        host = try LinuxHost()
    }

    /// Keeps the record in a file, or where nothing can be written.
    private final class Keeper: CallKeeper {
        let descriptor: Int32
        let isRequired: Bool
        var problems: [Int32] = []

        init(_ path: String, isRequired: Bool) throws {
            descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            try #require(descriptor >= 0)
            self.isRequired = isRequired
        }

        deinit { close(descriptor) }

        func calling(_ mark: String, _ command: Command) -> ProcessNote? {
            ProcessNote(descriptor: descriptor, start: "pid\tm\t", isRequired: isRequired) {
                self.problems.append($0)
            }
        }

        func returned(_ mark: String) {}
        func ended(_ scriptCall: String) {}
    }

    @Test func `a program finds itself in the record`() async throws {
        let record = scratch.file("record")
        host.callKeeper = try Keeper(record, isRequired: true)
        let script =
            "cat \(record); printf 'pid\\tm\\t%s\\t%s\\n' $$ $(cut -d' ' -f22 /proc/$$/stat)"
        let lines = try await host.run(shell(script)).outputText.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first == lines.last)
    }

    /// The thread's name is what `/proc/PID/stat` has between parentheses until a program is executed.
    @Test(arguments: ["/bin/true", "/", "/nonexistent"])
    func `each attempt is recorded, whatever comes of it and who makes it`(_ name: String)
        async throws
    {
        let record = scratch.file("record")
        host.callKeeper = try Keeper(record, isRequired: true)
        let old = try #require(Files.text("/proc/thread-self/comm", limit: 100))
        try rename("a ) b 1 2 3")
        defer { try? rename(old) }
        let before = try #require(ProcessStat(of: getpid())).startTime
        _ = try? await host.run(Command([name]))
        let text = try #require(Files.text(record, limit: 1000))
        let fields = text.split(separator: "\t")
        #expect(fields.count == 4)
        #expect(UInt32(fields[2]) != nil)
        let start = try #require(UInt64(fields[3].dropLast()))
        #expect(start >= before)
    }

    /// Names the calling thread.
    private func rename(_ name: String) throws {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        defer { close(file) }
        try #require(write(file, name, name.utf8.count) == name.utf8.count)
    }

    @Test func `a program that cannot be recorded does not run where it must be`() async throws {
        let keeper = try Keeper("/dev/full", isRequired: true)
        host.callKeeper = keeper
        let made = scratch.file("made")
        await #expect(throws: HostError.notRecorded(Command(["sh"]))) {
            try await host.run(shell("touch \(made)"))
        }
        #expect(keeper.problems == [ENOSPC])
        #expect(access(made, F_OK) != 0)
    }

    @Test func `elsewhere it runs, and the problem is told`() async throws {
        let keeper = try Keeper("/dev/full", isRequired: false)
        host.callKeeper = keeper
        #expect(try await host.run(shell("exit 3")).code == 3)
        #expect(keeper.problems == [ENOSPC])
    }
}
