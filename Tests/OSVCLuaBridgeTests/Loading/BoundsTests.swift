import OSVCEngine
import Testing

@testable import OSVCLuaBridge

/// What is too many is refused by name.
@EngineActor
struct BoundsTests {
    private let directory: ScriptDirectory

    init() throws {
        directory = try ScriptDirectory()
    }

    private func problems(_ before: String, _ fields: String) throws -> [String] {
        try directory.problems(
            """
            local osvc = require "osvc.v1"
            local names = {}
            \(before)
            return osvc.service "web" { \(fields) }
            """
        )
    }

    @Test func `a service names at most 1024 nodes`() throws {
        let found = try problems(
            "for i = 1, 1025 do names[i] = 'n' .. i end",
            "nodes = names"
        )
        #expect(found.count == 1)
        let text = "field 'nodes': 1025 node names, at most 1024 are supported"
        #expect(found.first?.hasSuffix(text) == true, "\(found)")
    }

    @Test func `per_node has at most so many`() throws {
        let found = try problems(
            "for i = 1, 2000 do names['n' .. i] = 'n' .. i end",
            "osvc.fs '0' { type = 'tmpfs', dev = 'tmpfs', mnt = osvc.per_node(names) }"
        )
        #expect(found.first?.hasSuffix("per_node: more than 1024 nodes are not supported") == true)
    }

    @Test func `so have fields with a node behind an at sign`() throws {
        let found = try problems(
            "for i = 1, 5000 do names['mnt@n' .. i] = '/srv/n' .. i end"
                + " names.type, names.dev = 'tmpfs', 'tmpfs'",
            "osvc.fs '0' (names)"
        )
        #expect(found.first?.hasSuffix(Keyword.tooManyScopes("mnt")) == true, "\(found.prefix(2))")
    }

    @Test func `a window has at most 256 parts`() throws {
        let part = "Mon 00:00-01:00"
        let most = [String](repeating: part, count: 256).joined(separator: ",")
        #expect(try ChangeWindow(most).parts.count == 256)
        let text = "1000000 parts, at most 256 are supported"
        #expect(throws: ValueProblem(text)) {
            try ChangeWindow(String(repeating: ",", count: 999_999))
        }
    }
}
