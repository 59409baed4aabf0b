import Glibc
import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// Which files decide what a command does (decisions.md 52).
@EngineActor
struct ProgramTrustTests {
    private let host = FakeHost()

    private func files(of words: [String], in directory: String = "/") -> [String] {
        // Whatever is judged is found wanting, and named.
        host.files["/srv/hers"] = FakeFile(info: FileInfo(kind: .directory, owner: 12, mode: 0o755))
        for name in ["prog", "interp", "s.sh"] {
            host.files["/srv/hers/\(name)"] = FakeFile(
                info: FileInfo(kind: .file, owner: 12, mode: 0o755),
                contents: []
            )
        }
        host.files["/srv/hers/l"] = FakeFile(
            info: FileInfo(kind: .file, owner: 12, mode: 0o644),
            contents: []
        )
        let trust = ProgramTrust(host, in: Layout(root: "/opt"), isStarting: true) { _ in }
        return trust.problems(of: Command(words, directory: directory)).compactMap {
            $0.split(separator: " ").first.map(String.init)
        }
    }

    @Test(arguments: [
        ["/srv/hers/prog"], ["/bin/sh", "/srv/hers/prog"], ["timeout", "5", "/srv/hers/prog"],
        ["/usr/bin/env", "A=b", "/srv/hers/prog"], ["/bin/sh", "-c", "/srv/hers/prog"],
    ])
    func `the program, and the script that it interprets`(words: [String]) {
        #expect(files(of: words) == ["/srv/hers/prog"])
    }

    @Test(arguments: [["sh", "prog"], ["sh", "-e", "prog"]])
    func `a relative name counts from the directory of the command`(words: [String]) {
        #expect(files(of: words, in: "/srv/hers").map(\.fileName) == ["prog"])
        #expect(files(of: words, in: "/srv") == [])
    }

    @Test(arguments: [
        "#!/srv/hers/interp\nexit 0\n", "#! /srv/hers/interp -e", "#!\t/srv/hers/interp",
        "#!/usr/bin/env /srv/hers/interp\n",
    ])
    func `what a script's first line names`(text: String) {
        host.files["/srv/prog"] = FakeFile(contents: Array(text.utf8), mode: 0o755)
        #expect(files(of: ["/srv/prog"]) == ["/srv/hers/interp"])
        #expect(files(of: ["/bin/sh", "/srv/prog"]) == ["/srv/hers/interp"])
    }

    @Test(arguments: ["exit 0\n#!/srv/hers/interp\n", "", "#!", "#!\n", "# !/srv/hers/interp"])
    func `a program without such a line names nothing`(text: String) {
        host.files["/srv/prog"] = FakeFile(contents: Array(text.utf8), mode: 0o755)
        #expect(files(of: ["/srv/prog"]) == [])
    }

    @Test(.enabled(if: getuid() == 0, "makes a file of another user"))
    func `a script is not judged by another whose name is the same text`() throws {
        let scratch = try Scratch()
        chmod(scratch.path, 0o755)
        let interpreter = try scratch.write("interpreter", "", mode: 0o755)
        chown(interpreter, 12, 12)
        let good = try scratch.write("caf\u{e9}", "#!/bin/sh\n", mode: 0o755)
        let bad = try scratch.write("cafe\u{301}", "#!\(interpreter)\n", mode: 0o755)
        let trust = ProgramTrust(
            try LinuxHost(),
            in: Layout(root: scratch.path),
            isStarting: true
        ) { _ in }
        #expect(!trust.problems(of: Command([good])).contains { $0.begins(interpreter) })
        #expect(trust.problems(of: Command([bad])).contains { $0.begins(interpreter) })
    }

