import OSVCEngine
import OSVCTestSupport
import Testing

@testable import OSVCLuaBridge

/// Classic services moved to Lua.
@EngineActor
@Suite struct LuaConversionTests {
    private let directory: ScriptDirectory
    nonisolated private static let head =
        "[DEFAULT]\nservice_type = TST\nnodes = n1 n2\ndrpnodes = n3\n"

    init() throws {
        directory = try ScriptDirectory()
    }

    private func convert(_ bytes: [UInt8], name: String = "web.env") async throws -> String {
        let path = try directory.write(name, bytes)
        return try await VerifiedConversion.convert(
            path: path,
            root: directory.path,
            registry: .builtIn,
            trust: .strict
        ).text
    }

    private func problems(_ text: String, name: String = "web.env") async throws -> [String] {
        let path = try directory.write(name, text)
        do throws(LoadError) {
            let converted = try await VerifiedConversion.convert(
                path: path,
                root: directory.path,
                registry: .builtIn,
                trust: .strict
            )
            Issue.record("converted: \(converted.text)")
            return []
        } catch {
            return error.diagnostics.map { directory.shortened($0.headline) }
        }
    }

    @Test func `the tutorial's service reads as its design has it`() async throws {
        let classic = """
            [DEFAULT]
            app = MyApp
            service_type = TST
            autostart_node = sles1
            nodes = sles1 sles2
            mode = hosted

            [ip#0]
            ipname = p26.opensvc.com
            disable = False
            optional = False
            ipdev = eth0

            [vg#0]
            vgname=vgsvc1

            [fs#0]
            type = ext3
            disable = False
            mnt = /svc1/app
            optional = False
            dev = /dev/mapper/vgsvc1-lvappsvc1

            [hb#0]
            type = OpenHA

            """
        let lua = """
            -- p26.opensvc.com.lua: converted from p26.opensvc.com.env
            local osvc = require "osvc.v1"
            local ip, vg, fs, app, hb = osvc.ip, osvc.vg, osvc.fs, osvc.app, osvc.hb

            return osvc.service "p26.opensvc.com" {
              app            = "MyApp",
              service_type   = "TST",
              autostart_node = "sles1",
              nodes          = { "sles1", "sles2" },
              mode           = "hosted",
              classic        = true,

              ip "0" { ipname = "p26.opensvc.com", ipdev = "eth0" },
              vg "0" { vgname = "vgsvc1" },
              fs "0" { type = "ext3", mnt = "/svc1/app", dev = "/dev/mapper/vgsvc1-lvappsvc1" },
              hb "0" { type = "OpenHA" },
              app { on_error = "continue" },
            }

            """
        #expect(try await convert(Array(classic.utf8), name: "p26.opensvc.com.env") == lua)
    }

    @Test func `comments, values of nodes and words without effect come over`() async throws {
        let classic = """
            # A header.
            [DEFAULT] # the service
            service_type = TST ; what for
            optional = yes # all of them
            nodes = n1 n2
            comment = "a\\b"
              next é # more
            # the address
            [ip#0]
            # its name
            ipname = web
            ipdev = eth0
            ipdev@n2 = eth1 # second
            ipdev@n9 = eth9 # old
            foo = bar
            disable = no
            [wat]
            x = y
            # the end

            """
        let lua = """
            -- web.lua: converted from web.env
            -- A header.
            local osvc = require "osvc.v1"
            local ip, app, sync = osvc.ip, osvc.app, osvc.sync

            return osvc.service "web" { -- the service
              service_type = "TST", -- what for
              nodes        = { "n1", "n2" },
              comment      = "\\"a\\\\b\\"\\nnext é", -- more
              -- all of them
              classic      = true,

              -- the address
              ip "0" {
                -- its name
                ipname       = "web",
                ipdev        = "eth0",
                ["ipdev@n2"] = "eth1", -- second
                -- ipdev@n9 = eth9: 'n9' is not a node of this service -- old
                -- foo = bar: has no effect
                optional     = true,
              },
              -- [wat]: osvc has no such resource
              -- x = y
              app { on_error = "continue", optional = true },
              sync "i0" { optional = true },
              -- the end
            }

            """
        #expect(try await convert(Array(classic.utf8)) == lua)
    }

    @Test func `what the file says of its syncs comes over`() async throws {
        let classic =
            Self.head + "sync_interval = 7\n[sync] # all\n# at night\n"
            + "sync_period = [\"23:00\", \"01:00\"]\n[sync#i1]\ndisable = yes\n"
        let text = try await convert(Array(classic.utf8))
        let lines = """
              sync "i0" { -- all
                -- at night
                sync_period = { "23:00", "01:00" },
              },
              sync "i1" { disable = true, sync_period = { "23:00", "01:00" } },
              sync "i2" { sync_period = { "23:00", "01:00" } },

            """
        #expect(text.contains(lines), "\(text)")
        #expect(text.contains("  sync_interval = 7,\n"))
    }

