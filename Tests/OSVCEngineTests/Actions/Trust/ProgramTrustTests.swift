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

    @Test func `words that name no file are no script`() {
        #expect(files(of: ["/bin/sh", "-c", "cd /srv/hers && ./prog"]) == [])
        #expect(files(of: ["/bin/cat", "/srv/hers/s.sh"]) == [])
    }
}
