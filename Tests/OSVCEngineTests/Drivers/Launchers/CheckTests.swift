import Glibc
import OSVCTestSupport
import Testing

@testable import OSVCEngine

@EngineActor
struct CheckTests {
    let host = FakeHost()

    func answer(_ check: Check, limit: Duration = .seconds(30)) async -> CheckAnswer {
        await CheckRunner(host: host, limit: limit).answer(check)
    }

    init() {
        host.processTable = [
            ProcessEntry(
                pid: 42,
                user: 33,
                executable: "/usr/sbin/httpd",
                arguments: ["httpd", "-k", "start"]
            ),
            ProcessEntry(
                pid: 43,
                executable: "/usr/bin/python3.11",
                arguments: ["python3", "/srv/job.py", "--once"]
            ),
            ProcessEntry(pid: 44, executable: nil, arguments: []),
        ]
        host.files["/etc/passwd"] = FakeFile("root:x:0:0::/:/bin/sh\nweb:x:33:33::/:/bin/sh\n")
    }

    /// Contents of the pid file, the program wanted, the answer.
    @Test(
        arguments: [
            ("42\n", nil, .yes),
            ("42\n", "/usr/sbin/httpd", .yes),
            ("42\n", "/usr/sbin/nginx", .no("process 42 is not /usr/sbin/nginx (/run/x.pid)")),
            ("43\n", "/srv/job.py", .yes),  // run by an interpreter
            ("7\n", nil, .no("no process 7 (/run/x.pid)")),
            ("44\n", nil, .no("no process 44 (/run/x.pid)")),  // a zombie
            ("soon\n", nil, .no("/run/x.pid holds no pid")),
            ("-42\n", nil, .no("/run/x.pid holds no pid")),
            (nil, nil, .no("/run/x.pid does not exist")),
        ] as [(String?, String?, CheckAnswer)]
    )
    func `a pid file counts while its process lives`(
        contents: String?,
        program: String?,
        wanted: CheckAnswer
    ) async {
        host.files["/run/x.pid"] = contents.map { FakeFile($0) }
        #expect(await answer(.pidFile("/run/x.pid", executable: program)) == wanted)
    }

    @Test func `a program that was replaced while it ran is known`() async {
        host.processTable[0].executable = "/usr/sbin/httpd (deleted)"
        host.processTable[0].arguments = ["web: master"]
        host.files["/run/x.pid"] = FakeFile("42")
        #expect(await answer(.pidFile("/run/x.pid", executable: "/usr/sbin/httpd")) == .yes)
    }

    /// Program, arguments, user: is there such a process?
    @Test(
        arguments: [
            ("/usr/sbin/httpd", nil, nil, true),
            ("/usr/sbin/httpd", ["-k", "start"], "web", true),
            ("/usr/sbin/httpd", ["-k", "start"], "33", true),
            ("/usr/sbin/httpd", ["start", "-k"], nil, false),
            ("/usr/sbin/httpd", ["-k"], nil, false),
            ("/usr/sbin/httpd", nil, "root", false),
            ("/srv/job.py", ["--once"], nil, true),
            ("/usr/sbin/nginx", nil, nil, false),
            (nil, ["--once"], nil, true),
        ] as [(String?, [String]?, String?, Bool)]
    )
    func `a process is known by program, arguments and user`(
        program: String?,
        arguments: [String]?,
        user: String?,
        isThere: Bool
    ) async {
        let check = Check.process(executable: program, arguments: arguments, user: user)
        #expect(await (answer(check) == .yes) == isThere)
    }

    @Test(arguments: [1, getpid()])
    func `a pid file of init or osvc names no service`(pid: Int32) async {
        host.processTable.append(ProcessEntry(pid: pid, executable: "/sbin/x", arguments: ["x"]))
        host.files["/run/x.pid"] = FakeFile("\(pid)\n")
        let wanted = CheckAnswer.no("process \(pid) is no service (/run/x.pid)")
        #expect(await answer(.pidFile("/run/x.pid", executable: nil)) == wanted)
        let process = Check.process(executable: "/sbin/x", arguments: nil, user: nil)
        #expect(await (answer(process) == .yes) == (pid == 1))
    }