    @Test(arguments: [
        (
            "[DEFAULT]\nservice_type = TST\n", "web.env",
            "web.env:1: 'nodes' is not set: no node loads this file, while in Lua every node would"
        ),
        (
            head, "my web.env",
            "my web.env:1: the name of the service: 'my web' must not hold ' '"
        ),
        (
            head + "[IP#0]\nipname = a\nipdev = b\n", "web.env",
            "web.env:5: [IP#0]: Lua writes it in small letters: call it [ip#0] first"
        ),
        (
            head + "[ip]\nipname = a\nipdev = b\n", "web.env",
            "web.env:5: [ip]: Lua has no resource without a number: call it [ip#0] first"
        ),
        (
            head + "[ip#0 x]\nipname = a\nipdev = b\n", "web.env",
            "web.env:5: [ip#0 x]: '0 x' must not hold ' '"
        ),
        (
            head + "[ip#0]\nipname@n1 = a\nipdev = b\n", "web.env",
            "web.env:5: ip#0: has no 'ipname' on n2, n3 and is left out there,"
                + " which cannot be said in Lua"
        ),
    ])
    func `what Lua cannot say is refused by name`(text: String, name: String, problem: String)
        async throws
    {
        #expect(try await problems(text, name: name) == [problem])
    }

    @Test func `a file that does not load is shown with its line`() async throws {
        let found = try await problems(Self.head + "disable = maybe\n")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("web.env:5: ") == true)
        #expect(found.first?.contains(": keyword 'disable': 'maybe' is neither") == true)
    }

    @Test func `heartbeats are not of the recovery site, in either kind of file`() async throws {
        let text = try await convert(Array((Self.head + "[hb#0]\ntype = OpenHA\n").utf8))
        let definition = try directory.load(text: text).definition
        for (node, count) in [("n1", 1), ("n3", 0)] {
            let facts = ServiceFacts(name: "web", node: node, groups: definition.groups)
            let service = try Service(definition, facts: facts, registry: .builtIn)
            #expect(service.resources.count { $0.id.section == "hb" } == count)
        }
    }

    /// Every random classic service that loads and can be said converts to an equivalent one, which has
    /// every comment; what is refused is refused for one of the reasons that there are.
    @Test(
        arguments: [0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03, 0x2545_F491_4F6C_DD1D] as [UInt64]
    )
    func `a conversion is always equivalent`(seed: UInt64) async throws {
        var files = RandomClassicFile(seed: seed, lines: RandomClassicFile.goodLines)
        var converted = 0
        for round in 0..<200 {
            let sections = Self.whole[round % Self.whole.count]
            let bytes = Array((Self.head + sections).utf8) + files.next(upTo: 12)
            guard Self.loads(bytes) else { continue }
            let text: String
            do {
                text = try await convert(bytes)
            } catch let error as LoadError {
                let isKnown = error.diagnostics.allSatisfy { found in
                    Self.refusals.contains { found.message.contains($0) }
                }
                #expect(isKnown, "\(error)\n\(String(decoding: bytes, as: UTF8.self))")
                continue
            }
            converted += 1
            for comment in EnvComments(bytes).all {
                #expect(text.contains(comment.text), "\(comment)\n\(text)")
            }
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let ragged = lines.filter { $0.hasSuffix(" ") || $0.utf8.contains(0x0D) }
            #expect(ragged == [])
        }
        #expect(converted > 30)
    }

    private static let refusals = ["which cannot be said in Lua", "must not hold", "call it ["]

    /// What a random file goes on from, so that many of them are services.
    private static let whole = [
        "", "[fs#0]\ntype = ext4\ndev = /dev/sda\nmnt = /srv/a\n",
        "[ip#0]\nipname = web\nipdev = eth0\nnetmask = 24\n",
        "[fs#1]\ntype = tmpfs\ndev = tmpfs\nmnt = /srv/q\n[hb#0]\ntype = OpenHA\n[app]\n",
        "[loop#0]\nfile = /srv/x.img\n[vg#0]\nvgname = vg1\n",
    ]

    /// Whether every node can use the service.
    private static func loads(_ bytes: [UInt8]) -> Bool {
        guard
            let service = try? EnvService(
                bytes,
                path: "/etc/web.env",
                registry: .builtIn,
                node: nil
            ).definition
        else { return false }
        let side = Equivalence.Side(service, dropsIncomplete: true)
        return ["n1", "n2", "n3"].allSatisfy { node in
            (try? side.service(on: node, .builtIn)) != nil
        }
    }
}
