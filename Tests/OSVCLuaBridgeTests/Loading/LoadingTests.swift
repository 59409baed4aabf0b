import OSVCEngine
import OrderedCollections
import Testing

@testable import OSVCLuaBridge

@EngineActor
@Suite struct LoadingTests {
    let directory: ScriptDirectory

    init() throws {
        directory = try ScriptDirectory()
    }

    /// The tutorial's service, written in Lua.
    static let tutorial = """
        local osvc = require "osvc.v1"
        local ip, vg, fs, sync, hb = osvc.ip, osvc.vg, osvc.fs, osvc.sync, osvc.hb

        return osvc.service "p26.opensvc.com" {
          app            = "MyApp",
          service_type   = "TST",
          autostart_node = "sles1",
          nodes          = { "sles1", "sles2" },
          mode           = "hosted",

          ip "0" { ipname = "p26.opensvc.com", ipdev = "eth0" },
          vg "0" { vgname = "vgsvc1" },
          fs "0" { type = "ext3", mnt = "/svc1/app",  dev = "/dev/mapper/vgsvc1-lvappsvc1" },
          fs "1" { type = "ext3", mnt = "/svc1/data", dev = "/dev/mapper/vgsvc1-lvdatasvc1" },
          hb "0" { type = "OpenHA" },
        }
        """

