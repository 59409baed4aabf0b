import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// A node of the tutorial in memory: what its commands print is what the text says they printed, and what
/// they do shows in what the node is asked next.
///
/// The service's files are below a root of the test's own; texts name it `/opt/opensvc`, as the tutorial.
@EngineActor
final class TutorialNode {
    var host: FakeHost
    private let directory = TemporaryDirectory()
    private let tutorial: Tutorial
    let name: String
    /// The tags of the volume group.
    var tags: [String] = []
    /// The names in the launcher directory on `/svc1/app`, while that is mounted.
    var launchers: [String] = []
    var isServing = false

    static let group = "vgsvc1"
    static let volumes = ["lvappsvc1", "lvdatasvc1"]
    static let launcherDirectory = "/svc1/app/init.d"
    static let servicePath = "/etc/\(Tutorial.name)"

    init(_ name: String, _ tutorial: Tutorial) throws {
        self.name = name
        self.tutorial = tutorial
        host = FakeHost(node: name)
        let own = try #require(IPAddress(name == "sles1" ? "37.59.71.22" : "37.59.71.23"))
        host.networkInterfaces = [
            NetworkInterface(
                name: "eth0",
                isUp: true,
                addresses: [.init(own, prefixLength: 27)]
            )
        ]
        host.names[Tutorial.name] = [try Self.address()]
        host.programs = ["ifconfig", "arping", "kpartx", "e2fsck"]
        host.files[local("/opt/opensvc\(Self.servicePath).dir")] = .directory
        host.links[local("/opt/opensvc\(Self.servicePath).d")] =
            local("/opt/opensvc\(Self.servicePath).dir")
        host.files[serviceFile] = FakeFile()
        host.files[serviceFile]?.info.modified = host.time
    }

    private static func address() throws -> IPAddress { try #require(IPAddress("37.59.71.26")) }

    /// A text of the tutorial as it is here, and back.
    func local(_ text: String) -> String {
        text.replacing("/opt/opensvc", with: directory.path)
    }

    private func told(_ text: String) -> String {
        text.replacing(directory.path, with: "/opt/opensvc")
    }

    // MARK: What happens between the commands

    /// The volume group was just made: it is active.
    func makeStorage() { activate(host) }

    /// The chapter "Application Integration": the launchers move onto the service's storage.
    func moveLaunchers() {
        launchers = tutorial.commands.compactMap { command in
            let words = command.line.split(separator: " ")
            guard words.starts(with: ["ln", "-s", "weblauncher"]) else { return nil }
            return words.last.map(String.init)
        }
        host.links[local("/opt/opensvc\(Self.servicePath).d")] = Self.launcherDirectory
        if isMounted("/svc1/app") { showLaunchers(host) }
    }

    /// The service's file is edited.
    func changeServiceFile() {
        host.time += 60
        host.files[serviceFile]?.info.modified = host.time
    }

    /// `syncnodes --force` was done: both nodes have the same files, and know it of each other.
    func noteSync() {
        let stamp = LocalTime(host.time).stamp.replacing(",", with: ".")
        let layout = Layout(root: directory.path)
        for node in ["sles1", "sles2"] {
            let path = layout.syncStamp(of: Tutorial.name, "sync#i0", to: node)
            host.files[path] = FakeFile("\(stamp)\n")
        }
    }

    /// Another node has the address.
    func answerElsewhere() throws { host.answering = [try Self.address()] }

    /// OpenHA runs, by the `monitor` file of the text, and holds the service started.
    func runOpenHA() throws {
        let base = "/usr/local/cluster"
        let monitor = try #require(tutorial.command("cat \(base)/conf/monitor")).output
        host.files["\(base)/bin/service"] = FakeFile(contents: [], mode: 0o755)
        host.files["\(base)/conf/monitor"] = FakeFile(monitor.joined(separator: "\n") + "\n")
        host.files["\(base)/services/\(Tutorial.name)/STATE.\(name)"] = FakeFile("2")
        // A sender for each line of this node, a listener for each of another.
        let lines = monitor.map { $0.split(separator: " ").map(String.init) }
        let daemons = lines.map { words in
            let isOwn = words[0] == name
            let kind = words[1] == "net" ? "" : "_\(words[1])"
            let program = "\(base)/bin/\(isOwn ? "heartd" : "heartc")\(kind)"
            return [program] + words.dropFirst(2).dropLast(isOwn ? 1 : 0)
        }
        host.processTable = (daemons + [["\(base)/bin/nmond"]]).enumerated().map {
            ProcessEntry(pid: Int32(100 + $0), arguments: $1)
        }
    }

    // MARK: Commands

    /// `SERVICE print status`: the lines of standard output, and those of the log.
    func status(_ service: [String]) async throws -> (tree: [String], log: [String]) {
        renew(nil)
        let log = RecordingLog()
        let service = try load(service)
        HeartbeatLinks(Site(service, host: host, log: log)).mend()
        let tree = StatusTree(
            await Observer(Site(service, host: host, log: log)).status(),
            colours: Colours(on: false)
        )
        return (tree.text.split(separator: "\n").map(String.init), log.lines.flatMap(shown))
    }

    /// A start or stop, with the commands' outputs of the text's own; returns the lines of the log.
    ///
    /// arping runs beside the steps that follow it, for it lingers a second after its packet; its lines are
    /// placed here where it began, as in the text.
    func log(
        _ action: Action,
        _ service: [String],
        as command: Tutorial.Command,
        code wanted: Int32 = 0
    ) async throws -> [String] {
        renew(command)
        let log = RecordingLog()
        let code = await ServiceRunner(Site(try load(service), host: host, log: log))
            .perform(action, ActionOptions())
        #expect(code == wanted)
        let outputs = command.outputs
        for case .run(let command) in host.orders where command.arguments[0] == "arping" {
            #expect(command.output == .inherit)
        }
        return log.lines.filter { $0.level > .debug }.flatMap { line in
            let raw = line.message.hasPrefix("arping ") ? outputs[line.message] ?? "" : ""
            return shown(line) + raw.split(separator: "\n").map(String.init)
        }
    }

    /// A line of the log as it is on a terminal.
    private func shown(_ line: RecordingLog.Line) -> [String] {
        LogLine(
            service: Tutorial.name,
            clock: "00:00:00",
            level: line.level,
            message: told(line.message),
            resource: line.resource
        ).text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The lines of the push that goes before any command, when there are any.
    func push() -> [String] {
        PushStamp(
            of: Tutorial.name,
            file: serviceFile,
            // What is not there is older than any stamp.
            changedAt: (try? host.fileInfo(serviceFile))??.modified ?? 0,
            in: Layout(root: directory.path),
            host: host
        ).refreshIfNeeded().map(told)
    }

    private var serviceFile: String { local("/opt/opensvc\(Self.servicePath).env") }

    private func load(_ lines: [String]) throws -> Service {
        let loaded = try EnvService(
            Array((lines.joined(separator: "\n") + "\n").utf8),
            path: serviceFile,
            registry: .builtIn,
            node: EnvNode(name: name)
        )
        #expect(loaded.messages == [])
        var definition = loaded.definition
        definition.files = [serviceFile]
        let facts = ServiceFacts(
            name: definition.name,
            node: name,
            groups: definition.groups,
            root: directory.path
        )
        return try Service(definition, facts: facts, registry: .builtIn)
    }
}
