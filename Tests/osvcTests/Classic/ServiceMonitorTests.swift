import OSVCEngine
import OSVCTestSupport
import Testing

@testable import osvc

/// `svcmon`, alone and with the processes that ask for it.
@EngineActor
struct ServiceMonitorTests {
    private let fixture = CommandFixture()

    /// The rows of the table, cells joined by single blanks.
    private var rows: [String] {
        fixture.output.split(separator: "\n").dropFirst(3)
            .map { $0.split(separator: " ").joined(separator: " ") }
    }

    private static func row(_ name: String, fs: String, frozen: String = "False") -> String {
        "\(name) TST hosted n/a n/a n/a \(fs) n/a n/a n/a n/a \(fs) \(fs) \(frozen)"
    }

    // MARK: The table

    @Test func `each service is a row, by name`() async {
        for name in ["b", "a"] { fixture.service(name) }
        fixture.raise("b.a")
        #expect(await fixture.type("svcmon") == 0)
        #expect(rows == [Self.row("a", fs: "down"), Self.row("b", fs: "up")])
    }

    @Test func `a column is as wide as the longest name, and no line ends in blanks`() async {
        fixture.service("a-service-with-a-long-name")
        fixture.service("ä")
        _ = await fixture.type("svcmon")
        let lines = fixture.output.split(separator: "\n")
        #expect(lines.allSatisfy { $0.last != " " })
        let types = lines.dropFirst(3).map { line in
            line.split(separator: "TST", maxSplits: 1)[0].count
        }
        #expect(types == [27, 27])
    }

    @Test(arguments: ["svcmon", "osvc mon"])
    func `--service limits the table, and names what is no service`(program: String) async {
        for name in ["a", "b", "c"] { fixture.service(name) }
        #expect(await fixture.type("\(program) -s c,a") == 0)
        #expect(rows == [Self.row("a", fs: "down"), Self.row("c", fs: "down")])
        #expect(await fixture.type("\(program) -s c,a,nosuch") == 1)
        #expect(rows == [Self.row("a", fs: "down"), Self.row("c", fs: "down")])
        #expect(fixture.log.first?.hasPrefix("ERROR NOSUCH there is no service 'nosuch'") == true)
    }

    @Test func `a service that cannot be loaded has a row that says so, and the code is 1`() async {
        fixture.service("web")
        fixture.write("[DEFAULT\n", to: "bad.env")
        #expect(await fixture.type("svcmon") == 1)
        #expect(rows.first?.hasPrefix("bad - - undef ") == true)
        #expect(rows.first?.hasSuffix(" - cannot be loaded") == true)
        #expect(rows.last == Self.row("web", fs: "down"))
    }

    @Test func `a service of other nodes has no row and does not count`() async {
        fixture.service("web")
        fixture.service("far", "nodes = n8 n9")
        #expect(await fixture.type("svcmon") == 0)
        #expect(rows == [Self.row("web", fs: "down")])
    }

    @Test func `a frozen service is marked, and on a frozen node each is`() async {
        for name in ["a", "b"] { fixture.service(name) }
        fixture.host.files["\(fixture.root)/var/FROZEN.b"] = FakeFile("")
        _ = await fixture.type("svcmon")
        #expect(
            rows == [Self.row("a", fs: "down"), Self.row("b", fs: "down", frozen: "True")]
        )
        fixture.host.files["\(fixture.root)/var/FROZEN"] = FakeFile("")
        _ = await fixture.type("svcmon")
        #expect(rows.allSatisfy { $0.hasSuffix(" True") })
    }

    @Test func `osvc mon is svcmon`() async {
        fixture.service("web")
        #expect(await fixture.type("svcmon") == 0)
        let table = fixture.output
        #expect(await fixture.type("osvc mon") == 0)
        #expect(fixture.output == table)
    }

    @Test func `--updatedb waits for nobody and leaves no lock behind`() async {
        fixture.service("web")
        for _ in 0..<2 { #expect(await fixture.type("svcmon --updatedb --maxdelaydb 10") == 0) }
    }

    // MARK: Trees

    @Test func `--verbose shows the tree of each`() async {
        for name in ["a", "b"] { fixture.service(name, flags: "x") }
        #expect(await fixture.type("svcmon --verbose") == 0)
        let heads = fixture.output.split(separator: "\n").filter { $0 == "a" || $0 == "b" }
        #expect(heads == ["a", "b"])
        #expect(fixture.output.contains("/run/b.x"))
    }

    @Test func `the tree of a service that cannot be loaded says so, and the code is 1`() async {
        fixture.service("web")
        fixture.write("[DEFAULT\n", to: "bad.env")
        fixture.service("far", "nodes = n8 n9")
        #expect(await fixture.type("svcmon --verbose") == 1)
        let note = String(repeating: " ", count: 35) + "# cannot be loaded"
        #expect(fixture.output.hasPrefix("bad\noverall                   undef\n\(note)\nweb\n"))
        #expect(!fixture.output.contains("far"))
    }

    // MARK: Another process

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
    }
}
