import OSVCEngine
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

    @Test func `a file is the service of its name, and no interpreter is begun`() throws {
        try directory.write("web.env", Self.text)
        let loaded = try load()
        #expect(loaded.definition.name == "web")
        #expect(loaded.definition.isClassic)
        #expect(loaded.definition.files == ["\(directory.path)/web.env"])
        #expect(loaded.session == nil)
        #expect(loaded.corrected == nil)
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
        #expect(problems() == ["\(directory.path)/web.env: \(text)"])
    }

    @Test func `a fault is shown with its line`() throws {
        try directory.write("web.env", Self.text + "disable = maybe\n")
        let problem = problems().first ?? ""
        #expect(problem.hasPrefix("\(directory.path)/web.env:4: app: keyword 'disable'"))
        #expect(problem.hasSuffix("\n   4 | disable = maybe"))
    }

    @Test func `a file that is not there, or too long, is refused`() throws {
        #expect(
            problems() == ["\(directory.path)/web.env: \(directory.path)/web.env: no such file"]
        )
        try directory.write("web.env", String(repeating: "# x\n", count: 300_000))
        #expect(problems().first?.contains("more than the limit") == true)
    }

    @Test func `a file that others may write is refused, with the command that mends it`() throws {
        try directory.write("web.env", Self.text, mode: 0o666)
        let path = "\(directory.path)/web.env"
        let text = "\(path) may be written by others (mode 666): chmod go-w \(path)"
        #expect(problems() == ["\(path): \(text)"])
    }

    @Test func `a small default is to be put right`() throws {
        try directory.write("web.env", "[default]\nservice_type = TST\nnodes = n1\n")
        #expect(try load().corrected == Array(Self.text.utf8))
    }
}