    @Test(arguments: [
        ["python3.11", "/srv/hers/prog"],
        ["start-stop-daemon", "--start", "--exec", "/srv/hers/prog"],
        ["start-stop-daemon", "--start", "--exec=/srv/hers/prog"],
        ["flock", "/srv/hers/l", "/srv/hers/prog"],
        ["/bin/sh", "-c", "/srv/hers/prog start"],
        ["bash", "-lc", "cd /; exec '/srv/hers/prog' start"],
        ["sh", "-c", "A=b /srv/hers/prog&", "x"],
        ["sh", "-c", "exec \"$@\"", "sh", "/srv/hers/prog"],
        ["/opt/own", "-x", "/srv/hers/prog"],
        ["flock", "/srv/hers/l", "-c", "/srv/hers/prog start"],
        ["sh", "-c", "nice sh -c '/srv/hers/prog'"], ["su", "-", "root", "-c", "/srv/hers/prog"],
    ])
    func `an executable file that any word names`(words: [String]) {
        #expect(files(of: words) == ["/srv/hers/prog"])
    }

    @Test(arguments: [
        ["perl5.36", "/srv/hers/l"], ["timeout", "5", "python3", "/srv/hers/l"],
        ["start-stop-daemon", "--exec", "/usr/bin/python3", "--", "/srv/hers/l"],
        ["sh", "-c", "true && . /srv/hers/l"], ["java", "-jar", "/srv/hers/l", "x"],
        ["bash", "--rcfile", "/srv/hers/l", "/srv/x"],
        ["/opt/own", "/usr/bin/python3", "/srv/hers/l"],
    ])
    func `the script of an interpreter, executable or not`(words: [String]) {
        host.files["/usr/bin/python3"] = FakeFile(mode: 0o755)
        #expect(files(of: words) == ["/srv/hers/l"])
    }

    @Test(arguments: [
        ["/usr/sbin/httpd", "-f", "/srv/hers/l"], ["python3", "/srv/x", "/srv/hers/l"],
        ["python3", "-c", "pass", "/srv/hers/l"], ["flock", "/srv/hers/l", "/srv/x"],
        ["timeout", "5", "umount", "/srv/hers/prog"], ["sh", "-c", "/srv/x </srv/hers/l"],
        ["chmod", "+x", "/srv/hers/prog"], ["java", "-Dx=/srv/hers/l", "Main", "/srv/hers/l"],
        ["env", "C=/srv/hers/l", "/srv/x"],
    ])
    func `a file that is only read is not judged`(words: [String]) {
        host.files["/srv/x"] = FakeFile(mode: 0o755)
        #expect(files(of: words) == [])
    }

    /// The user 12 owns the program.
    @Test(
        arguments: [
            (["su", "-", "her", "-c", "/srv/hers/prog"], true),
            (["runuser", "-u", "her", "--", "/srv/hers/prog"], true),
            (["setpriv", "--reuid=12", "/srv/hers/prog"], true),
            (["sudo", "/srv/hers/prog", "her"], false),
            (["start-stop-daemon", "--start", "--user", "her", "--exec", "/srv/hers/prog"], false),
            (["start-stop-daemon", "--chuid", "her:x", "--exec", "/srv/hers/prog"], true),
        ] as [([String], Bool)]
    )
    func `the user that a word names may own what is run as that user`(
        words: [String],
        isHers: Bool
    ) {
        host.files["/etc/passwd"] = FakeFile("her:x:12:12::/:/bin/sh\n")
        #expect(files(of: words) == (isHers ? [] : ["/srv/hers/prog"]))
    }

    @Test func `a stop looks at no words but those of what runs another program`() {
        let trust = ProgramTrust(host, in: Layout(root: "/opt"), isStarting: false) { _ in }
        trust.isGoingDown = true
        host.files["/srv/hers/prog"] = FakeFile(mode: 0o777)
        #expect(trust.problems(of: Command(["/opt/own", "/srv/hers/prog"])) == [])
        #expect(trust.problems(of: Command(["flock", "/l", "/srv/hers/prog"])).count == 1)
    }

    @Test func `words that name no file are no script`() {
        #expect(files(of: ["/bin/sh", "-c", "cd /srv/hers && ./prog"]) == [])
        #expect(files(of: ["/bin/cat", "/srv/hers/s.sh"]) == [])
    }
}
