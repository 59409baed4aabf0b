import OSVCTestSupport
import OrderedCollections
import Testing

@testable import OSVCEngine

/// What an action leaves in its journal, and what it does without one.
@EngineActor
struct RecordingTests {
    private let it = ActionFixture()

    /// The journal without times and marks.
    private var journal: [String] {
        it.directory.text("var/web/journal").split(separator: "\n").map { line in
            let cells = line.split(separator: "\t")
            let kept = cells.filter { !$0.contains(where: \.isNumber) || $0.contains("#") }
            return (kept + (cells[0] == "end" ? cells.suffix(1) : [])).joined(separator: " ")
        }
    }

    @Test func `each step is in the journal before it is done, and its result after it`()
        async throws
    {
        it.host.expect("mount -t tmpfs none /srv/a", code: 32) { [it] _ in
            let lines = it.directory.text("var/web/journal").split(separator: "\n")
            #expect(lines.last?.hasSuffix("\tfs#0\tmount -t tmpfs none /srv/a") == true)
        }
        let flag = it.flag("flag#0")
        let mount = it.mount
        #expect(try await it.perform(.start, [flag, mount]) == 1)
        #expect(
            journal.dropFirst() == [
                "do flag#0 write /run/flag#0", "did flag#0",
                "do fs#0 create missing mountpoint /srv/a", "did fs#0",
                "do fs#0 mount -t tmpfs none /srv/a", "failed fs#0",
                "do flag#0 rm -f /run/flag#0", "did flag#0", "end 1",
            ]
        )
    }

    @Test(arguments: [(Action.start, Int32(1)), (.restart, 1), (.stop, 0)])
    func `without a journal only a stop begins`(action: Action, code: Int32) async throws {
        try Files.makeParent(of: it.layout.journal(of: "web"))
        try Files.makeParent(of: it.layout.journal(of: "web") + "/x")
        it.raise("flag#0")
        #expect(try await it.perform(action, [it.flag("flag#0")]) == code)
        #expect(it.flags == (action == .stop ? [] : ["flag#0"]))
        let text = it.log.text(from: .warning).joined(separator: "\n")
        #expect(text.contains("the journal cannot be written: "))
        #expect(text.contains("; nothing was done") == (action != .stop))
    }

    @Test func `an action makes the directory for the output of launchers`() async throws {
        #expect(try await it.perform(.start, []) == 0)
        #expect(it.host.orders.contains(.makeDirectory(it.layout.launcherLogs)))
    }

    @Test func `what runs beside the steps is awaited before the action ends`() async throws {
        let arping = "arping -U -c 1 -I eth0 -s 10.0.0.9 0.0.0.0"
        it.host.programs = ["arping"]
        it.host.slow = [arping]
        it.host.expect("ip addr add 10.0.0.9/24 dev eth0 label eth0:1") { [it] _ in
            it.connect("10.0.0.1", "10.0.0.9")
        }
        it.host.expect(arping) { $0.files["/run/told"] = FakeFile("") }
        #expect(try await it.perform(.start, [it.address()]) == 0)
        #expect(it.flags == ["told"])
    }

    @Test func `programs learn about the address at hand, the action and the service`()
        async throws
    {
        let told = it.trigger(.preStart, "/bin/up")
        let stopped = it.trigger(.preStop, "/bin/down")
        let first = it.address([:], [told, stopped])
        var second = it.address(["tags": .list(["noaction"])])
        second.id = ResourceID("ip#1")
        second.settings["ipname"] = ScopedSetting(.string("other"), at: Fixture.position)
        it.host.names["other"] = ActionFixture.addresses("10.0.0.10")
        it.connect("10.0.0.1", "10.0.0.9")
        for (line, action) in [("/bin/up", "start"), ("/bin/down", "stop")] {
            it.host.expect(line) { host in
                #expect(host.serviceEnvironment["OPENSVC_SVCNAME"] == "web")
                #expect(host.serviceEnvironment["OPENSVC_ACTION"] == action)
                #expect(host.serviceEnvironment["OPENSVC_IPADDR"] == "10.0.0.9")
                #expect(host.serviceEnvironment["OPENSVC_IP1"]?.contains("10.0.0.10") == true)
            }
        }
        it.host.expect("ip addr del 10.0.0.9/24 dev eth0") { [it] _ in it.connect("10.0.0.1") }
        #expect(try await it.perform(.start, [first, second]) == 0)
        #expect(try await it.perform(.stop, [first, second]) == 0)
        #expect(it.host.commands.contains("/bin/up") && it.host.commands.contains("/bin/down"))
    }
}