    /// A process that shows /srv/httpd somewhere in its command line: user, executable, arguments. The user of the
    /// launcher, and that of the check: is it the program?
    @Test(
        arguments: [
            (65534, "/bin/sleep", ["/srv/httpd", "60"], nil, nil, false),
            (0, "/bin/sleep", ["/srv/httpd", "60"], nil, nil, false),
            (65534, "/usr/bin/perl", ["perl", "/srv/httpd"], nil, nil, false),
            (65534, "/usr/bin/perl", ["perl", "/srv/httpd"], "web", "web", false),
            (0, "/usr/bin/perl", ["perl", "/srv/httpd"], nil, nil, true),
            (33, "/usr/bin/perl5.36", ["perl", "/srv/httpd"], "web", nil, true),
            (33, "/usr/bin/perl", ["perl", "/srv/httpd"], "root", "web", true),
            (0, "/usr/bin/vi", ["vi", "/srv/httpd"], nil, nil, false),
            (0, "/opt/own", ["own", "/srv/httpd"], nil, nil, true),
            (0, "/usr/bin/perl", ["/srv/httpd"], nil, nil, false),
        ] as [(UInt32, String, [String], String?, String?, Bool)]
    )
    func `a command line is believed of trusted users alone, and only of a script's`(
        owner: UInt32,
        executable: String,
        arguments: [String],
        launcher: String?,
        user: String?,
        isIt: Bool
    ) async {
        host.files["/srv/httpd"] = FakeFile("#!/opt/own\n")
        host.files["/run/x.pid"] = FakeFile("50\n")
        host.processTable = [
            ProcessEntry(pid: 50, user: owner, executable: executable, arguments: arguments)
        ]
        let runner = CheckRunner(host: host, limit: .seconds(1), user: launcher)
        let process = Check.process(executable: "/srv/httpd", arguments: nil, user: user)
        #expect(await (runner.answer(process) == .yes) == isIt)
        guard user == nil else { return }
        let file = Check.pidFile("/run/x.pid", executable: "/srv/httpd")
        #expect(await (runner.answer(file) == .yes) == isIt)
    }

    @Test(
        arguments: [(65534, nil, false), (33, nil, true), (65534, "nobody", true)]
            as [(UInt32, String?, Bool)]
    )
    func `arguments alone are those of trusted users`(owner: UInt32, user: String?, isIt: Bool)
        async
    {
        host.files["/etc/passwd"]?.contents += Array("nobody:x:65534:1::/:/bin/sh\n".utf8)
        host.processTable = [
            ProcessEntry(pid: 50, user: owner, executable: "/bin/x", arguments: ["x", "-q"])
        ]
        let runner = CheckRunner(host: host, limit: .seconds(1), user: "web")
        let check = Check.process(executable: nil, arguments: ["-q"], user: user)
        #expect(await (runner.answer(check) == .yes) == isIt)
    }

    /// In a container root may not see the executables of others. What runs there must not be called down.
    @Test(arguments: [(33, false), (0, true)] as [(UInt32, Bool)])
    func `an executable that cannot be read is no answer`(owner: UInt32, isTrusted: Bool) async {
        host.files["/run/x.pid"] = FakeFile("50\n")
        host.processTable = [ProcessEntry(pid: 50, user: owner, arguments: ["/srv/httpd"])]
        let text = "process 50 (user web) may be /srv/httpd: its executable cannot be read"
        let wanted = isTrusted ? .yes : CheckAnswer.unknown(text)
        let process = Check.process(executable: "/srv/httpd", arguments: nil, user: nil)
        #expect(await answer(process) == wanted)
        #expect(await answer(.pidFile("/run/x.pid", executable: "/srv/httpd")) == wanted)
    }

    @Test func `a user that is none cannot be asked about`() async {
        let check = Check.process(executable: nil, arguments: nil, user: "nobody-here")
        #expect(await answer(check) == .unknown("there is no user or group 'nobody-here'"))
    }

