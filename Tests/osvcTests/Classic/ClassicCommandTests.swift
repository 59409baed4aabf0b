import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `svcmgr`, its relatives and the links named like services, as they are typed.
@EngineActor
struct ClassicCommandTests {
    private let fixture = CommandFixture()

    // MARK: The call

    @Test(arguments: ["svcmgr", "/opt/opensvc/bin/allservices", "etc/web", "svcmon", "nodemgr"])
    func `help goes to standard output, whoever calls`(program: String) async {
        fixture.user = 1000
        #expect(await fixture.type("\(program) --help") == 0)
        let name = program.split(separator: "/").last ?? ""
        #expect(fixture.output.hasPrefix("Usage: \(name) [options]"))
        #expect(fixture.output.contains("  -h, --help"))
        #expect(fixture.errors == "")
    }

    @Test func `help lists every action, those that edit files too`() async {
        _ = await fixture.type("svcmgr --help")
        for action in ["start", "print status", "set", "install"] {
            #expect(fixture.output.contains("\n  \(action) "))
        }
    }

    @Test(arguments: ["svcmgr", "web", "svcmon", "nodemgr"])
    func `the version is told under the name of the call`(program: String) async {
        #expect(await fixture.type("\(program) --version") == 0)
        #expect(fixture.output == "\(program) \(osvcVersion)\n")
    }

    /// A wrong call and what is wrong with it.
    @Test(
        arguments: [
            ("svcmgr", "Missing action"),
            ("svcmgr -s web strat", "unsupported action 'strat' (did you mean 'start'?)"),
            (
                "svcmgr --status nice start",
                "option --status: 'nice' is not a status: up, down, warn, n/a, ..."
            ),
            ("svcmgr --nosuch start", "no such option: --nosuch"),
            ("web --service other start", "no such option: --service"),
            ("nodemgr", "Missing action"),
            ("nodemgr git", "unsupported action 'git' (did you mean 'get'?)"),
            ("svcmon web", "no words are taken: 'web'"),
        ]
    )
    func `a wrong call says what is wrong and exits 2`(line: String, problem: String) async {
        #expect(await fixture.type(line) == 2)
        #expect(fixture.output == "")
        #expect(fixture.errors.hasPrefix("Usage: "))
        #expect(fixture.errors.contains("error: \(problem)\nTry '"))
    }

    @Test(
        arguments: [
            "svcmgr -s web start", "allservices print status", "svcmon", "nodemgr get",
            "svcfreeze web",
        ]
    )
    func `only root may do more than read the help`(line: String) async {
        fixture.service("web")
        fixture.user = 1000
        #expect(await fixture.type(line) == 1)
        #expect(fixture.output.hasPrefix("Insufficient privileges. Try:\n sudo "))
        #expect(fixture.output.hasSuffix("\(line.split(separator: " ").last ?? "")\n"))
        #expect(fixture.flags == [])
    }

    // MARK: Which services

    @Test func `svcmgr without a service names the ways to name one`() async {
        fixture.service("web")
        #expect(await fixture.type("svcmgr start") == 1)
        #expect(fixture.errors.hasPrefix("No service specified. Try:\n allservices\n"))
        #expect(fixture.flags == [])
    }

    @Test func `the named services start, the others do not`() async {
        for name in ["a", "b", "c"] { fixture.service(name, flags: "x") }
        #expect(await fixture.type("svcmgr -s c,a start") == 0)
        #expect(fixture.flags == ["a.x", "c.x"])
        #expect(await fixture.type("svcmgr -s c stop") == 0)
        #expect(fixture.flags == ["a.x"])
    }

    @Test(arguments: ["", " --parallel"])
    func `allservices acts on each`(option: String) async {
        for name in ["a", "b", "c"] { fixture.service(name, flags: "x") }
        #expect(await fixture.type("allservices\(option) start") == 0)
        #expect(fixture.flags == ["a.x", "b.x", "c.x"])
    }

    @Test(
        arguments: [
            // Never synced, `other` is warn.
            ("allupservices", ["other.x", "up.x"]), ("alldownservices", ["down.x"]),
            ("allprimaryservices", ["down.x", "up.x"]), ("allsecondaryservices", ["other.x"]),
            ("svcmgr --status down", ["down.x"]), ("svcmgr --status up", ["up.x"]),
            ("svcmgr --status warn", ["other.x"]),
            ("svcmgr --onlyprimary", ["down.x", "up.x"]),
            ("svcmgr --onlysecondary", ["other.x"]),
        ]
    )
    func `a status or a place chooses services`(program: String, chosen: [String]) async {
        for name in ["up", "down"] {
            fixture.service(name, flags: "x", "nodes = n1\nautostart_node = n1")
        }
        fixture.service("other", flags: "x", "nodes = n1 n2\nautostart_node = n2")
        fixture.raise("up.x")
        #expect(await fixture.type("\(program) printsvc") == 0)
        let names = fixture.output.split(separator: "\n").filter { $0.hasPrefix("service ") }
            .map { "\($0.split(separator: " ")[1]).x" }
        #expect(names.sorted() == chosen)
    }

    @Test func `a name that is not a service is reported, and the others are acted on`() async {
        fixture.service("web")
        #expect(await fixture.type("svcmgr -s web,wab start") == 1)
        let files = "neither \(fixture.etc)/wab.env nor \(fixture.etc)/wab.lua exists"
        #expect(fixture.log.first == "ERROR WAB there is no service 'wab': \(files)")
        #expect(fixture.flags == ["web.a"])
    }

