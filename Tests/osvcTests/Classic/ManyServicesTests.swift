import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// Calls of the classic programs for several services: what runs at once, and the one exit code of all.
@EngineActor
struct ManyServicesTests {
    private let fixture = CommandFixture()

    /// A service that runs `/bin/NAME` before its start.
    private func service(_ name: String) {
        fixture.service(name, flags: "x", "nodes = n1\npre_start = /bin/\(name)")
    }

    // MARK: At once

    @Test(arguments: [(" --parallel", true), ("", false)])
    func `with --parallel a service does not wait for the others, and has a host of its own`(
        option: String,
        isParallel: Bool
    ) async {
        service("a")
        service("b")
        fixture.host.slow = ["/bin/a"]
        fixture.host.expect("/bin/a") { host in
            #expect(host.commands.contains("/bin/b") == isParallel)
        }
        fixture.host.expect("/bin/b")
        #expect(await fixture.type("svcmgr -s a,b\(option) start") == 0)
        #expect(fixture.flags == ["a.x", "b.x"])
        #expect(fixture.hosts == (isParallel ? 3 : 1))
    }

    // MARK: The exit code

    @Test(arguments: ["", " --parallel"])
    func `the code is the sum of all, as far as it can be told`(option: String) async {
        for number in 0..<260 { fixture.service("s\(number)", flags: "x") }
        #expect(await fixture.type("svcmgr -s s0,s1,s2\(option) start --rid fs#9") == 3)
        #expect(await fixture.type("allservices\(option) start --rid fs#9") == 255)
    }

    @Test func `what cannot be loaded makes no code smaller`() async {
        for name in ["a", "b"] { fixture.service(name, flags: "x") }
        fixture.write("[DEFAULT\n", to: "bad.env")
        #expect(await fixture.type("allservices start --rid fs#9") == 2)
    }

    @Test func `the code of edits is a sum, too`() async {
        for number in 0..<260 { fixture.service("s\(number)", flags: "x") }
        #expect(await fixture.type("svcmgr -s s0,s1,s2 get --param nosuch.x") == 3)
        fixture.write(fixture.directory.text("etc/s2.env") + "\n[nosuch]\nx = 1\n", to: "s2.env")
        #expect(await fixture.type("svcmgr -s s0,s1,s2 get --param nosuch.x") == 2)
        #expect(await fixture.type("allservices get --param nosuch.x") == 255)
    }

    // MARK: Which

    @Test func `a name that is given twice is one service, and one that is not there is told once`()
        async
    {
        fixture.service("web")
        #expect(await fixture.type("svcmgr -s web,web status") == 1)
        #expect(await fixture.type("svcmgr -s wab,wab start") == 1)
        #expect(fixture.errors.ranges(of: "there is no service 'wab'").count == 1)
    }

    @Test func `a status that no service has chooses none`() async {
        fixture.service("web")
        #expect(await fixture.type("svcmgr --status na start") == 1)
        #expect(fixture.errors.hasPrefix("No service specified") && fixture.flags == [])
    }

    @Test func `a node without services has nothing to do`() async {
        #expect(await fixture.type("allservices start") == 0)
        #expect(fixture.output == "" && fixture.errors == "")
    }

    @Test func `a service that is named and cannot be loaded has no tree`() async {
        fixture.write("[DEFAULT\n", to: "bad.env")
        #expect(await fixture.type("svcmgr -s bad print status") == 1)
        #expect(fixture.output == "")
    }

    @Test(arguments: ["allservices start", "svcmon"])
    func `services that cannot be listed are a failure`(line: String) async {
        fixture.host.refusals["directory \(fixture.etc)"] =
            .system(call: "opendir", subject: fixture.etc, errno: EACCES)
        #expect(await fixture.type(line) == 1)
        #expect(fixture.errors.contains("opendir \(fixture.etc): Permission denied"))
    }

    @Test func `etc is not held open while something is done`() async {
        service("a")
        fixture.host.expect("/bin/a") { [etc = fixture.etc] _ in
            let open = (0..<256).contains { number in
                var target = [CChar](repeating: 0, count: 4096)
                let count = readlink("/proc/self/fd/\(number)", &target, target.count - 1)
                guard count > 0 else { return false }
                let bytes = target[..<count].map(UInt8.init(bitPattern:))
                return String(decoding: bytes, as: UTF8.self) == etc
            }
            #expect(!open)
        }
        #expect(await fixture.type("svcmgr -s a start") == 0)
        #expect(fixture.host.commands == ["/bin/a"])
    }
}
