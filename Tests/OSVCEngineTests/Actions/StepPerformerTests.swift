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

    @Test(arguments: [0, 1, 2], [1, 3])
    func `one failure among others fails the bundle`(failing: Int, jobs: Int) async throws {
        for number in 0..<3 { host.expect("/bin/\(number)", code: number == failing ? 1 : 0) }
        let steps = (0..<3).map { Step.run(Command(["/bin/\($0)"])) }
        let performer = StepPerformer(context: try context(jobs: jobs))
        await #expect(throws: ActionFailure.step(ResourceID("app"))) {
            try await performer.perform(.together(steps), on: ResourceID("app"))
        }
        #expect(host.commands.count == 3)
    }

    @Test func `a signal ends all steps of a bundle that run`() async throws {
        let performer = StepPerformer(context: try context(jobs: 2))
        let running = Locked<Task<ActionFailure?, Never>?>(nil)
        host.slow = ["/bin/slow"]
        host.expect("/bin/first") { _ in running.withLock { $0 }?.cancel() }
        host.expect("/bin/slow") { _ in Issue.record("it came to its end") }
        let steps = ["/bin/slow", "/bin/first"].map { Step.run(Command([$0])) }
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
    }

    @Test func `a signal at the end of a bundle interrupts, too`() async throws {
        let performer = StepPerformer(context: try context())
        let task = Task { @EngineActor in
            withUnsafeCurrentTask { $0?.cancel() }
            do throws(ActionFailure) {
                try await performer.perform(.together([]), on: nil)
                return nil as ActionFailure?
            } catch {
                return error
            }
        }
        #expect(await task.value == .interrupted)
    }

    @Test func `a wait ends at its limit`() async throws {
        let performer = StepPerformer(context: try context())
        let never = Probe.pathExists("/nowhere")
        await #expect(throws: ActionFailure.step(nil)) {
            let step = Step.waitUntil(
                never,
                every: .seconds(1),
                limit: .seconds(15),
                orFail: "not there"
            )
            try await performer.perform(step, on: nil)
        }
        #expect(host.uptime() == .seconds(15))
        #expect(log.text() == ["ERROR - not there"])
    }

    @Test func `a command is tried again after a pause, and each failure is only told`()
        async throws
    {
        let performer = StepPerformer(context: try context())
        host.expect("/bin/x", code: 5, error: "busy")
        await #expect(throws: ActionFailure.step(nil)) {
            let step = Step.retry(
                Command(["/bin/x"]),
                times: 3,
                pause: .seconds(1),
                until: .pathExists("/nowhere"),
                orFail: "it stays"
            )
            try await performer.perform(step, on: nil)
        }
        #expect(host.commands == ["/bin/x", "/bin/x", "/bin/x"])
        #expect(host.uptime() == .seconds(2))
        #expect(log.text(from: .warning) == ["ERROR - it stays"])
    }

    /// What each step says, beside the command lines.
    @Test func `a directory is made without a word, a file is not`() async throws {
        let performer = StepPerformer(context: try context())
        try await performer.perform(.makeDirectory("/a"), on: nil)
        try await performer.perform(.writeFile("/c", contents: "c"), on: nil)
        try await performer.perform(.makeMountPoint("/b"), on: nil)
        host.refusals["makeDirectory"] = .system(call: "mkdir", subject: "/d", errno: 30)
        try await performer.perform(.makeMountPoint("/d"), on: nil)
        #expect(
            log.text() == [
                "INFO - write /c", "INFO - create missing mountpoint /b",
                "INFO - failed to create missing mountpoint /d",
            ]
        )
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
