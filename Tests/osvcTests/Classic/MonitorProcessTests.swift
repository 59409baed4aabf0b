import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `svcmon` and the processes that ask for it, from both sides.
@EngineActor
struct MonitorProcessTests {
    private let fixture = CommandFixture()

    /// The rows of the table, cells joined by single blanks.
    private var rows: [String] {
        fixture.output.split(separator: "\n").dropFirst(3)
            .map { $0.split(separator: " ").joined(separator: " ") }
    }

    private static func row(_ name: String, fs: String) -> String {
        "\(name) TST hosted n/a n/a n/a \(fs) n/a n/a n/a n/a \(fs) \(fs) False"
    }

    /// A service that another process asks.
    private func asked(_ name: String) {
        fixture.service(name)
        fixture.monitorProgram = ["/bin/osvc", "mon"]
        fixture.host.refusals["sleep"] = .malformed(subject: "sleep", problem: "")
    }

    private func record(_ name: String, fs: Status) -> String {
        let row = ServiceTable.Row(
            name: name,
            type: "TST",
            mode: "hosted",
            groups: [.fs: fs],
            avail: fs,
            overall: fs,
            isFrozen: false
        )
        return "\(RowRecord.asking(name).line)\n\(RowRecord.row(row).line)\n"
    }

    @Test func `services are asked by another process`() async {
        asked("a")
        fixture.service("b")
        fixture.host.files["/proc/self/environ"] = FakeFile("CALLER=me\0")
        let output = record("a", fs: .up) + "send it ... OK\n" + record("b", fs: .warn)
        fixture.host.expect("/bin/osvc mon --rows", output: output, error: "a complaint\n")
        #expect(await fixture.type("svcmon") == 0)
        #expect(fixture.output.hasPrefix("send it ... OK\n"))
        #expect(fixture.output.contains("\na       TST"))
        #expect(fixture.output.contains("warn"))
        #expect(fixture.errors == "a complaint\n")
        guard case .run(let command) = fixture.host.orders.last else {
            Issue.record("nothing was run")
            return
        }
        #expect(command.input == Array("a\nb\n".utf8))
        #expect(command.environment["OSVC_ROOT"] == fixture.root)
        #expect(command.environment["CALLER"] == "me")
        #expect(command.silence == .seconds(30) && command.killAfter == .seconds(1))
        #expect(command.logging == .quiet)
        #expect(fixture.interruptions.looksInParts == 1)
    }

    @Test func `the next process asks those after the one that ended the first`() async {
        for name in ["a", "b", "c"] { asked(name) }
        let line = "/bin/osvc mon --rows"
        let begun = record("a", fs: .up) + RowRecord.asking("b").line + "\n"
        fixture.host.expect(
            line,
            result: CommandResult(code: 139, signal: 11, standardOutput: Array(begun.utf8))
        )
        fixture.host.expect(line, output: record("c", fs: .up))
        #expect(await fixture.type("svcmon") == 1)
        #expect(rows.map { $0.prefix(1) } == ["a", "b", "c"])
        #expect(rows[1].hasSuffix(" - cannot be asked (ended by signal 11)"))
        #expect(rows[2] == Self.row("c", fs: "up"))
        let inputs = fixture.host.orders.compactMap { order -> String? in
            guard case .run(let command) = order else { return nil }
            return String(decoding: command.input ?? [], as: UTF8.self)
        }
        #expect(inputs == ["a\nb\nc\n", "c\n"])
    }

    @Test func `without another process the services are asked here`() async {
        asked("a")
        fixture.host.expect("/bin/osvc mon --rows", failing: .programMissing("/bin/osvc"))
        #expect(await fixture.type("svcmon") == 0)
        #expect(rows.count == 1)
        fixture.host.expect("/bin/osvc mon --rows", code: 1)
        #expect(await fixture.type("svcmon") == 0)
        #expect(rows.count == 1)
    }

    @Test func `a node with many services shares them among processes`() async {
        for number in 100..<300 { fixture.service("s\(number)") }
        fixture.monitorProgram = ["/bin/osvc", "mon"]
        fixture.host.refusals["sleep"] = .malformed(subject: "sleep", problem: "")
        fixture.host.expect("/bin/osvc mon --rows --debug", output: "")
        fixture.host.expect("/bin/osvc mon --debug --rows", output: "")
        #expect(await fixture.type("svcmon --debug") == 0)
        #expect(rows == (100..<300).map { Self.row("s\($0)", fs: "down") })
        #expect(fixture.host.commands.count == min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 4))
    }

