import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// Each kind of step, alone and among steps that overlap.
@EngineActor
struct StepPerformerTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()

    private func context(jobs: Int = 16) throws -> ActionContext {
        var facts = Fixture.facts
        facts.root = directory.path
        return ActionContext(
            Site(
                try Service(Fixture.service(), facts: facts, registry: .builtIn),
                host: host,
                log: log
            ),
            action: .start,
            options: ActionOptions(jobs: jobs),
            lastNode: nil
        )
    }

    @Test func `after a signal no step of a bundle begins`() async throws {
        let performer = StepPerformer(context: try context(jobs: 1))
        let running = Locked<Task<ActionFailure?, Never>?>(nil)
        host.expect("/bin/first") { _ in running.withLock { $0 }?.cancel() }
        let steps = ["/bin/first", "/bin/second"].map { Step.run(Command([$0])) }
        let task = Task { @EngineActor in
            do throws(ActionFailure) {
                try await performer.perform(.together(steps), on: nil)
                return nil as ActionFailure?
            } catch {
                return error
            }
        }
        running.withLock { $0 = task }
        #expect(await task.value == .interrupted)
        #expect(host.commands == ["/bin/first"])
    }

    private var steps: [Step] {
        let command = Command(["/bin/x"])
        let holds = Probe.not(.pathExists("/nowhere"))
        return [
            .note(.info, "said"), .tellLoop(file: "/srv/x"), .require(holds, orFail: "no"),
            .waitUntil(holds, every: .seconds(1), limit: .zero, orFail: "no"),
            .run(command), .runBeside(command), .makeDirectory("/a"), .makeMountPoint("/b"),
            .retry(command, times: 0, pause: .zero, until: holds, orFail: "no"),
            .writeFile("/c", contents: "c"), .removeFile("/c"), .unmount("/a", whenBusy: .fail),
            .together([]),
            .launch(Fixture.launcher("l", [.start: .program(["/bin/l", "start"])]), .start),
        ]
    }

    @Test func `every step is done alone, in a bundle, and in a bundle of bundles`() async throws {
        host.expect("/bin/x")
        host.expect("/bin/l start")
        host.expect("umount /a")
        let performer = StepPerformer(context: try context())
        for step in steps {
            for bundled in [step, .together([step, step]), .together([.together([step]), step])] {
                try await performer.perform(bundled, on: ResourceID("app"))
                #expect(!bundled.summary.isEmpty || bundled.unbundled.isEmpty)
            }
        }
        await performer.context.awaitBesides()
    }

    @Test func `what fails in a bundle of bundles fails`() async throws {
        let performer = StepPerformer(context: try context())
        let step = Step.together([.note(.info, "a"), .together([.fail("no")])])
        await #expect(throws: ActionFailure.step(ResourceID("app"))) {
            try await performer.perform(step, on: ResourceID("app"))
        }
    }

    @Test(arguments: [1, 2, 3])
    func `so many steps of a bundle run at once as jobs allow`(jobs: Int) async throws {
        let begun = Begun()
        for name in ["a", "b", "c"] {
            host.expect("/bin/\(name)") { host in
                if begun.atFirstEnd == nil { begun.atFirstEnd = host.commands.count }
            }
        }
        let steps = ["a", "b", "c"].map { Step.run(Command(["/bin/\($0)"])) }
        try await StepPerformer(context: try context(jobs: jobs))
            .perform(.together(steps), on: ResourceID("app"))
        #expect(begun.atFirstEnd == jobs)
        #expect(host.commands.count == 3)
    }

    /// How many programs had been started when the first ended.
    @EngineActor
    private final class Begun {
        var atFirstEnd: Int?
    }
}
