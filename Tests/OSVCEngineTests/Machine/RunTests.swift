import Glibc
import OSVCEngine
import Testing

/// Programs are really run: what is tested is what the kernel does with them.
@EngineActor
@Suite struct RunTests {
    let host: LinuxHost

    init() throws {
        host = try LinuxHost()
    }

    @Test func `output, errors and the exit code are the program's`() async throws {
        let result = try await host.run(shell("echo out; echo err >&2; exit 7"))
        #expect(result.code == 7)
        #expect(result.signal == nil)
        #expect(result.outputText == "out\n")
        #expect(result.errorText == "err\n")
        #expect(!result.truncated)
    }

    @Test func `a signal that ends a program is told`() async throws {
        let result = try await host.run(shell("kill -9 $$"))
        #expect(result.code == 137)
        #expect(result.signal == SIGKILL)
        #expect(!result.timedOut)
    }

    @Test func `the exit decides, not the end of output that something left behind holds`()
        async throws
    {
        let result = try await host.run(shell("echo begun; sleep \(marker(1)) & exit 3"))
        #expect(result.code == 3)
        #expect(result.outputText == "begun\n")
        let left = try host.running("\(marker(1))")
        #expect(left.count == 1)
        for process in left { try host.signal(SIGKILL, to: .process(process.pid)) }
    }

    @Test func `of long output the head and the tail are kept`() async throws {
        let command = shell("printf 'abcdefgh'; head -c 1000000 /dev/zero; printf 'stuvwxyz'") {
            $0.outputLimit = 10
        }
        let result = try await host.run(command)
        #expect(result.truncated)
        #expect(result.outputText == "abcdevwxyz")
    }

    @Test func `a megabyte of output is kept when it is allowed`() async throws {
        let command = shell("head -c 1000000 /dev/zero") { $0.outputLimit = 1_000_000 }
        let result = try await host.run(command)
        #expect(!result.truncated)
        #expect(result.standardOutput.count == 1_000_000)
    }

