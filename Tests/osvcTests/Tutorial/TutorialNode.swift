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
    private(set) var host: FakeHost
    private let directory = TemporaryDirectory()
    private let tutorial: Tutorial
    private let name: String
    /// The tags of the volume group.
    private var tags: [String] = []
    /// The names in the launcher directory on `/svc1/app`, while that is mounted.
    private var launchers: [String] = []
    private var isServing = false

    private static let group = "vgsvc1"
    private static let volumes = ["lvappsvc1", "lvdatasvc1"]
    private static let launcherDirectory = "/svc1/app/init.d"
    private static let servicePath = "/etc/\(Tutorial.name)"

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
    private func local(_ text: String) -> String {
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
        HeartbeatLinks(service, host: host, log: log).mend()
        let tree = StatusTree(
            await Observer(service, host: host).status(),
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
        let code = await ServiceRunner(try load(service), host: host, log: log)
            .perform(action, ActionOptions())
        #expect(code == wanted)
        let outputs = command.outputs
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

// MARK: - The machine

extension TutorialNode {
    /// The same machine with the answers of one command of the text.
    private func renew(_ command: Tutorial.Command?) {
        let next = FakeHost(node: name)
        next.networkInterfaces = host.networkInterfaces
        next.mountTable = host.mountTable
        next.files = host.files
        next.links = host.links
        next.names = host.names
        next.programs = host.programs
        next.time = host.time
        next.answering = host.answering
        next.processTable = host.processTable
        host = next
        expectLauncher()
        guard let command else { return }
        let outputs = command.outputs
        func expect(_ line: String, _ effect: @escaping @EngineActor (FakeHost) -> Void = { _ in })
        {
            host.expect(line, output: outputs[line] ?? "", effect: effect)
        }
        expectNetwork(expect)
        expectGroup(expect)
        for (volume, place) in zip(Self.volumes, ["/svc1/app", "/svc1/data"]) {
            let device = "/dev/mapper/\(Self.group)-\(volume)"
            expect("e2fsck -p \(device)")
            expect("mount -t ext3 \(device) \(place)") { [unowned self] in
                mount(device, on: place, $0)
            }
            expect("umount \(place)") { [unowned self] in unmount(place, $0) }
        }
    }

    private typealias Expect = (String, @escaping @EngineActor (FakeHost) -> Void) -> Void

    private func expectNetwork(_ expect: Expect) {
        let address = "37.59.71.26"
        expect("ifconfig eth0:1 \(address) netmask 255.255.255.224 up") { host in
            guard let parsed = IPAddress(address) else { return }
            host.networkInterfaces[0].addresses.append(
                .init(parsed, prefixLength: 27, label: "eth0:1")
            )
        }
        expect("ifconfig eth0:1 down") { host in
            host.networkInterfaces[0].addresses.removeAll { $0.label == "eth0:1" }
        }
        expect("arping -U -c 1 -I eth0 -s \(address) 0.0.0.0") { _ in }
    }

    private func expectGroup(_ expect: Expect) {
        host.expect(
            "vgs --noheadings --separator | -o vg_tags,lv_count \(Self.group)",
            output: "  \(tags.joined(separator: ","))|\(Self.volumes.count)\n"
        )
        host.expect(
            "lvs --noheadings -o lv_name \(Self.group)",
            output: Self.volumes.map { "  \($0)\n" }.joined()
        )
        expect("vgchange --addtag @\(name) \(Self.group)") { [unowned self] _ in tags = [name] }
        expect("vgchange --deltag @\(name) \(Self.group)") { [unowned self] _ in tags = [] }
        expect("vgchange -a y \(Self.group)") { [unowned self] in activate($0) }
        expect("vgchange -a n \(Self.group)") { [unowned self] in deactivate($0) }
        for volume in Self.volumes { expect("kpartx -d /dev/\(Self.group)/\(volume)") { _ in } }
    }

    /// The three links of the launcher. The one with status is asked before the start and after it.
    private func expectLauncher() {
        let path = local("/opt/opensvc\(Self.servicePath).d")
        host.expect("\(path)/C10weblauncher status", code: isServing ? 0 : 1)
        host.expect("\(path)/S10weblauncher start") { [unowned self] host in
            isServing = true
            host.expect("\(path)/C10weblauncher status", code: 0)
        }
        host.expect("\(path)/K90weblauncher stop") { [unowned self] host in
            isServing = false
            host.expect("\(path)/C10weblauncher status", code: 1)
        }
    }

    private func activate(_ host: FakeHost) {
        for (index, volume) in Self.volumes.enumerated() {
            let folder = "/sys/class/block/dm-\(index)"
            host.files["\(folder)/dm/name"] = FakeFile("\(Self.group)-\(volume)\n")
            host.files["\(folder)/dm/uuid"] = FakeFile("LVM-\(index)\n")
            host.files["/dev/mapper/\(Self.group)-\(volume)"] = .block(254, index)
            host.files["/dev/\(Self.group)/\(volume)"] = .block(254, index)
        }
    }

    private func deactivate(_ host: FakeHost) {
        for (index, volume) in Self.volumes.enumerated() {
            host.files["/sys/class/block/dm-\(index)/dm/name"] = nil
            host.files["/sys/class/block/dm-\(index)/dm/uuid"] = nil
            host.files["/dev/mapper/\(Self.group)-\(volume)"] = nil
            host.files["/dev/\(Self.group)/\(volume)"] = nil
        }
    }

    private func isMounted(_ place: String) -> Bool {
        host.mountTable.contains { $0.mountPoint == place }
    }

    private func mount(_ device: String, on place: String, _ host: FakeHost) {
        let number = host.files[device]?.info.device ?? DeviceNumber(major: 0, minor: 0)
        host.mountTable.append(
            MountEntry(source: device, mountPoint: place, type: "ext3", device: number)
        )
        if place == "/svc1/app" { showLaunchers(host) }
    }

    private func unmount(_ place: String, _ host: FakeHost) {
        host.mountTable.removeAll { $0.mountPoint == place }
        guard place == "/svc1/app" else { return }
        for path in host.files.keys where path.contains("weblauncher") { host.files[path] = nil }
        host.files[Self.launcherDirectory] = nil
    }

    private func showLaunchers(_ host: FakeHost) {
        guard !launchers.isEmpty else { return }
        host.files[Self.launcherDirectory] = .directory
        let path = local("/opt/opensvc\(Self.servicePath).d")
        for launcher in launchers {
            for directory in [Self.launcherDirectory, path] {
                host.files["\(directory)/\(launcher)"] = FakeFile(contents: [], mode: 0o755)
            }
        }
    }
}
