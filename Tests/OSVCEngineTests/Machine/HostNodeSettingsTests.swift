import Glibc
import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// `node.conf` as a host reads it.
@EngineActor
@Suite struct HostNodeSettingsTests {
    let host: LinuxHost
    let directory = TemporaryDirectory()
    let layout: Layout

    init() throws {
        host = try LinuxHost()
        layout = Layout(root: directory.path)
        try host.makeDirectory(layout.etc)
    }

    private func write(_ mode: String) {
        directory.write("[node]\nhost_mode = \(mode)\n", to: "etc/node.conf")
    }

    @Test func `it is read once, for all hosts of the process`() throws {
        write("PRD")
        #expect(try host.nodeSettings(in: layout).hostMode == "PRD")
        write("DEV")
        host.forget()
        #expect(try host.nodeSettings(in: layout).hostMode == "PRD")
        #expect(try LinuxHost(beside: host).nodeSettings(in: layout).hostMode == "PRD")
        #expect(try LinuxHost().nodeSettings(in: layout).hostMode == "DEV")
    }

    @Test func `what a load has read is not read again`() throws {
        write("PRD")
        let other = try LinuxHost(beside: host)
        other.keep(NodeSettings(), in: layout)
        #expect(try host.nodeSettings(in: layout) == NodeSettings())
    }

    @Test func `each root has a file of its own`() throws {
        write("PRD")
        #expect(try host.nodeSettings(in: layout).hostMode == "PRD")
        #expect(try host.nodeSettings(in: Layout(root: "\(layout.root)/none")) == NodeSettings())
    }

    @Test func `a file that cannot be read is an error each time it is asked for`() throws {
        mkdir(layout.nodeConfiguration, 0o755)
        for _ in 1...2 {
            #expect(throws: HostError.self) { try host.nodeSettings(in: layout) }
        }
    }
}