    @Test func `a program that is not installed is missing`() async {
        await #expect(throws: HostError.programMissing("no-such-program")) {
            try await host.run(Command(["no-such-program"]))
        }
        await #expect(throws: HostError.programMissing("/no/such/program")) {
            try await host.run(Command(["/no/such/program"]))
        }
    }

    @Test func `a file without execute bits is no program`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("plain", "#!/bin/sh\n")
        await #expect(throws: HostError.programMissing(path)) {
            try await host.run(Command([path]))
        }
        #expect(host.findProgram(path) == nil)
    }

    @Test func `a text without interpreter line is not given to a shell`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("text", "exit 0\n", mode: 0o755)
        await #expect(throws: HostError.cannotExecute(path, errno: ENOEXEC)) {
            try await host.run(Command([path]))
        }
    }

    @Test func `a script whose interpreter is missing cannot be executed`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("script", "#!/no/such/shell\n", mode: 0o755)
        let error = HostError.interpreterMissing(path, interpreter: "/no/such/shell")
        await #expect(throws: error) { try await host.run(Command([path])) }
        guard host.userID == 0 else { return }
        await #expect(throws: error) { try await host.run(Command([path], user: "12")) }
    }

    @Test func `a script with the line ends of other systems is named as one`() async throws {
        let scratch = try Scratch()
        let path = try scratch.write("script", "#!/bin/sh\r\nexit 0\r\n", mode: 0o755)
        let error = HostError.interpreterMissing(path, interpreter: "/bin/sh\r")
        await #expect(throws: error) { try await host.run(Command([path])) }
        #expect(
            error.description
                == "\(path) execution error (its interpreter '/bin/sh\\r' does not exist: the lines of"
                + " the file end in CR LF)"
        )
    }

    @Test func `a directory that is missing is named, not the program`() async {
        let command = Command(["true"], directory: "/no/such/place")
        await #expect(
            throws: HostError.system(call: "chdir", subject: "/no/such/place", errno: ENOENT)
        ) { try await host.run(command) }
    }

    @Test func `a program gets descriptors 0, 1 and 2 and no other`() async throws {
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        let result = try await host.run(Command(["ls", "/proc/self/fd"]))
        // 3 is the directory that ls reads.
        #expect(result.outputText == "0\n1\n2\n3\n")
    }

    @Test func `no signal is blocked or ignored in a program`() async throws {
        let result = try await host.run(Command(["cat", "/proc/self/status"]))
        let lines = result.outputText.split(separator: "\n")
        #expect(lines.contains("SigBlk:\t0000000000000000"))
        let ignored = lines.first { $0.hasPrefix("SigIgn:\t") }.flatMap {
            UInt64($0.dropFirst(8), radix: 16)
        }
        // The C library keeps signals 32 and 33 for itself.
        #expect(try #require(ignored) & ~0x1_8000_0000 == 0)
    }

    @Test func `a program leads a session of its own`() async throws {
        let result = try await host.run(shell("cut -d ' ' -f 1,5,6 /proc/$$/stat; exit 0"))
        let numbers = result.outputText.split(whereSeparator: \.isWhitespace)
        #expect(Set(numbers).count == 1)
    }

    @Test func `standard input is given whole`() async throws {
        let input = [UInt8](repeating: 0x61, count: 1_000_000)
        let result = try await host.run(Command(["wc", "-c"], input: input))
        #expect(result.outputText == "1000000\n")
    }

    @Test func `input that is not read holds nobody up`() async throws {
        let input = [UInt8](repeating: 0x61, count: 1_000_000)
        #expect(try await host.run(Command(["true"], input: input)).code == 0)
    }

    @Test func `without input a program reads the end at once`() async throws {
        #expect(try await host.run(Command(["wc", "-c"])).outputText == "0\n")
    }

    @Test func `the environment is PATH, LANG, the host's and the command's, and no more`()
        async throws
    {
        setenv("OSVC_TEST_LEAK", "1", 1)
        host.childEnvironment = ["OPENSVC_SVCNAME": "p26", "X": "host"]
        let first = try await host.run(Command(["env"]))
        let second = try await host.run(Command(["env"], environment: ["X": "command"]))
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        #expect(known(first) == ["LANG=C", "OPENSVC_SVCNAME=p26", path, "X=host"])
        #expect(known(second) == ["LANG=C", "OPENSVC_SVCNAME=p26", path, "X=command"])
        #expect(mark(first) != nil)
        #expect(mark(first) != mark(second))
        var alone = Command(["env"], environment: ["Y": "command"])
        alone.hasOwnEnvironment = true
        #expect(known(try await host.run(alone)) == ["LANG=C", path, "Y=command"])
    }

    private func known(_ result: CommandResult) -> [String] {
        result.outputText.split(separator: "\n").map(String.init)
            .filter { !$0.hasPrefix("OSVC_CALL=") }.sorted()
    }

    private func mark(_ result: CommandResult) -> Substring? {
        result.outputText.split(separator: "\n").first { $0.hasPrefix("OSVC_CALL=") }
    }

    @Test func `a program that falls silent is ended`() async throws {
        let result = try await host.run(
            shell("echo a; sleep \(marker(30))") { $0.silence = .milliseconds(200) }
        )
        #expect(result.timedOut)
        #expect(result.outputText == "a\n")
    }

    @Test func `one that goes on writing is not`() async throws {
        let script = "for i in 1 2 3 4 5 6; do echo; sleep 0.1; done"
        let result = try await host.run(shell(script) { $0.silence = .seconds(10) })
        #expect(result.code == 0)
    }

    @Test func `both streams go to a file, which is truncated or appended to`() async throws {
        let scratch = try Scratch()
        let log = scratch.file("log")
        let script = "echo out; echo err >&2"
        _ = try await host.run(shell(script) { $0.output = .file(log, append: false) })
        _ = try await host.run(shell(script) { $0.output = .file(log, append: true) })
        #expect(try host.readFile(log, limit: 100) == Array("out\nerr\nout\nerr\n".utf8))
        _ = try await host.run(shell(script) { $0.output = .file(log, append: false) })
        #expect(try host.readFile(log, limit: 100) == Array("out\nerr\n".utf8))
        #expect(try host.fileInfo(log)?.mode == 0o640)
    }

    @Test func `a NUL byte in an argument is refused, not cut at`() async {
        await #expect(
            throws: HostError.malformed(
                subject: "an argument of a program",
                problem: "holds a NUL byte"
            )
        ) { try await host.run(Command(["echo", "a\0b"])) }
    }

    @Test func `a user that does not exist is named`() async {
        await #expect(throws: HostError.unknownUser("nobody-at-all")) {
            try await host.run(Command(["id"], user: "nobody-at-all"))
        }
    }

    @Test(.enabled(if: getuid() == 0, "changes the user"))
    func `a program runs as its user, with its groups and home`() async throws {
        let user = try await host.run(shell("id -un; echo $HOME") { $0.user = "daemon" })
        #expect(user.outputText == "daemon\n/usr/sbin\n")
        let both = try await host.run(
            Command(["id", "-u", "-n"], user: "daemon", group: "mail")
        )
        #expect(both.outputText == "daemon\n")
        let group = try await host.run(
            Command(["id", "-g", "-n"], user: "daemon", group: "mail")
        )
        #expect(group.outputText == "mail\n")
    }

    @Test func `a program that stays is in a session of its own and outlives the call`()
        async throws
    {
        let pid = try await host.spawn(Command(["sleep", "\(marker(2))"])).pid
        // The kernel shows what a program is called with a moment after it has begun it.
        var found = try host.running("\(marker(2))").first
        for _ in 0..<1000 where found == nil {
            try await host.sleep(.milliseconds(2))
            found = try host.running("\(marker(2))").first
        }
        let entry = try #require(found)
        #expect(entry.pid == pid)
        #expect(entry.group == pid)
        #expect(entry.arguments == ["sleep", "\(marker(2))"])
        let environment = try #require(try host.readFile("/proc/\(pid)/environ", limit: 1 << 20))
        #expect(environment.split(separator: 0).contains { $0.elementsEqual("LANG=C".utf8) })
        try host.signal(SIGKILL, to: .group(pid))
        await #expect(throws: HostError.programMissing("no-such-program")) {
            try await host.spawn(Command(["no-such-program"]))
        }
    }
}
