import OSVCEngine
import Testing

@testable import OSVCLuaBridge

/// What a person can write wrong, and what is said then.
@EngineActor
@Suite struct LoadErrorTests {
    let directory: ScriptDirectory

    init() throws {
        directory = try ScriptDirectory()
    }

    private func service(_ body: String) -> String {
        "local osvc = require \"osvc.v1\"\nreturn osvc.service \"web\" {\n\(body)\n}"
    }

    @Test func `a misspelt field is shown with its line, a caret and the nearest word`() throws {
        try directory.write(
            "bad.lua",
            """
            local osvc = require "osvc.v1"
            local ip = osvc.ip
            return osvc.service "p26.opensvc.com" {
              ip "0" { ipname = "p26.opensvc.com",
                            ipdve = "eth0" },
            }
            """
        )
        let found = directory.problems(in: "bad.lua")
        #expect(
            found.map(\.description).joined(separator: "\n") == """
                bad.lua:5:17: ip#0: unknown field 'ipdve' (did you mean 'ipdev'?)
                   5 |                 ipdve = "eth0" },
                     |                 ^
                bad.lua:4: ip#0: field 'ipdev' is required
                   4 |   ip "0" { ipname = "p26.opensvc.com",
                """
        )
    }

    @Test(arguments: [
        // The service itself, and its limits.
        (
            "servic_type = 'PRD'", "3:1",
            "web: unknown field 'servic_type' (did you mean 'service_type'?)"
        ),
        ("limits = { task = 1 }", "3:12", "web: unknown field 'task' (did you mean 'tasks'?)"),
        // A resource, with and without id.
        (
            "osvc.flag { fiel = '/a', file = '/a' }", "3:13",
            "flag: unknown field 'fiel' (did you mean 'file'?)"
        ),
        (
            "osvc.fs '1' { typ = 'ext4', type = 'ext4', dev = 'x', mnt = '/m' }", "3:15",
            "fs#1: unknown field 'typ' (did you mean 'type'?)"
        ),
        // A launcher, its limits, a daemon.
        (
            "osvc.app { osvc.launcher 'x' { S = 1, strat = print } }", "3:39",
            "x: unknown field 'strat' (did you mean 'start'?)"
        ),
        (
            "osvc.app { osvc.launcher 'x' { S = 1, start = print, timeout = { stat = 1 } } }",
            "3:66",
            "x: unknown field 'stat' (did you mean 'start'?)"
        ),
        (
            "osvc.app { osvc.daemon 'x' { S = 1, cmd = { '/bin/x' }, pidfle = '/x' } }", "3:57",
            "x: unknown field 'pidfle' (did you mean 'pidfile'?)"
        ),
        // Checks.
        (
            "osvc.app { osvc.launcher 'x' { S = 1, status = osvc.check.tcp { port = 1, hots = 'a' } } }",
            "3:75", "check.tcp: unknown field 'hots' (did you mean 'host'?)"
        ),
        (
            "osvc.app { osvc.launcher 'x' { S = 1, status = osvc.check.http { url = 'a', code = 1 } } }",
            "3:77", "check.http: unknown field 'code'"
        ),
        // A hook.
        (
            "osvc.hook 'h' { on = 'start.pre', runs = print, run = print }", "3:35",
            "h: unknown field 'runs' (did you mean 'run'?)"
        ),
    ])
    func `a misspelt field is found at every depth`(
        _ body: String,
        _ place: String,
        _ message: String
    ) throws {
        let found = try directory.problems(service(body))
        #expect(found == ["web.lua:\(place): \(message)"], "\(found)")
    }

    @Test(arguments: [
        (
            "match = { servicetype = 'PRD' }",
            "etc/site.d/a.lua:3:11: s: unknown field 'servicetype' (did you mean 'service_type'?)"
        ),
        ("matsch = {}", "etc/site.d/a.lua:3:1: s: unknown field 'matsch' (did you mean 'match'?)"),
        (
            "match = { service_type = 'PROD' }",
            "etc/site.d/a.lua:3:11: s: field 'match.service_type': 'PROD' is not one of PRD, PPRD, REC, INT, DEV, TST, TMP, DRP, FOR, PRA (did you mean 'PRD'?)"
        ),
        ("42", "etc/site.d/a.lua:3:1: s: [1]: a hook expected, got integer"),
    ])
    func `a site's hooks are as closed, and stop the load`(
        _ body: String,
        _ message: String
    ) throws {
        try directory.write(
            "etc/site.d/a.lua",
            "local osvc = require \"osvc.v1\"\nreturn osvc.hooks \"s\" {\n\(body)\n}"
        )
        let found = try directory.problems(service(""))
        #expect(found == [message], "\(found)")
    }

    @Test(arguments: [
        (
            "osvc.fs '0' { type = 'ext4', dev = 'x', mnt = 'srv' }",
            "3:41: fs#0: field 'mnt': an absolute path expected, got 'srv'"
        ),
        (
            "osvc.ip '0' { ipname = 5, ipdev = 'eth0' }",
            "3:15: ip#0: field 'ipname': a string expected, got integer"
        ),
        (
            "osvc.flag { file = '/a', optional = 1 }",
            "3:26: flag: field 'optional': true or false expected, got integer"
        ),
        (
            "osvc.flag { file = '/a', tags = { 'a', 2 } }",
            "3:26: flag: field 'tags': [2]: a string expected, got integer"
        ),
        (
            "osvc.flag { file = '/a', tags = { 'a', nil, 'b' } }",
            "3:26: flag: field 'tags': [2] is nil, while [3] is not"
        ),
        (
            "osvc.app { timeout = 'soon' }",
            "3:12: app: field 'timeout': 'soon' is not a time such as 30, \"10s\" or \"5m\""
        ),
        (
            "service_type = 'PRDD'",
            "3:1: web: field 'service_type': 'PRDD' is not one of PRD, PPRD, REC, INT, DEV, TST, TMP, DRP, FOR, PRA (did you mean 'PRD'?)"
        ),
        ("nodes = { 'a b' }", "3:1: web: field 'nodes': 'a b' is not one word"),
        ("app = '\\xff'", "3:1: web: field 'app': the string is not valid UTF-8"),
        (
            "osvc.app { osvc.launcher 'x' { S = 100, start = print } }",
            "3:32: x: field 'S': 100 is not in 0 to 99"
        ),
        (
            "osvc.app { osvc.launcher 'x' { S = '10', start = print } }",
            "3:32: x: field 'S': an integer expected, got string"
        ),
        (
            "osvc.app { osvc.launcher 'x' { S = 1, start = 'x' } }",
            "3:39: x: field 'start': a function or a list expected, got string"
        ),
        ("osvc.app { osvc.launcher 'x' { start = print } }", "3: x: field 'S' is required"),
        (
            "pre_start = 5",
            "3:1: web: field 'pre_start': a line, a list or a function expected, got integer"
        ),
        (
            "nodes = 'n1', ['pre_stop@n2'] = '/a'",
            "3:15: web: field 'pre_stop': 'n2' is not a node of this service (n1)"
        ),
        ("pre_start = ''", "3:1: web: field 'pre_start': the line names no program"),
        (
            "osvc.hook 'h' { on = 'start.before', run = print }",
            "3:17: h: field 'on': 'start.before' is not one of start.pre, start.post, start.failed, stop.pre, stop.post, stop.failed, rollback.pre, rollback.post, resource.start.pre, resource.start.post, resource.stop.pre, resource.stop.post, status.changed, sync.pre, sync.post, cluster.takeover, freeze, thaw (did you mean 'start.pre'?)"
        ),
        ("osvc.flag { file = '/a', 5 }", "3:26: flag: [1]: an integer has no place here"),
        ("'x'", "3:1: web: [1]: a resource or a hook expected, got string"),
        (
            "osvc.launcher 'x' { S = 1, start = print }",
            "3:1: web: [1]: a resource or a hook expected, got osvc.launcher"
        ),
    ])
    func `a value of the wrong type is refused`(_ body: String, _ problem: String) throws {
        let found = try directory.problems(service(body))
        #expect(found == ["web.lua:\(problem)"], "\(found)")
    }

    @Test func `an integral float is an integer`() throws {
        let loaded = try directory.load(
            text: service("osvc.app { osvc.launcher 'x' { S = 10/2, start = print } }")
        )
        #expect(loaded.definition.resources[0].launchers[0].startOrder == 5)
    }

    @Test func `a resource defined twice names both places`() throws {
        let found = try directory.problems(
            service("osvc.flag '1' { file = '/a' },\nosvc.flag { file = '/b' }")
        )
        #expect(
            found.map(directory.shortened) == [
                "web.lua:4: flag#1: defined twice, first at web.lua:3"
            ]
        )
    }

    @Test func `two ids that are one text in two spellings are defined twice`() throws {
        let found = try directory.problems(
            service("osvc.flag '\u{e9}' { file = '/a' },\nosvc.flag 'e\u{301}' { file = '/b' }")
        )
        #expect(
            found.map(directory.shortened) == [
                "web.lua:4: flag#e\u{301}: defined twice, first at web.lua:3"
            ]
        )
    }

    @Test func `two variables that are one text in two spellings are refused`() throws {
        let env = "['\u{e9}'] = 'a', ['e\u{301}'] = 'b'"
        let found = try directory.problems(
            service("osvc.app { osvc.launcher 'x' { S = 1, start = print, env = { \(env) } } }")
        )
        let problem = "the keys 'e\u{301}' and '\u{e9}' are one text in two spellings"
        #expect(found.map(directory.shortened) == ["web.lua:3: \(problem)"])
    }

    @Test(arguments: [
        "osvc.ip { ipname = 'web',\n ipdev = osvc.per_node { 'eth0', sles3 = 'eth1' } }",
        "osvc.ip { ipname = 'web', ipdev = 'eth0',\n        ['ipdev@sles3'] = 'eth1' }",
    ])
    func `a value for a node that the service does not have is refused`(_ body: String) throws {
        let found = try directory.problems(service("nodes = 'sles1 sles2',\n\(body)"))
        let place = body.contains("per_node") ? "5:34" : "5:9"
        #expect(
            found == [
                "web.lua:\(place): ip#0: field 'ipdev': 'sles3' is not a node of this service (sles1, sles2)"
            ]
        )
    }

    @Test func `what cannot differ between nodes does not`() throws {
        #expect(
            try directory.problems(service("['nodes@sles1'] = 'a'")) == [
                "web.lua:3:1: web: field 'nodes' cannot differ between nodes"
            ]
        )
    }

    @Test(arguments: [
        ("osvc.pool '0' {}", "3: pool: is not supported by this release"),
        ("osvc.resource_type 'x' {}", "3: osvc.resource_type is not supported by this release"),
        ("osvc.t.string()", "3: osvc.t is not supported by this release"),
        ("osvc.servce 'x' {}", "3: osvc has no 'servce' (did you mean 'service'?)"),
        ("flex_primary = 'a'", "3:1: web: field 'flex_primary' is not supported by this release"),
        (
            "osvc.fs { type = 'ext4', dev = 'x', mnt = '/m', scsireserv = true }",
            "3:49: fs: field 'scsireserv' is not supported by this release"
        ),
        (
            "limits = { memory = '1M' }",
            "3:12: web: field 'limits.memory' is not supported by this release"
        ),
        ("require 'osvc.test.v1'", "3: osvc.test.v1 is not supported by this release"),
    ])
    func `what is not there yet is refused by name`(_ body: String, _ problem: String) throws {
        let found = try directory.problems(service(body))
        #expect(found == ["web.lua:\(problem)"], "\(found)")
    }

    @Test func `everything that is wrong is said at once`() throws {
        let found = try directory.problems(
            service("aap = 'x',\nosvc.flag { fiel = '/a' },\nosvc.fs '1' { type = 5 }")
        )
        #expect(found.count == 6, "\(found)")
    }

    @Test func `what was wrong cannot be caught`() throws {
        let found = try directory.problems(
            "local osvc = require 'osvc.v1'\npcall(function() osvc.flag { fiel = '/a' } end)\n"
                + "return osvc.service 'web' {}"
        )
        #expect(found.count == 2, "\(found)")
    }

    @Test(arguments: ["sync.pre", "sync.post"])
    func `a hook for a moment that never comes is refused by name`(event: String) throws {
        let found = try directory.problems(
            service("\nosvc.hook 'h' { on = '\(event)', run = function(ev) end }")
        )
        #expect(
            found.count == 1
                && found[0].hasSuffix("h: hook event '\(event)' is not supported by this release"),
            "\(found)"
        )
    }
}
