@testable import OSVCEngine
import OSVCTestSupport
import OrderedCollections
import Testing

@testable import osvc

/// Requests on a service, on a machine in memory.
@EngineActor
struct RequestTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private let printed = Printed()

    @EngineActor
    private final class Printed {
        var text = ""
    }

    /// A service with a flag `/srv/flag` on n1, unless told otherwise.
    private func requests(
        nodes: [String] = ["n1", "n2"],
        more: KeyValuePairs<String, SettingValue>? = nil,
        drpnodes: [String] = [],
        node: String = "n1",
        source: ServiceSource = ServiceSource(path: nil, modified: nil, needsCorrection: false)
    ) throws -> RequestRunner {
        let facts = ServiceFacts(
            name: "web",
            node: node,
            groups: NodeGroups(nodes: nodes, drpnodes: drpnodes),
            root: directory.path
        )
        let flag = Fixture.resource("fs#0", driver: "fs.flag", ["file": .string("/srv/flag")])
        let definition = Fixture.service(
            "web",
            ["nodes": .list(nodes), "service_type": .string("TST")],
            resources: [flag] + (more.map { [other($0)] } ?? [])
        )
        let service = try Service(definition, facts: facts, registry: .builtIn)
        return RequestRunner(
            site: Site(service, host: host, log: log),
            source: source,
            environment: ["CALLER": "me"],
            interruptions: Uninterrupted(),
            console: Console { [printed] bytes, _ in
                printed.text += String(decoding: bytes, as: UTF8.self)
            }
        )
    }

    /// A second flag, `/srv/b`.
    private func other(_ values: KeyValuePairs<String, SettingValue>) -> ResourceDefinition {
        var flag = Fixture.resource("fs#1", driver: "fs.flag", values)
        flag.settings["file"] = ScopedSetting(.string("/srv/b"), at: Fixture.position)
        return flag
    }

    private func carryOut(_ words: String, dryRun: Bool = false, to node: String? = nil)
        async throws
        -> Int32
    {
        let request = try #require(Request(words: words.split(separator: " ").map(String.init)))
        return try await requests().carryOut(
            request,
            ActionOptions(),
            dryRun: dryRun,
            destination: node
        )
    }

    // MARK: Status

    @Test func `the exit code of a status is its number`() async throws {
        let runner = try requests(nodes: ["n1"])
        #expect(await runner.carryOut(.statusCode, ActionOptions()) == 1)
        #expect(printed.text == "")
        host.files["/srv/flag"] = FakeFile("")
        #expect(await runner.carryOut(.statusCode, ActionOptions()) == 0)
    }

    @Test func `the tree and its JSON show the same`() async throws {
        host.files["/srv/flag"] = FakeFile("")
        #expect(try await carryOut("print status") == 0)
        #expect(printed.text.hasPrefix("web\noverall"))
        #expect(printed.text.contains("fs#0"))
        printed.text = ""
        #expect(try await carryOut("json status") == 0)
        let value = try JSONValue(parsing: printed.text)
        #expect(value["resources"]?["fs#0"]?["status"] == .string("up"))
    }

    @Test func `on a terminal the name precedes what the look reports`() async throws {
        var writes: [String] = []
        let console = Console(isTerminal: true) { bytes, _ in
            writes.append(String(decoding: bytes, as: UTF8.self))
        }
        let runner = try requests()
        let shown = RequestRunner(
            site: runner.site,
            source: runner.source,
            environment: [:],
            interruptions: Uninterrupted(),
            console: console
        )
        #expect(await shown.carryOut(.printStatus, ActionOptions()) == 0)
        #expect(writes.count == 2 && writes.first == "web\n")
        #expect(writes.last?.hasPrefix("overall") == true)
    }

    @Test func `a status gives programs the caller's environment`() async throws {
        _ = try await carryOut("status")
        #expect(host.childEnvironment == ["CALLER": "me"])
        #expect(host.serviceEnvironment["OPENSVC_ACTION"] == "status")
    }

    @Test(arguments: ["start", "start --dry-run", "resource_monitor"])
    func `an action and its plan give it, too, with the service's own`(words: String) async throws {
        let parts = words.split(separator: " ")
        _ = try await carryOut(String(parts[0]), dryRun: parts.count > 1)
        #expect(host.childEnvironment == ["CALLER": "me"])
        #expect(host.serviceEnvironment["OPENSVC_ACTION"] == String(parts[0]))
    }

    @Test func `what a crash left half done is told first`() async throws {
        let journal = try Journal.begin(
            "start",
            of: "web",
            in: Layout(root: directory.path),
            at: 0
        ) { _ in }
        journal.doing(.writeFile("/srv/flag", contents: ""), on: ResourceID("fs#0"), at: 0)
        _ = try await carryOut("print status")
        let told = log.text(from: .warning)
        #expect(told.count == 1)
        #expect(told.first?.hasPrefix("WARNING - interrupted start at fs#0") == true)
        #expect(told.first?.hasSuffix("start or stop goes on from here") == true)
    }

    /// An internal status is shown as the one that users know.
    @Test(arguments: [(["/srv/flag", "/srv/b"], 0), (["/srv/b"], 6)] as [([String], Int32)])
    func `the exit code of what stays up is of a status that users see`(up: [String], code: Int32)
        async throws
    {
        for path in up { host.files[path] = FakeFile("") }
        let runner = try requests(nodes: ["n1"], more: ["always_on": .list(["n1"])])
        #expect(await runner.carryOut(.statusCode, ActionOptions()) == code)
    }

    @Test func `what a look puts right is told`() async throws {
        let path = "\(directory.path)/etc/web.d"
        host.links[path] = "/srv/init.d"
        host.files["/srv/init.d"] = .directory
        host.files["/srv/init.d/C10a"] = FakeFile("")
        host.files["\(path)/C10a"] = FakeFile(contents: [], mode: 0o644)
        host.expect("chmod +x \(path)/C10a") { host in host.files["\(path)/C10a"]?.info.mode = 0o755
        }
        host.expect("\(path)/C10a status")
        _ = try await requests(nodes: ["n1"]).carryOut(.statusCode, ActionOptions())
        #expect(log.text().contains { $0.contains("C10a") })
    }

    // MARK: Actions

    @Test func `a start brings up and a stop brings down`() async throws {
        #expect(try await carryOut("start") == 0)
        #expect(host.files["/srv/flag"] != nil)
        #expect(try await carryOut("stop") == 0)
        #expect(host.files["/srv/flag"] == nil)
    }

    @Test func `a dry run prints the plan and changes nothing`() async throws {
        host.files["/srv"] = .directory
        #expect(try await carryOut("start", dryRun: true) == 0)
        #expect(printed.text.contains("/srv/flag"))
        #expect(host.orders == [])
    }

    @Test(arguments: ["syncnodes", "stonith", "resource monitor"])
    func `what has no plan refuses to be tried`(words: String) async throws {
        #expect(try await carryOut(words, dryRun: true) == 1)
        let text = "ERROR - --dry-run is not supported for this action"
        #expect(log.text() == [text])
        #expect(host.orders == [])
    }

    @Test func `nothing is done on a node that is not the service's`() async throws {
        let other = try requests(nodes: ["n2"], drpnodes: ["n3"])
        for request in [Request.act(.start), .statusCode, .freeze, .push] {
            log.clear()
            let code: Int32 = request == .statusCode ? 64 : 1
            #expect(await other.carryOut(request, ActionOptions()) == code)
            let text =
                "ERROR - service web not managed here: n1 is not one of n2, n3;"
                + " run this there, or add it to nodes in web.lua"
            #expect(log.text() == [text])
        }
        #expect(host.orders == [])
    }

    @Test(
        arguments: [
            (nil, "a destination node must be provided for the switch action"),
            ("n9", "destination node n9 is not in service node list"),
            ("n2", "starting on another node is not supported by this release"),
        ] as [(String?, String)]
    )
    func `a switch that cannot be is refused before anything stops`(
        node: String?,
        reason: String
    ) async throws {
        #expect(try await carryOut("switch", to: node) == 1)
        #expect(log.text().joined(separator: "\n").contains(reason))
        #expect(host.orders == [])
    }

    @Test func `a resource monitor waits for a lock as long as it is told`() async throws {
        let lock = try await ServiceLock.take(
            "web",
            for: "test",
            in: Layout(root: directory.path),
            within: .zero,
            host: host,
            waiting: { _ in }
        )
        defer { lock.release() }
        let options = ActionOptions(lockLimit: .seconds(3))
        #expect(try await requests().carryOut(.monitorResources, options) == 1)
        #expect(host.uptime() >= .seconds(3) && host.uptime() < .seconds(4))
    }

    // MARK: Freeze

    @Test func `a frozen service refuses and says so`() async throws {
        #expect(try await carryOut("frozen") == 0)
        #expect(try await carryOut("freeze") == 0)
        host.files["\(directory.path)/var/FROZEN.web"] = FakeFile("")
        #expect(try await carryOut("frozen") == 1)
        #expect(try requests().isFrozenAlone)
        #expect(try await carryOut("start") == 1)
        #expect(host.files["/srv/flag"] == nil)
    }

    @Test(arguments: ["freeze", "thaw"])
    func `a freeze that is only tried prints its steps`(word: String) async throws {
        if word == "thaw" { host.files["\(directory.path)/var/FROZEN.web"] = FakeFile("") }
        #expect(try await carryOut(word, dryRun: true) == 0)
        #expect(printed.text.hasPrefix("plan: \(word) web on n1\n        "))
        #expect(host.orders == [])
    }

    // MARK: The file

    @Test func `a service file with [default] is corrected, but not by a dry run`() async throws {
        let path = "\(directory.path)/web.env"
        try FileReplacement.write(Array("[default]\nnodes = n1\n".utf8), to: path, mode: 0o644)
        let source = ServiceSource(path: path, modified: 1, needsCorrection: true)
        let runner = try requests(source: source)
        _ = await runner.carryOut(.act(.start), ActionOptions(), dryRun: true)
        #expect(Files.text(path, limit: 100) == "[default]\nnodes = n1\n")
        _ = await runner.carryOut(.statusCode, ActionOptions())
        #expect(Files.text(path, limit: 100) == "[DEFAULT]\nnodes = n1\n")
    }

    @Test func `the collector's stamp is written where the file is newer`() async throws {
        let source = ServiceSource(path: "/etc/web.env", modified: 5, needsCorrection: false)
        let runner = try requests(source: source)
        runner.pushIfChanged()
        #expect(printed.text == "")
        #expect(await runner.carryOut(.push, ActionOptions()) == 0)
        #expect(printed.text.hasPrefix("send /etc/web.env to collector ... OK\nupdate "))
        #expect(log.text(from: .debug) == ["DEBUG - nothing is sent: there is no collector"])
    }

    @Test func `the time of the service file has hundredths`() async throws {
        #expect(try await carryOut("print env mtime") == 1)
        host.files["web.lua"] = FakeFile(
            info: FileInfo(kind: .file, modified: 12.346),
            contents: []
        )
        #expect(try await carryOut("print env mtime") == 0)
        #expect(printed.text == "12.35\n")
    }

    @Test func `devices are listed one a line, or as JSON`() async throws {
        #expect(try await carryOut("print devlist") == 0)
        #expect(printed.text == "")
        #expect(try await carryOut("json disklist") == 0)
        #expect(printed.text == "[]\n")
    }

    @Test func `the service is shown as the node read it`() async throws {
        #expect(try await carryOut("printsvc") == 0)
        #expect(printed.text.contains("fs#0"))
    }
}