    @Test func `a tree comes from another process`() async {
        for name in ["a", "b", "c"] { asked(name) }
        let line = "/bin/osvc mon --verbose --rows"
        let shown = "\(RowRecord.asking("a").line)\na\ntree of a\n\(RowRecord.leftOut("a").line)\n"
        fixture.host.expect(line, output: shown)
        var hung = CommandResult(
            code: 137,
            standardOutput: Array("\(RowRecord.asking("b").line)\n".utf8)
        )
        hung.timedOut = true
        fixture.host.expect(line, result: hung)
        fixture.host.expect(line, failing: .programMissing("/bin/osvc"))
        #expect(await fixture.type("svcmon --verbose") == 1)
        let note = String(repeating: " ", count: 35) + "# cannot be asked (no answer)"
        #expect(
            fixture.output.hasPrefix(
                "a\ntree of a\nb\noverall                   undef\n\(note)\nc\noverall"
            )
        )
    }

    @Test func `one tree of another process that cannot be loaded makes the code 1`() async {
        for name in ["a", "b"] { asked(name) }
        let line = "/bin/osvc mon --verbose --rows"
        let refused = RowRecord.row(ServiceTable.Row(of: "a", problem: "cannot be loaded")).line
        fixture.host.expect(line, output: "\(RowRecord.asking("a").line)\na\n\(refused)\n")
        fixture.host.expect(
            line,
            output: "\(RowRecord.asking("b").line)\nb\n\(RowRecord.leftOut("b").line)\n"
        )
        #expect(await fixture.type("svcmon --verbose") == 1)
    }

    @Test func `while a service is asked, the process says that it lives`() async {
        fixture.write(
            """
            local osvc = require "osvc.v1"
            return osvc.service "web" { nodes = { "n1" },
              osvc.app { osvc.launcher "a" { S = 10, status = { "/bin/slow" } } },
            }
            """,
            to: "web.lua"
        )
        fixture.host.slow = ["/bin/slow"]
        fixture.host.expect("/bin/slow")
        fixture.input = "web\n"
        #expect(await fixture.type("svcmon --rows") == 0)
        let alive = RowRecord.alive.line
        #expect(fixture.output.split(separator: "\n").count { $0 == alive } > 1)
        let output = fixture.output
        for _ in 0..<100 { await Task.yield() }
        #expect(fixture.output == output)
    }

    @Test func `a process that asks for another one writes records`() async {
        fixture.service("web")
        fixture.service("far", "nodes = n8 n9")
        fixture.write("[DEFAULT\n", to: "bad.env")
        fixture.host.refusals["sleep"] = .malformed(subject: "sleep", problem: "")
        fixture.input = "web\nfar\nbad\n"
        #expect(await fixture.type("svcmon --rows") == 0)
        let answer = RowAnswer(
            CommandResult(code: 0, standardOutput: Array(fixture.output.utf8))
        )
        #expect(answer.begun == 3 && answer.ended == nil && answer.others == [])
        #expect(answer.rows.map(\.name) == ["web", "bad"])
        #expect(answer.refused.map(\.name) == ["bad"])
    }

    @Test func `a process that shows trees for another one says whose`() async {
        fixture.service("web")
        fixture.write("[DEFAULT\n", to: "bad.env")
        fixture.host.refusals["sleep"] = .malformed(subject: "sleep", problem: "")
        fixture.input = "web\nbad\n"
        #expect(await fixture.type("svcmon --rows --verbose") == 0)
        let answer = RowAnswer(
            CommandResult(code: 0, standardOutput: Array(fixture.output.utf8))
        )
        #expect(answer.begun == 2 && answer.ended == nil)
        #expect(answer.refused.map(\.name) == ["bad"])
        #expect(answer.others.first == "web")
        #expect(answer.others.contains("bad"))
        fixture.input = "web\n"
        #expect(await fixture.type("svcmon --rows --verbose") == 0)
        let last = RowAnswer(CommandResult(code: 0, standardOutput: Array(fixture.output.utf8)))
        #expect(last.begun == 1 && last.ended == nil)
    }

    @Test func `a name of several lines has a row and a tree that say so`() async {
        fixture.service("web")
        fixture.monitorProgram = ["/bin/osvc", "mon"]
        fixture.host.refusals["sleep"] = .malformed(subject: "sleep", problem: "")
        fixture.host.files["\(fixture.etc)/a\nb.env"] = FakeFile("")
        fixture.host.expect("/bin/osvc mon --rows", output: record("web", fs: .up))
        fixture.host.expect(
            "/bin/osvc mon --verbose --rows",
            output: "\(RowRecord.asking("web").line)\nweb\n\(RowRecord.leftOut("web").line)\n"
        )
        #expect(await fixture.type("svcmon") == 1)
        let problem = "has control characters in its name: rename its file"
        #expect(rows.contains { $0.hasPrefix("a?b - - ") && $0.hasSuffix(problem) })
        #expect(await fixture.type("svcmon --verbose") == 1)
        #expect(fixture.output.hasPrefix("a?b\noverall") && fixture.output.contains(problem))
    }
}