    @Test func `a port counts while it accepts connections`() async {
        host.listening = ["10.0.0.5:80"]
        host.names["web"] = ["10.0.0.4", "10.0.0.5"].compactMap { IPAddress($0) }
        let limit = Duration.seconds(2)
        #expect(await answer(.tcp(host: "10.0.0.5", port: 80, limit: limit)) == .yes)
        #expect(await answer(.tcp(host: "web", port: 80, limit: limit)) == .yes)
        #expect(
            await answer(.tcp(host: "web", port: 81, limit: limit))
                == .no("nothing listens on web port 81")
        )
        #expect(
            await answer(.tcp(host: "gone", port: 80, limit: limit))
                == .unknown("could not resolve gone")
        )
    }

    let url = "http://127.0.0.1/"

    func expectCurl(_ output: String = "", code: Int32 = 0, error: String = "") {
        let question = HTTPQuestion(url: url, status: 200, body: nil)
        let line = question.command(within: .seconds(5)).line
        host.expect(line, code: code, output: output, error: error)
    }

    @Test func `curl is asked for body and status, within the limit`() {
        let question = HTTPQuestion(url: url, status: 200, body: nil)
        #expect(
            question.command(within: .milliseconds(2500)).line
                == "curl --disable --silent --show-error --max-time 2.5 --output - "
                + "--write-out \\n%{http_code} --url http://127.0.0.1/"
        )
    }

    @Test func `curl obeys no variable of the caller, and no proxy but the check's`() {
        var question = HTTPQuestion(url: url, status: 200, body: nil)
        #expect(question.command(within: .seconds(1)).hasOwnEnvironment)
        question.proxy = "http://10.0.0.1:3128"
        let words = question.command(within: .seconds(1)).arguments
        #expect(words.suffix(4) == ["--proxy", "http://10.0.0.1:3128", "--url", url])
    }

    /// What curl prints, the status and body wanted, the answer.
    @Test(
        arguments: [
            ("It Works !\n\n200", 200, nil, .yes),
            ("It Works !\n\n200", 200, "Works%s!", .yes),
            (
                "It Works !\n\n200", 200, "^Works",
                .no("http://127.0.0.1/: nothing matches '^Works'")
            ),
            ("\n204", 204, nil, .yes),
            ("gone\n404", 200, nil, .no("http://127.0.0.1/ answered 404")),
            ("gone\n404", 404, nil, .yes),
            (
                "x\n200", 200, "[",
                .unknown("http://127.0.0.1/: '[' is not a pattern, or takes too long")
            ),
            ("", 200, nil, .unknown("curl printed no status for http://127.0.0.1/")),
        ] as [(String, Int, String?, CheckAnswer)]
    )
    func `an address counts by status and body`(
        output: String,
        status: Int,
        body: String?,
        wanted: CheckAnswer
    ) async {
        expectCurl(output)
        let check = Check.http(url: url, status: status, body: body, proxy: nil, limit: .seconds(5))
        #expect(await answer(check) == wanted)
    }

    @Test func `a server that refuses is down, a question that is wrong is not`() async {
        let check = Check.http(url: url, status: 200, body: nil, proxy: nil, limit: .seconds(5))
        expectCurl(code: 7, error: "curl: (7) Failed to connect\n")
        #expect(await answer(check) == .no("curl: (7) Failed to connect"))
        expectCurl(code: 3, error: "curl: (3) URL using bad/illegal format\n")
        _ = await answer(check)
        #expect(await answer(check) == .unknown("curl: (3) URL using bad/illegal format"))
    }

    @Test func `no check takes longer than the launcher has`() async {
        let check = Check.program(["/bin/probe"], limit: .seconds(10))
        host.expect("/bin/probe")
        #expect(await answer(check, limit: .seconds(3)) == .yes)
        #expect(host.orders == [.run(Command(["/bin/probe"], limit: .seconds(3), logging: .quiet))])
    }

    /// A program's result, the answer.
    @Test(
        arguments: [
            (CommandResult(code: 0), .yes),
            (CommandResult(code: 2), .no("/bin/probe exited 2")),
            (CommandResult(code: 255), .no("/bin/probe exited 255")),
            (CommandResult(code: 126), .unknown("/bin/probe exited 126")),
            (CommandResult(code: 127), .unknown("/bin/probe exited 127")),
            (CommandResult(code: 139, signal: 11), .unknown("/bin/probe ended by signal 11")),
            (CommandResult(code: 124, timedOut: true), .unknown("/bin/probe timed out")),
        ] as [(CommandResult, CheckAnswer)]
    )
    func `a program answers by its exit`(result: CommandResult, wanted: CheckAnswer) async {
        host.expect("/bin/probe", result: result)
        #expect(await answer(.program(["/bin/probe"], limit: .seconds(1))) == wanted)
    }

    /// Exits of three programs (nil: it hangs), the answers of `all` and of `any`.
    @Test(
        arguments: [
            ([0, 0], .yes, .yes),
            ([0, 1], .no("/bin/1 exited 1"), .yes),
            ([1, 2], .no("/bin/0 exited 1"), .no("/bin/0 exited 1, /bin/1 exited 2")),
            ([nil, 0], .unknown("/bin/0 timed out"), .yes),
            ([nil, 1], .no("/bin/1 exited 1"), .unknown("/bin/0 timed out")),
            ([], .yes, .no("")),
        ] as [([Int32?], CheckAnswer, CheckAnswer)]
    )
    func `all and any do not take silence for an answer`(
        codes: [Int32?],
        all: CheckAnswer,
        any: CheckAnswer
    ) async {
        let checks = codes.enumerated().map { index, code in
            let result = CommandResult(code: code ?? 124, timedOut: code == nil)
            host.expect("/bin/\(index)", result: result)
            return Check.program(["/bin/\(index)"], limit: .seconds(1))
        }
        #expect(await answer(.all(checks)) == all)
        #expect(await answer(.any(checks)) == any)
    }
}
