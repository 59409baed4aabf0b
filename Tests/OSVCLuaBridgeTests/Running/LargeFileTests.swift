import OSVCEngine
import Testing

@testable import OSVCLuaBridge

/// Files as large as a load takes: each takes time in proportion to its size.
@EngineActor
@Suite struct `Large files are read in time` {
    let directory: ScriptDirectory
    private let head = "local osvc = require \"osvc.v1\"\nreturn osvc.service \"web\" {\n"

    init() throws {
        directory = try ScriptDirectory()
    }

    @Test func `the first hundred problems are told, and how many more there are`() throws {
        let fields = (1...10_000).map { "unknown\($0) = 1" }.joined(separator: ",\n")
        let found = try directory.problems("\(head)\(fields)\n}")
        #expect(found.count == 101)
        #expect(found.first == "web.lua:3:1: web: unknown field 'unknown1'")
        #expect(found.last == "web.lua: 9900 more problems are not shown")
    }

    @Test func `one long line has columns, and no line of it is shown`() throws {
        let fields = (1...10_000).map { "unknown\($0) = 'äöü'" }.joined(separator: ", ")
        try directory.write("web.lua", "\(head)\(fields) }")
        let found = directory.problems(in: "web.lua")
        #expect(found.count == 101)
        #expect(found[1].position.column == 163)
        #expect(found.allSatisfy { $0.sourceLine == nil })
    }

    @Test(arguments: [
        "\"\(String(repeating: "a", count: 300_000))\"",
        "[==[\(String(repeating: "]=", count: 100_000)) ]==]",
        String(repeating: "(", count: 150) + "1" + String(repeating: ")", count: 150),
        "{ \(String(repeating: "{ 1, a = 2 }, ", count: 20_000)) }",
        "(function() \(String(repeating: "if x then y() elseif z then w() end ", count: 8000)) end)",
    ])
    func `a problem beside a large value is found`(_ value: String) throws {
        let found = try directory.problems(
            "\(head)osvc.flag \"f\" { nothing = 1 }, app = \(value) }"
        )
        #expect(found.contains { $0.hasPrefix("web.lua:3:17: flag#f: unknown field 'nothing'") })
    }

    @Test func `a name of three hundred thousand letters is cut in its message`() throws {
        let name = String(repeating: "n", count: 300_000)
        let found = try directory.problems("\(head)\(name) = 1 }")
        #expect(found.count == 1)
        #expect(found[0].utf8.count < 3000 && found[0].hasSuffix(" bytes)"))
    }

    @Test func `many keys written twice are told a hundred times`() throws {
        let twice = (1...5000).map { "k\($0) = 1, k\($0) = 2" }.joined(separator: ",\n")
        let loaded = try directory.load(
            text: "local t = { \(twice) }\n\(head) }"
        )
        #expect(loaded.warnings.count == 100)
    }
}
