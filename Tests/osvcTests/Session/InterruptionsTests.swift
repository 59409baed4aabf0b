import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// What a first and a second signal do.
@EngineActor
struct InterruptionsTests {
    /// The process around the work: sends signals, and records how it was ended.
    @EngineActor
    private final class Process {
        var send: (@EngineActor (Int32) -> Void)?
        var listened = 0
        var problem: HostError?
        private(set) var endings: [Interruptions.Ending] = []

        var interruptions: Interruptions {
            Interruptions(
                listen: { signals, take throws(HostError) in
                    if let problem = self.problem { throw problem }
                    #expect(signals == [SIGINT, SIGTERM])
                    self.listened += 1
                    self.send = take
                },
                leave: { self.endings.append($0) }
            )
        }
    }

    private let process = Process()
    private let host = FakeHost()
    private let log = RecordingLog()

    /// An action that ends when it is cancelled, with 7; else after 100 turns, with 0.
    private func action(
        on interruptions: Interruptions,
        _ begun: @escaping @EngineActor @Sendable () -> Void
    ) async -> Int32 {
        await interruptions.action(host, log) {
            begun()
            for _ in 0..<100 {
                if Task.isCancelled { return 7 }
                await Task.yield()
            }
            return 0
        }
    }

    @Test func `undisturbed work returns what it found`() async {
        let interruptions = process.interruptions
        #expect(await action(on: interruptions) {} == 0)
        #expect(await interruptions.look(host, log) { "seen" } == "seen")
        #expect(process.endings == [] && process.listened == 1)
    }

    @Test func `a first signal lets the action end in order`() async {
        let process = process
        #expect(await action(on: process.interruptions) { process.send?(SIGTERM) } == 7)
        #expect(process.endings == [])
    }

    @Test func `after a signal no action is begun`() async {
        let process = process
        let interruptions = process.interruptions
        _ = await action(on: interruptions) { process.send?(SIGINT) }
        let code = await action(on: interruptions) { Issue.record("it was begun") }
        #expect(code == 1)
        #expect(log.text() == ["ERROR - interrupted by signal: nothing was done"])
    }

    @Test func `a second signal ends osvc at once, with 130`() async {
        let process = process
        _ = await action(on: process.interruptions) {
            process.send?(SIGINT)
            process.send?(SIGTERM)
        }
        #expect(process.endings == [.exit(130)])
        #expect(
            log.text() == ["ERROR - ended at once by a second signal; see print status"]
        )
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `a signal ends a look as it ends any program`(signal: Int32) async {
        let process = process
        await process.interruptions.look(host, log) { process.send?(signal) }
        #expect(process.endings == [.signal(signal)])
    }

    @Test func `a signal that cannot be handled is only a warning`() async {
        process.problem = .system(call: "signalfd", subject: "signals", errno: EMFILE)
        #expect(await action(on: process.interruptions) {} == 0)
        #expect(log.text().first?.hasPrefix("WARNING - signals will end osvc at once: ") == true)
    }
}
