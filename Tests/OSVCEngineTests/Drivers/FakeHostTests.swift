import OSVCEngine
import OSVCTestSupport
import Testing

/// The machine in memory that all other tests lean on.
@EngineActor
struct FakeHostTests {
    let host = FakeHost()

    @Test func `a command that nobody told of fails the test`() async {
        await withKnownIssue {
            await #expect(throws: HostError.programMissing("reboot")) {
                try await host.run(Command(["reboot"]))
            }
        }
    }

    @Test func `a script that nobody told of fails the test`() async {
        let call = ScriptCall(
            script: Fixture.script(1),
            key: ScriptKey(resource: nil),
            purpose: .hook(.startPre),
            action: "start",
            service: Fixture.facts,
            log: RecordingLog()
        )
        await withKnownIssue {
            #expect(await host.fakeScripts.call(call) == .failed("web.lua:1: unexpected call"))
        }
    }

    @Test func `results come in the order told, and the last one stays`() async throws {
        host.expect("true", code: 1)
        host.expect("true", code: 0)
        var codes: [Int32] = []
        for _ in 0..<3 { codes.append(try await host.run(Command(["true"])).code) }
        #expect(codes == [1, 0, 0])
        #expect(host.commands == ["true", "true", "true"])
    }

    @Test func `a command does to the machine what its test says`() async throws {
        host.expect("mount /dev/x /srv") {
            $0.mountTable.append(MountEntry(source: "/dev/x", mountPoint: "/srv", type: "ext4"))
        }
        _ = try await host.run(Command(["mount", "/dev/x", "/srv"]))
        #expect(try host.mounts().map(\.mountPoint) == ["/srv"])
    }

    @Test func `sleep passes the time without waiting`() async throws {
        let before = host.now()
        try await host.sleep(.milliseconds(1500))
        #expect(host.now() - before == 1.5)
        #expect(host.orders == [.sleep(.milliseconds(1500))])
    }

    @Test func `a directory shows what is in it, files and links`() throws {
        host.files["/a/file"] = FakeFile()
        host.files["/a/b/deep"] = FakeFile()
        host.links["/a/link"] = "/a/file"
        #expect(try host.directory("/a") == ["b", "file", "link"])
        #expect(try host.directory("/c") == nil)
        #expect(host.realPath("/a/link") == "/a/file")
    }
}
