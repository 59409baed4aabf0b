import OSVCEngine
import OSVCLuaBridge
import OSVCTestSupport
import Testing

@testable import osvc

/// The services shown in the documents, and those in `examples`, can be used as they stand.
///
/// A Lua block that begins with a comment such as `-- web.lua` is a whole file; one whose name has
/// `site.d/` in it holds hooks of a site, in `web.d/` a launcher. Other blocks are parts, and are not
/// looked at.
@EngineActor
struct ExampleTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var document: String
        var text: String
        var testDescription: String { "\(document): \(name)" }
    }

    nonisolated private static let documents =
        ["README.md"] + Project.names(in: "docs", ending: ".md").map { "docs/\($0)" }

    nonisolated private static let examples: [Example] =
        documents.flatMap { blocks(of: Project.text($0), in: $0) }
        + Project.names(in: "examples", ending: ".lua").map {
            Example(name: $0, document: "examples", text: Project.text("examples/\($0)"))
        }
        + ["site.d", "web.d"].flatMap { folder in
            Project.names(in: "examples/\(folder)", ending: ".lua").map {
                Example(
                    name: "\(folder)/\($0)",
                    document: "examples",
                    text: Project.text("examples/\(folder)/\($0)")
                )
            }
        }

    nonisolated private static func blocks(of text: String, in document: String) -> [Example] {
        var examples: [Example] = []
        var block: [Substring]?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == "```lua" {
                block = []
            } else if line == "```", let lines = block {
                block = nil
                guard let first = lines.first, first.hasPrefix("-- ") else { continue }
                let name = first.dropFirst(3).prefix { $0 != ":" && $0 != " " }
                guard name.hasSuffix(".lua") else { continue }
                let text = lines.joined(separator: "\n") + "\n"
                examples.append(Example(name: String(name), document: document, text: text))
            } else {
                block?.append(line)
            }
        }
        return examples
    }

    @Test(arguments: examples)
    func `an example passes the check`(example: Example) throws {
        let fixture = CommandFixture()
        let directory = fixture.directory
        let file = "\(directory.path)/web.lua"
        directory.write(example.text, to: "web.lua")
        if example.name.hasPrefix("web.d/") {
            directory.write(Project.text("examples/web.lua"), to: "web.lua")
            directory.write(example.text, to: "S10example.lua")
            let loaded = try ServiceFile.load(
                file,
                root: directory.path,
                trust: .unprivileged,
                node: nil
            )
            _ = try loaded.scripts.launcher(
                in: "\(directory.path)/S10example.lua",
                number: 10,
                of: "web"
            )
        }
        if example.name.hasPrefix("site.d/") {
            let host = try LinuxHost()
            try host.makeDirectory("\(directory.path)/etc/site.d")
            directory.write(example.text, to: "etc/\(example.name)")
            directory.write(Project.text("examples/web.lua"), to: "web.lua")
        }
        do throws(SessionError) {
            #expect(try FileCheck(file, fixture.context).findings == [])
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func `the classic example is the one in Lua, and so is its conversion`() async throws {
        let fixture = CommandFixture()
        let directory = fixture.directory
        var sides: [Equivalence.Side] = []
        for name in ["web.env", "web.lua"] {
            directory.write(Project.text("examples/\(name)"), to: name)
            let path = "\(directory.path)/\(name)"
            sides.append(try ServiceFile.side(of: path, fixture.context))
        }
        let found = try await Equivalence(sides[0], sides[1], registry: .builtIn).differences()
        #expect(found == [])
        let file = "\(directory.path)/web.env"
        #expect(try FileCheck(file, fixture.context).findings == [])
        let converted = try await VerifiedConversion.convert(
            path: file,
            root: directory.path,
            registry: .builtIn,
            trust: .unprivileged
        )
        directory.write(converted.text, to: "web.lua")
        let lua = "\(directory.path)/web.lua"
        #expect(try FileCheck(lua, fixture.context).findings == [])
    }

    @Test func `the documents have examples`() {
        let names = Self.examples.map { "\($0.document) \($0.name)" }
        #expect(names.contains("README.md web.lua"))
        #expect(names.contains { $0.hasPrefix("docs/lua.md ") })
        #expect(names.count >= 7)
    }

    @Test(arguments: documents)
    nonisolated func `what a document links to exists`(document: String) {
        let folder = document.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        for part in Project.text(document).split(separator: "](").dropFirst() {
            let target = part.prefix { $0 != ")" && $0 != "#" && $0 != "\n" }
            guard !target.isEmpty, !target.hasPrefix("http") else { continue }
            #expect(Project.exists("\(folder)\(target)"), "\(target)")
        }
    }
}
