import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct FSFlagTests {
    let host = FakeHost()

    func flag() throws -> FSFlag {
        try FSFlag(Fixture.settings("flag#0", ["file": .string("/run/web.up")]))
    }

    @Test func `a flag is up while its file exists`() async throws {
        host.files["/run/web.up"] = FakeFile("up\n")
        let seen = try await flag().look(host, for: .action)
        #expect(seen.report == StatusReport(.up))
        #expect(seen.startSteps == [.note(.info, "/run/web.up is already up")])
        #expect(seen.stopSteps == [.removeFile("/run/web.up")])
    }

    @Test func `a flag without its file is down`() async throws {
        let seen = try await flag().look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        #expect(seen.startSteps == [.writeFile("/run/web.up", contents: "up\n")])
        #expect(seen.stopSteps == [.note(.info, "/run/web.up is already down")])
    }

    @Test func `a directory in the flag's place is neither up nor touched`() async throws {
        host.files["/run/web.up"] = .directory
        let seen = try await flag().look(host, for: .action)
        #expect(seen.report == StatusReport(.warn, notes: ["/run/web.up is not a regular file"]))
        let problem = Step.fail("/run/web.up is not a regular file")
        #expect(seen.startSteps == [problem])
        #expect(seen.stopSteps == [problem])
    }

    @Test func `a flag that cannot be seen is warn and touched by nobody`() async throws {
        let error = HostError.system(call: "stat", subject: "/run/web.up", errno: 5)
        host.refusals["fileInfo /run/web.up"] = error
        let seen = try await flag().look(host, for: .action)
        #expect(seen.report == StatusReport(.warn, notes: [error.description]))
        #expect(seen.startSteps == [.fail(error.description)])
        #expect(seen.stopSteps == [.fail(error.description)])
    }

    @Test func `a look for a status makes no steps`() async throws {
        let seen = try await flag().look(host, for: .status)
        #expect(seen == Observation(report: StatusReport(.down)))
    }

    @Test func `a flag without a file is refused`() {
        #expect(throws: ConfigurationError.self) { try FSFlag(Fixture.settings("flag#0")) }
    }
}
