import OSVCEngine
import OSVCLuaBridge
import OSVCTestSupport
import Testing

@testable import osvc

/// `osvc check`: what it finds in a file as it stands.
@EngineActor
struct CheckTests {
    @Test func `it tells of the text, of the service and of its hooks, each with its line`() throws
    {
        let fixture = CommandFixture()
        fixture.directory.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" {
              nodes = { "n1", "n2" },
              osvc.flag "a" { file = "/run/a", file = "/run/b" },
              osvc.flag { file = "/run/c", always_on = "n3" },
              osvc.hook "h" { on = "resource.start.pre", resource = "vg#*",
                run = function(ev) end },
            }
            """,
            to: "web.lua"
        )
        let file = "\(fixture.root)/web.lua"
        let found = try FileCheck.findings(in: file, fixture.context)
        let start = "\(file):"
        #expect(found.allSatisfy { $0.hasPrefix(start) })
        #expect(
            found.map { String($0.dropFirst(start.count)) } == [
                "4:36: warning: 'file' is written twice, first on line 4; the last counts",
                "5: warning: flag#1: has no id of its own beside flag#a, which has",
                "5: warning: flag#1: field 'always_on': 'n3' is not a node of this service"
                    + " (did you mean 'n1'?)",
                "7: warning: web/h: no resource matches 'vg#*'",
            ]
        )
    }

    @Test func `a bad value of node.conf is a warning with its line`() throws {
        let fixture = CommandFixture()
        fixture.write("[node]\nhost_mode = PRD\nstrict = maybe\n", to: "node.conf")
        fixture.write("return require \"osvc.v1\".service \"web\" {}\n", to: "web.lua")
        #expect(
            try FileCheck.findings(in: "\(fixture.etc)/web.lua", fixture.context) == [
                "\(fixture.etc)/node.conf:3: warning: node: field 'strict': 'maybe' is neither true, yes,"
                    + " on, 1 nor false, no, off, 0"
            ]
        )
    }
}
