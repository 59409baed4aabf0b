import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// Classic files as they lie in a directory, with what lies around them.
@EngineActor
struct ClassicLoaderTests {
    private let directory: ScriptDirectory
    private static let text = "[DEFAULT]\nservice_type = TST\nnodes = n1\n"

    init() throws {
        directory = try ScriptDirectory()
    }

    private func load() throws(LoadError) -> ClassicService {
        try ClassicLoader.load(
            path: "\(directory.path)/web.env",
            root: directory.path,
            registry: .builtIn,
            node: "n1"
        )
    }

    private func problems() -> [String] {
        do throws(LoadError) {
            _ = try load()
            return []
        } catch {
            return error.diagnostics.map(\.description)
        }
    }

    @Test func `a loaded service does not keep the directory of its file open`() throws {
        try directory.write("etc/web.env", Self.text)
        var site: ClassicSite? = ClassicSite(
            root: directory.path,
            registry: .builtIn,
            node: "n1"
        )
        let loaded = try ClassicLoader.load(
            path: "\(directory.path)/etc/web.env",
            in: try #require(site),
            registry: .builtIn
        )
        weak let etc = site?.directory
        #expect(etc != nil)
        site = nil
        #expect(etc == nil)
        withExtendedLifetime(loaded) {}
    }

    @Test func `a file is the service of its name, and no interpreter is begun`() throws {
        try directory.write("web.env", Self.text)
        let loaded = try load()
        #expect(loaded.definition.name == "web")
        #expect(loaded.definition.isClassic)
        #expect(loaded.definition.files == ["\(directory.path)/web.env"])
        #expect(loaded.session == nil)
        #expect(!loaded.needsCorrection)
    }

    @Test func `the hooks of the site hold for it`() throws {
        try directory.write("web.env", Self.text)
        let hooks = """
            local osvc = require "osvc.v1"
            return osvc.hooks "policy" {
              osvc.hook "note" { on = "start.pre", run = function(ev) end },
            }

            """
        try directory.write("etc/site.d/10-policy.lua", hooks)
        let loaded = try load()
        #expect(loaded.definition.hooks.map(\.name) == ["policy/note"])
        #expect(loaded.session != nil)
        try directory.write("etc/site.d/20-bad.lua", "return 1\n")
        #expect(problems().count == 1)
    }

    @Test func `node.conf says what the node is for`() throws {
        try directory.write("web.env", Self.text)
        try directory.write("etc/node.conf", "[node]\nhost_mode = PRD\n")
        let text =
            "service web type TST is not allowed to run on this node (host mode PRD)"
        #expect(problems() == ["\(directory.path)/web.env:2: \(text)\n   2 | service_type = TST"])
    }

    @Test func `a fault is shown with its line`() throws {
        try directory.write("web.env", Self.text + "disable = maybe\n")
        let problem = problems().first ?? ""
        #expect(problem.hasPrefix("\(directory.path)/web.env:4: DEFAULT: keyword 'disable'"))
        #expect(problem.hasSuffix("\n   4 | disable = maybe"))
    }

    @Test func `a file that is not there, or too long, is refused`() throws {
        #expect(problems() == ["\(directory.path)/web.env: no such file"])
        try directory.write("web.env", String(repeating: "# x\n", count: 300_000))
        #expect(problems().first?.contains("more than the limit") == true)
    }

    @Test func `a file that others may write is refused, with the command that mends it`() throws {
        try directory.write("web.env", Self.text, mode: 0o666)
        let path = "\(directory.path)/web.env"
        let text = "\(path) may be written by others (mode 666): chmod go-w \(path)"
        #expect(problems() == [text])
    }

    @Test func `a small default is to be put right`() throws {
        try directory.write("web.env", "[default]\nservice_type = TST\nnodes = n1\n")
        #expect(try load().needsCorrection)
    }

    /// What the resources are on n1 and what a start does with them on a machine that has nothing. The
    /// launchers are left out: their defaults differ (decisions.md 9, 10).
    private func told(_ definition: ServiceDefinition) async throws -> [String] {
        let facts = ServiceFacts(name: "web", node: "n1", groups: definition.groups)
        let service = try Service(definition, facts: facts, registry: .builtIn)
        var lines: [String] = []
        for resource in service.resources where resource.id.section != "app" {
            let seen = await resource.look(FakeHost(), for: .action)
            lines.append("\(resource.id) \(resource.type) \(resource.label) \(resource.flags)")
            lines.append(resource.tags.joined(separator: ","))
            lines += (seen.conflictChecks + seen.startSteps).map { "\($0)" }
        }
        return lines
    }

    @Test func `a classic file and its twin in Lua make the same resources`() async throws {
        let classic = """
            [ip#0]
            ipname = web.demo
            ipdev = br0
            ipdev@n1 = br1
            netmask = 255.255.255.0
            [loop#0]
            file = /srv/web.img
            [fs#0]
            type = ext4
            dev = /srv/web.img
            mnt = /srv/web
            mnt_opt = noatime
            optional = yes
            tags = a  b

            """
        try directory.write("web.env", Self.text + classic)
        let lua = """
            local osvc = require "osvc.v1"
            return osvc.service "web" {
              nodes = { "n1" }, service_type = "TST",
              osvc.ip "0" { ipname = "web.demo", ipdev = "br0", ["ipdev@n1"] = "br1",
                            netmask = "255.255.255.0" },
              osvc.loop "0" { file = "/srv/web.img" },
              osvc.fs "0" { type = "ext4", dev = "/srv/web.img", mnt = "/srv/web",
                            mnt_opt = "noatime", optional = true, tags = { "a", "b" } },
            }

            """
        let twin = try directory.load(text: lua).definition
        let definition = try load().definition
        let classicLines = try await told(definition)
        #expect(try await told(twin) == classicLines)
        #expect(classicLines.contains("fs#0 fs /srv/web.img@/srv/web ..O."))
        #expect(definition.groups == twin.groups)
        #expect(definition.resources.map(\.id) == twin.resources.map(\.id))
    }
}