    @Test func `a link named like a service acts on that one`() async {
        fixture.service("web")
        fixture.service("other")
        #expect(await fixture.type("\(fixture.etc)/web start") == 0)
        #expect(fixture.flags == ["web.a"])
        #expect(await fixture.type("\(fixture.etc)/nosuch start") == 1)
        #expect(
            fixture.log == [
                "ERROR NOSUCH there is no service 'nosuch': neither \(fixture.etc)/nosuch.env"
                    + " nor \(fixture.etc)/nosuch.lua exists"
            ]
        )
    }

    @Test func `a service that cannot be loaded fails the action on all`() async {
        fixture.service("web")
        fixture.write("[DEFAULT\n", to: "bad.env")
        #expect(await fixture.type("allservices start") == 1)
        #expect(fixture.flags == ["web.a"])
        #expect(await fixture.type("allservices print status") == 1)
        #expect(fixture.output.contains("bad\noverall                   undef\n"))
        #expect(fixture.output.contains("# cannot be loaded\n"))
        #expect(fixture.output.contains("web\noverall"))
    }

    @Test func `a service of other nodes is left out of all, and refused by its name`() async {
        fixture.service("web")
        fixture.service("far", "nodes = n8 n9")
        #expect(await fixture.type("allservices start") == 0)
        #expect(fixture.flags == ["web.a"])
        #expect(await fixture.type("svcmgr -s far start") == 1)
        #expect(fixture.errors.contains("No service specified"))
    }

    // MARK: What is done

    @Test func `the exit code of an action on several services is the sum of theirs`() async {
        for name in ["a", "b", "c"] { fixture.service(name, flags: "x") }
        #expect(await fixture.type("svcmgr -s a,b,c --rid flag#9 start") == 3)
    }

    @Test(arguments: ["migrate", "syncresync", "collector_list_actions"])
    func `an action that this release lacks is refused by name`(action: String) async {
        fixture.service("web")
        #expect(await fixture.type("svcmgr -s web \(action)") == 1)
        #expect(
            fixture.log == ["ERROR WEB action '\(action)' is not supported by this release"]
        )
    }

    @Test func `--rid and --tags choose resources`() async {
        fixture.service("web", flags: "ab")
        #expect(await fixture.type("svcmgr -s web --rid flag#1 start") == 0)
        #expect(fixture.flags == ["web.b"])
        #expect(await fixture.type("svcmgr -s web --rid flag#z start") == 1)
        #expect(fixture.flags == ["web.b"])
    }

    @Test func `a frozen service is not started, and says how to thaw it`() async {
        fixture.service("web")
        #expect(await fixture.type("svcmgr -s web freeze") == 0)
        fixture.host.files["\(fixture.root)/var/FROZEN.web"] = FakeFile("")
        #expect(await fixture.type("svcmgr -s web start") == 1)
        #expect(fixture.flags == [])
        #expect(await fixture.type("svcmgr -s web frozen") == 1)
    }

    @Test func `services described twice are refused`() async {
        fixture.service("web")
        fixture.write("", to: "web.lua")
        #expect(await fixture.type("svcmgr -s web start") == 1)
        #expect(
            fixture.log.first
                == "ERROR WEB \(fixture.etc)/web.env and \(fixture.etc)/web.lua both describe the"
                + " service: remove one"
        )
        #expect(fixture.flags == [])
    }

    @Test func `a file that describes another service is refused`() async {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "other" { nodes = { "n1" }, osvc.flag "a" { file = "/run/x" } }
            """,
            to: "web.lua"
        )
        #expect(await fixture.type("svcmgr -s web start") == 1)
        #expect(
            fixture.log.first
                == "ERROR WEB \(fixture.etc)/web.lua describes the service 'other'"
        )
    }

    // MARK: Edits

    @Test func `values of a service file are read and written`() async {
        fixture.service("web")
        let line = "svcmgr -s web set --param flag#0.file --value /run/new"
        #expect(await fixture.type(line) == 0)
        #expect(fixture.directory.text("etc/web.env").contains("\nfile = /run/new\n"))
        #expect(await fixture.type("svcmgr -s web get --param flag#0.file") == 0)
        #expect(fixture.output == "/run/new\n")
    }

    @Test func `a value is read from each of the services of allservices`() async {
        fixture.service("a", flags: "x")
        fixture.service("b", flags: "x")
        #expect(await fixture.type("allservices get --param flag#0.file") == 0)
        #expect(fixture.output == "/run/a.x\n/run/b.x\n")
    }

    @Test(arguments: ["enable", "disable", "delete"])
    func `an edit does not take resources by their tags`(action: String) async {
        fixture.service("web")
        let text = fixture.directory.text("etc/web.env")
        #expect(await fixture.type("svcmgr -s web --tags x \(action)") == 1)
        #expect(fixture.errors == "'\(action)' takes resources by --rid, not by --tags\n")
        #expect(fixture.directory.text("etc/web.env") == text)
    }

    @Test func `a service is created, one at a time`() async {
        #expect(await fixture.type("svcmgr -s a,b create") == 1)
        #expect(
            fixture.errors == "you must specify a single service name with the 'create' action\n"
        )
        #expect(await fixture.type("svcmgr -s new create") == 0)
        #expect(fixture.directory.text("etc/new.env").contains("nodes = n1"))
    }

    @Test func `an edit of no service is refused`() async {
        #expect(await fixture.type("svcmgr get --param flag#0.file") == 1)
        #expect(fixture.errors.hasPrefix("No service specified"))
        #expect(await fixture.type("allservices get --param flag#0.file") == 0)
    }

    @Test func `an edit can be limited to services with a status`() async {
        for name in ["a", "b"] { fixture.service(name, flags: "x") }
        fixture.raise("b.x")
        #expect(await fixture.type("svcmgr --status up get --param flag#0.file") == 0)
        #expect(fixture.output == "/run/b.x\n")
    }
}
