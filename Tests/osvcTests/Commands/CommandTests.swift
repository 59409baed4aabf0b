import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// The commands of `osvc`, as they are typed.
@EngineActor
struct CommandTests {
    private let fixture = CommandFixture()

    /// A service in Lua named `web` with the flag `/run/web.NAME` for each name; its path.
    @discardableResult
    private func web(_ names: String..., also text: String = "") -> String {
        let flags = names.map { "  osvc.flag \"\($0)\" { file = \"/run/web.\($0)\" },\n" }.joined()
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = { "n1", "n2" },
            \(flags)\(text)}
            """,
            to: "web.lua"
        )
        return "\(fixture.etc)/web.lua"
    }

    // MARK: The tree

    @Test(
        arguments: [
            (["strat"], "unknown command 'strat'; an action follows a service: osvc svc NAME"),
            (["chekc"], "unknown command 'chekc' (did you mean 'osvc check'?)"),
            (["help", "pln"], "unknown command 'pln' (did you mean 'osvc plan'?)"),
            (["trust", "fixx"], "unknown command 'fixx' (did you mean 'osvc trust fix'?)"),
            (["xyzzyxyzzy"], "unknown command 'xyzzyxyzzy': there are run, plan, check,"),
        ]
    )
    func `a word that is not a command is explained and exits 2`(
        words: [String],
        problem: String
    ) async {
        #expect(await fixture.run("osvc", words) == 2)
        #expect(fixture.errors.hasPrefix("osvc: \(problem)"))
        #expect(fixture.errors.hasSuffix("\nTry 'osvc --help'.\n"))
        #expect(fixture.output == "")
    }

    @Test(arguments: ["osvc --help", "osvc help", "osvc help run", "osvc run --help", "osvc"])
    func `help goes to standard output`(line: String) async {
        #expect(await fixture.type(line) == 0)
        #expect(fixture.output.contains("USAGE: osvc") && fixture.errors == "")
    }

    @Test(arguments: [
        "osvc run", "osvc check --nosuch", "osvc plan x.lua", "osvc run x.lua start --nosuch",
    ])
    func `a wrong call says so on standard error and exits 2`(line: String) async {
        #expect(await fixture.type(line) == 2)
        #expect(fixture.output == "" && fixture.errors.hasPrefix("Error: "))
    }

    // MARK: run

    @Test func `run does an action on the service of a file`() async {
        let file = web("a", "b")
        #expect(await fixture.type("osvc run \(file) start") == 0)
        #expect(fixture.flags == ["web.a", "web.b"])
        #expect(await fixture.type("osvc run \(file) stop --rid flag#b") == 0)
        #expect(fixture.flags == ["web.a"])
        #expect(await fixture.type("osvc run \(file) status") == 2)
    }

    @Test func `run --dry-run shows the plan and does nothing`() async {
        let file = web("a")
        #expect(await fixture.type("osvc run --dry-run \(file) start") == 0)
        #expect(fixture.output.hasPrefix("plan: start web on n1\n"))
        #expect(fixture.flags == [])
    }

    @Test(arguments: [("", false), (" --jobs 1 --cluster --waitlock 0", true)])
    func `run passes on what its options say`(options: String, isAlone: Bool) async {
        let launchers = ["a", "b"].map {
            "osvc.launcher \"\($0)\" { S = 10, start = { \"/bin/\($0)\" } }, "
        }.joined()
        let file = web(
            "a",
            also: """
                  osvc.flag "s" { file = "/run/web.s", always_on = { "n1" } },
                  osvc.app { parallel = true, \(launchers)},
                  osvc.hook "who" { on = "start.pre", run = function(ev) ev:info(ev.reason) end },
                """
        )
        fixture.host.slow = ["/bin/a"]
        fixture.host.expect("/bin/a") { host in
            #expect(host.commands.contains("/bin/b") != isAlone)
        }
        fixture.host.expect("/bin/b")
        #expect(await fixture.type("osvc run \(file) start\(options)") == 0)
        #expect(fixture.log.contains { $0.hasSuffix(isAlone ? ": cluster" : ": user") })
        #expect(await fixture.type("osvc run \(file) stop\(options)") == 0)
        #expect(fixture.flags == ["web.s"])
        #expect(await fixture.type("osvc run \(file) stop --force") == 0)
        #expect(fixture.flags == [])
    }

    @Test(arguments: [
        ("strat", "unknown action 'strat' (did you mean 'start'?)"),
        ("set", "action 'set' edits the file of a classic service: osvc svc NAME set"),
        ("migrate", "action 'migrate' is not supported by this release"),
        ("qwertyuiop", "unknown action 'qwertyuiop': there are start, stop,"),
    ])
    func `run explains a word that is not an action`(word: String, problem: String) async {
        #expect(await fixture.type("osvc run \(web("a")) \(word)") == 2)
        #expect(fixture.errors.hasPrefix("osvc run: \(problem)"))
        #expect(fixture.errors.hasSuffix("\nTry 'osvc run --help'.\n"))
    }

    @Test(arguments: [
        ("--waitlock=-1", "--waitlock takes 0 or more seconds"),
        ("--jobs=0", "--jobs takes 1 or more"),
    ])
    func `run judges the values of its options`(option: String, problem: String) async {
        #expect(await fixture.type("osvc run \(web("a")) start \(option)") == 2)
        #expect(fixture.errors.contains(problem))
        #expect(fixture.flags == [])
    }

    @Test(arguments: ["", " --debug"])
    func `run reports a file that cannot be loaded, with its line`(option: String) async {
        let file = web("a", also: "  osvc.flag \"b\" { fle = \"/run/b\" },\n")
        #expect(await fixture.type("osvc run \(file) start\(option)") == 1)
        #expect(fixture.errors.hasPrefix("\(file):4:"))
        #expect(fixture.flags == [])
    }

    @Test func `run reports a classic file that cannot be loaded as lines of the log`() async {
        fixture.service("web", "nodes = n1\nnods = n2")
        fixture.write("[DEFAULT]\nnodes = n1\nservice_type = NOSUCH\n", to: "bad.env")
        #expect(await fixture.type("osvc run \(fixture.etc)/bad.env start") == 1)
        #expect(fixture.log.first?.hasPrefix("ERROR BAD ") == true)
    }

    // MARK: check

    @Test func `check prints a verdict for each file`() async {
        let good = web("a")
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "two" { nodes = { "n1" },
              osvc.flag "a" { file = "/run/a", file = "/run/b" },
            }
            """,
            to: "two.lua"
        )
        #expect(await fixture.type("osvc check \(good)") == 0)
        #expect(fixture.output == "\(good): ok\n" && fixture.errors == "")
        let odd = "\(fixture.etc)/two.lua"
        #expect(await fixture.type("osvc check \(odd) \(good)") == 1)
        #expect(fixture.output == "\(odd): 1 warning\n\(good): ok\n")
        #expect(fixture.errors.contains("two.lua:3:36: warning: 'file' is written twice"))
        #expect(await fixture.type("osvc check /nowhere.lua \(good)") == 1)
        #expect(fixture.output == "\(good): ok\n" && fixture.errors.contains("/nowhere.lua"))
    }

    @Test func `check shows what a file prints on standard error`() async {
        fixture.write(
            """
            print("hello")
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = { "n1" }, osvc.flag "a" { file = "/run/a" } }
            """,
            to: "web.lua"
        )
        #expect(await fixture.type("osvc check \(fixture.etc)/web.lua") == 0)
        #expect(fixture.errors == "hello\n")
        #expect(await fixture.type("osvc run \(fixture.etc)/web.lua status") == 1)
        #expect(fixture.errors == "hello\n")
        #expect(await fixture.type("osvc svc web status") == 1)
        #expect(fixture.errors == "hello\n")
    }

    // MARK: convert and equiv

    @Test func `convert prints an equivalent service`() async {
        fixture.service("web", flags: "ab")
        #expect(await fixture.type("osvc convert \(fixture.etc)/web.env") == 0)
        #expect(fixture.output.contains("osvc.service \"web\"") && fixture.errors == "")
        fixture.directory.write(fixture.output, to: "web.lua")
        #expect(
            await fixture.type("osvc equiv \(fixture.etc)/web.env \(fixture.root)/web.lua") == 0
        )
        #expect(fixture.output == "equivalent\n")
    }

    @Test func `equiv says what differs, with exit code 1`() async {
        fixture.service("web", flags: "a", "nodes = n1\nautostart_node = n1")
        let other = "\(fixture.root)/web.env"
        fixture.directory.write(
            fixture.directory.text("etc/web.env").replacing("web.a", with: "web.c"),
            to: "web.env"
        )
        #expect(await fixture.type("osvc equiv \(fixture.etc)/web.env \(other)") == 1)
        #expect(fixture.output.contains("/run/web.a") && fixture.output.contains("/run/web.c"))
        #expect(!fixture.output.contains("equivalent"))
        #expect(await fixture.type("osvc equiv /nowhere.env \(other)") == 1)
        #expect(fixture.output == "" && fixture.errors.contains("/nowhere.env"))
    }

    @Test func `convert takes classic files only, and prints nothing of a broken one`() async {
        #expect(await fixture.type("osvc convert web.lua") == 2)
        #expect(fixture.errors.contains("'web.lua' is not a classic file"))
        fixture.write("[DEFAULT\n", to: "bad.env")
        #expect(await fixture.type("osvc convert \(fixture.etc)/bad.env") == 1)
        #expect(fixture.output == "" && fixture.errors.contains("bad.env"))
    }

    // MARK: doc

    @Test func `doc explains a word, and hints at the nearest`() async {
        #expect(await fixture.type("osvc doc flag") == 0)
        #expect(fixture.output.contains("A file that exists while the service is up."))
        #expect(await fixture.type("osvc doc") == 0)
        #expect(fixture.output.hasPrefix("resource types:\n"))
        #expect(await fixture.type("osvc doc flga") == 1)
        #expect(fixture.output == "")
        #expect(fixture.errors == "osvc doc: no entry for 'flga' (did you mean 'flag'?)\n")
    }

    @Test(arguments: [
        ("keywords", "docs/keywords.md"), ("man", "packaging/man/osvc.1"),
        ("svcmgr", "packaging/man/svcmgr.1"), ("classic-man", "packaging/man/osvc-classic.7"),
    ])
    func `doc --reference prints the page of the project`(name: String, page: String) async {
        #expect(await fixture.type("osvc doc --reference \(name)") == 0)
        #expect(fixture.output == Project.text(page))
    }

    @Test(arguments: [("lua", "docs/lua.md"), ("classic", "docs/classic.md")])
    func `doc --reference prints the generated end of a page`(name: String, page: String) async {
        #expect(await fixture.type("osvc doc --reference \(name)") == 0)
        #expect(!fixture.output.isEmpty && Project.text(page).hasSuffix(fixture.output))
    }

    @Test func `doc --reference status reads the classic tables`() async {
        fixture.input =
            Project.text("docs/classic/keywords.tsv") + Project.text("docs/classic/actions.tsv")
        #expect(await fixture.type("osvc doc --reference status") == 0)
        #expect(fixture.output == Project.text("docs/status.md"))
    }

    // MARK: trust fix

    @Test func `trust fix reports what is missing and goes on`() async {
        #expect(await fixture.type("osvc trust fix /nowhere/a /nowhere/b") == 1)
        #expect(
            fixture.errors
                == "osvc trust fix: /nowhere/a: no such file\n"
                + "osvc trust fix: /nowhere/b: no such file\n"
        )
        #expect(fixture.output == "")
    }

    @Test(
        arguments: [
            "osvc run x.env start --rid=", "osvc run x.env stop --tags=,",
            "osvc plan x.env start --rid=",
            "osvc svc web start --rid=", "osvc svc web stop --tags=,", "svcmgr --service= start",
            "osvc svc , start", "svcmon --service=", "osvc mon -s ,",
        ]
    )
    func `an empty choice of services or resources is a wrong call`(call: String) async {
        let fixture = CommandFixture()
        fixture.service("web")
        #expect(await fixture.type(call) == 2)
        #expect(fixture.output == "")
        #expect(fixture.flags == [])
    }
}
