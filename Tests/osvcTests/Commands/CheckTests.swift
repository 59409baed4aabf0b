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
        let found = try FileCheck(file, fixture.context).findings
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
            try FileCheck("\(fixture.etc)/web.lua", fixture.context).findings == [
                "\(fixture.etc)/node.conf:3: warning: node: field 'strict': 'maybe' is neither true, yes,"
                    + " on, 1 nor false, no, off, 0"
            ]
        )
    }

    @Test func `a launcher that leads nowhere is named, unless its storage may be away`() async {
        let fixture = CommandFixture()
        fixture.write(
            "[DEFAULT]\nnodes = n1\n[fs#0]\ntype = tmpfs\ndev = tmpfs\nmnt = /srv/web\n",
            to: "web.env"
        )
        let directory = "\(fixture.etc)/web.d"
        // The machine in memory follows one link, so this one leads to itself.
        fixture.host.links[directory] = directory
        fixture.host.files[directory] = .directory
        fixture.host.links["\(directory)/S30x"] = "/nonexistent/x"
        fixture.host.links["\(directory)/S40y"] = "/srv/web/y"
        #expect(await fixture.type("osvc check \(fixture.etc)/web.env") == 1)
        #expect(
            fixture.errors == "warning: \(directory)/S30x is not run: it leads to /nonexistent/x,"
                + " which does not exist\n"
        )
    }

    @Test func `what is written twice in a classic file is named with both lines`() async {
        let fixture = CommandFixture()
        fixture.write("[DEFAULT]\nnodes = n1\nnodes = n1\n", to: "web.env")
        let file = "\(fixture.etc)/web.env"
        #expect(await fixture.type("osvc check \(file)") == 1)
        #expect(
            fixture.errors
                == "\(file):3: warning: [DEFAULT] nodes is written twice, first on line 2\n"
        )
    }

    @Test func `a file that what acts would refuse is checked with a warning`() async {
        let fixture = CommandFixture()
        fixture.service("web")
        fixture.objection = "/tmp may be written by everybody"
        let file = "\(fixture.etc)/web.env"
        for call in ["check \(file)", "plan \(file) start"] {
            #expect(await fixture.type("osvc \(call)") == 0)
            #expect(
                fixture.errors.hasPrefix(
                    "warning: what acts will refuse \(file): /tmp may be written by everybody\n"
                )
            )
        }
    }
}