    @Test func `the tutorial's service loads as it is written`() throws {
        let service = try directory.load(text: Self.tutorial).definition
        #expect(service.name == "p26.opensvc.com")
        #expect(service.groups.nodes == ["sles1", "sles2"])
        #expect(service.settings["app"]?.entries[.everywhere]?.value == .string("MyApp"))
        let ids = service.resources.map(\.id.text)
        #expect(ids == ["ip#0", "vg#0", "fs#0", "fs#1", "hb#0", "app"])
        let drivers = service.resources.map(\.driver.text)
        #expect(drivers == ["ip", "disk.vg", "fs", "fs", "hb.openha", "app"])
        #expect(service.resources[2].position.line == 13)
        #expect(
            service.resources[2].settings["mnt"]?.entries[.everywhere]?.value
                == .string("/svc1/app")
        )
        #expect(service.files == ["\(directory.path)/web.lua"])
    }

    @Test func `settings come in the order of the keywords`() throws {
        let service = try directory.load(text: Self.tutorial).definition
        #expect(
            Array(service.settings.keys) == [
                "app", "service_type", "mode", "nodes", "autostart_node",
            ]
        )
    }

    @Test func `an app in Lua aborts on error and has five minutes, written or not`() throws {
        let implicit = try directory.load(text: Self.tutorial).definition.resources.last
        let written = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" { osvc.app { on_error = "continue" } }
                """
        ).definition.resources.last
        #expect(implicit?.settings["on_error"]?.entries[.everywhere]?.value == .string("abort"))
        #expect(
            implicit?.settings["timeout"]?.entries[.everywhere]?.value == .duration(.seconds(300))
        )
        #expect(written?.id.text == "app")
        #expect(written?.settings["on_error"]?.entries[.everywhere]?.value == .string("continue"))
    }

    @Test func `resources without id are counted among their kind`() throws {
        let service = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" {
                  osvc.flag { file = "/run/a" },
                  osvc.fs { type = "tmpfs", dev = "none", mnt = "/srv/a" },
                  osvc.flag { file = "/run/b" },
                }
                """
        ).definition
        #expect(service.resources.map(\.id.text) == ["flag#0", "fs#0", "flag#1", "app"])
    }

    @Test(arguments: [
        #"ipdev = osvc.per_node { "eth0", sles2 = "eth1" }"#,
        #"ipdev = "eth0", ["ipdev@sles2"] = "eth1""#,
    ])
    func `a value may differ between nodes, in both spellings`(_ field: String) throws {
        let service = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" {
                  nodes = "sles1 sles2",
                  osvc.ip { ipname = "web", \(field) },
                }
                """
        ).definition
        let ipdev = try #require(service.resources[0].settings["ipdev"])
        #expect(ipdev.entry(on: "sles1", of: service.groups)?.value == .string("eth0"))
        #expect(ipdev.entry(on: "sles2", of: service.groups)?.value == .string("eth1"))
    }

    @Test func `a trigger is a line, a list or a function`() throws {
        let service = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" {
                  pre_start = "/bin/echo hello  world",
                  blocking_post_stop = { "/bin/echo", "a b" },
                  osvc.flag { file = "/run/a", pre_stop = function(ctx) end },
                }
                """
        ).definition
        #expect(
            service.triggers.map(\.work) == [
                .program(["/bin/echo", "hello", "world"]), .program(["/bin/echo", "a b"]),
            ]
        )
        #expect(service.triggers.map(\.isBlocking) == [false, true])
        let own = try #require(service.resources[0].triggers.first)
        guard case .script(let script) = own.work else {
            Issue.record("a function is a script")
            return
        }
        #expect(script.position.line == 5)
    }

    @Test func `a trigger may be for some nodes, an empty one hides that of all`() throws {
        let service = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" {
                  nodes = "n1 n2",
                  ["post_stop@n1"] = "/c",
                  osvc.flag { file = "/run/a", pre_start = "/a", ["pre_start@n1"] = { "/b" },
                    ["pre_start@n2"] = "" },
                }
                """
        ).definition
        let seen = try ["n1", "n2", "n3"].map { node in
            let facts = ServiceFacts(name: "web", node: node, groups: service.groups)
            let service = try Service(service, facts: facts, registry: .builtIn)
            return service.triggers.map(\.work) + service.resources[0].triggers.map(\.work)
        }
        #expect(seen == [[.program(["/c"]), .program(["/b"])], [], [.program(["/a"])]])
    }

    @Test func `a hook may stand in the service`() throws {
        let service = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                return osvc.service "web" {
                  osvc.hook "look" { on = "start.pre", run = function(ev) end },
                  osvc.hook "tell" { on = "start.post", order = 9, timeout = 5, run = print },
                }
                """
        ).definition
        #expect(service.hooks.map(\.name) == ["web/look", "web/tell"])
        #expect(service.hooks.map(\.onError) == [.abort, .warn])
        #expect(service.hooks.map(\.order) == [500, 9])
        #expect(service.hooks.map(\.limit) == [.seconds(60), .seconds(5)])
    }

    @Test func `a site's hooks go to the services they match`() throws {
        try directory.write(
            "etc/site.d/10-policy.lua",
            """
            local osvc = require "osvc.v1"
            return osvc.hooks "site-policy" {
              match = { service_type = { "PRD", "PPRD" } },
              osvc.hook "a" { on = "start.pre", run = function(ev) end },
            }
            """
        )
        try directory.write(
            "etc/site.d/20-all.lua",
            """
            local osvc = require "osvc.v1"
            return osvc.hooks "all" { osvc.hook "b" { on = "freeze", run = function(ev) end } }
            """
        )
        func names(_ type: String) throws -> [String] {
            try directory.load(
                text: """
                    local osvc = require "osvc.v1"
                    return osvc.service "web" { service_type = "\(type)" }
                    """
            ).definition.hooks.map(\.name)
        }
        #expect(try names("PRD") == ["site-policy/a", "all/b"])
        #expect(try names("TST") == ["all/b"])
    }

    @Test func `modules come from beside the file and from the root, and are listed`() throws {
        try directory.write("lib/names.lua", "return { web = 'web', data = { 1, 2 } }")
        try directory.write("etc/lib/site.lua", "return function() return 'eth7' end")
        try directory.write(
            "web.lua",
            """
            local osvc = require "osvc.v1"
            local names, device = require "lib.names", require "site"
            return osvc.service(names.web) { osvc.ip { ipname = "web", ipdev = device() } }
            """
        )
        let service = try directory.load("web.lua").definition
        #expect(service.name == "web")
        #expect(
            service.files.map(directory.shortened) == [
                "web.lua", "lib/names.lua", "etc/lib/site.lua",
            ]
        )
    }

    @Test func `what print says at load is kept for the command line`() throws {
        let loaded = try directory.load(
            text: """
                local osvc = require "osvc.v1"
                print("one", 2)
                return osvc.service "web" {}
                """
        )
        #expect(loaded.printed == ["one\t2"])
    }
}

@EngineActor
@Suite struct `An interpreter ends with its service` {
    /// The interpreter of a file that uses everything a file can.
    private func leftover(_ text: String) throws -> () -> LuaState? {
        let service = try ScriptedService(file: text)
        weak let state = service.session.state
        return { state }
    }

    @Test func `nothing of a loaded service is left when it is let go`() throws {
        let left = try leftover(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" {
              osvc.flag "0" { file = "/a" },
              osvc.app { osvc.launcher "x" { S = 10,
                start = function(ctx) ctx:sleep(1) end,
                status = osvc.check.tcp { host = "127.0.0.1", port = 80 } } },
              osvc.hook "h" { on = "start.pre", run = function(ev) ev:info("x") end },
            }
            """
        )
        #expect(left() == nil)
    }

    @Test func `nor when its functions have run`() async throws {
        var service: ScriptedService? = try ScriptedService.start(
            "ctx:undo('x', function() end) ctx:wait_until('y', {}, function() return true end)"
        )
        weak let state = service?.session.state
        #expect(await service?.run(.start) == .finished(code: 0))
        service?.session.forgetUndo()
        service = nil
        #expect(state == nil)
    }
}
