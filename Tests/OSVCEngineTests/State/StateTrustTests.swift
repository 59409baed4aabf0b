import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// Which directories of osvc's own are believed.
@EngineActor
struct StateTrustTests {
    private let host = FakeHost()

    private func lay(_ path: String, owner: UInt32 = 0, _ mode: UInt32) {
        host.files[path] = FakeFile(info: FileInfo(kind: .directory, owner: owner, mode: mode))
    }

    private func problems() -> [String] {
        StateTrust(Layout(root: "/o"), service: "web", host: host).problems()
    }

    @Test(arguments: ["/shared/osvc", "/o/tmp", "/shared"])
    func `logs may lie where a group may write, as GuardedPath has it`(path: String) {
        host.links["/o/log"] = "/shared/osvc"
        lay("/shared/osvc", 0o755)
        lay(path, 0o775)
        #expect(problems() == [])
        lay(path, 0o777)
        #expect(!problems().isEmpty)
        lay(path, 0o1777)
        #expect(problems() == [])
    }

    @Test(arguments: ["/o/var", "/o/var/lock", "/o/var/web"])
    func `state may not`(path: String) {
        lay(path, 0o775)
        #expect(problems().first?.hasSuffix(": chmod g-w \(path)") == true)
    }

    @Test func `all that is wrong is named at once, each with all its commands`() {
        lay("/o", owner: 7, 0o777)
        lay("/o/var", owner: 7, 0o757)
        lay("/o/tmp", 0o777)
        let ends = problems().map { String($0.split(separator: ": ").last ?? "") }
        #expect(
            ends == [
                "chown root /o && chmod go-w /o", "chown root /o/var && chmod o-w /o/var",
                "chmod go-w /o/tmp",
            ]
        )
    }

    @Test func `the advice about a launcher names every command at once`() throws {
        lay("/srv", 0o777)
        lay("/srv/d", owner: 7, 0o775)
        host.files["/srv/d/p"] = FakeFile(mode: 0o777)
        let trust = LauncherTrust(host, in: nil)
        let info = try #require(try host.fileInfo("/srv/d/p"))
        let fault = try trust.fault(of: "/srv/d/p", at: "/srv/d/p", info)
        let commands =
            "chmod go-w /srv && chown root /srv/d && chmod g-w /srv/d && osvc trust fix /srv/d/p"
        #expect(fault?.hasSuffix(": \(commands)") == true, "\(fault ?? "")")
    }
}
