import OSVCEngine
import Testing

@testable import osvc

/// What `svcmon` makes of a process that looks at services for it.
struct RowProcessTests {
    private func row(_ name: String) -> ServiceTable.Row {
        ServiceTable.Row(
            name: name,
            type: "TST",
            mode: "hosted",
            groups: [.fs: .up],
            avail: .up,
            overall: .warn,
            isFrozen: true
        )
    }

    private func answer(_ lines: [String], code: Int32 = 0, signal: Int32? = nil) -> RowAnswer {
        let output = Array(lines.map { $0 + "\n" }.joined().utf8)
        return RowAnswer(CommandResult(code: code, signal: signal, standardOutput: output))
    }

    @Test func `a row is the same on the other side`() throws {
        let line = RowRecord.row(row("a")).line
        let found = try #require(answer([RowRecord.asking("a").line, line]).rows.first)
        #expect(ServiceTable(rows: [found]).text == ServiceTable(rows: [row("a")]).text)
    }

    /// The columns are those of the head.
    @Test func `each group has its column`() {
        let row = ServiceTable.Row(
            name: "a",
            type: "T",
            mode: "m",
            groups: [
                .container: .notApplicable, .ip: .up, .disk: .down, .fs: .warn, .share: .undefined,
                .app: .standbyUp, .hb: .standbyDown, .sync: .todo,
            ],
            avail: .up,
            overall: .warn,
            isFrozen: false
        )
        let line = ServiceTable(rows: [row]).text.split(separator: "\n").last ?? ""
        #expect(
            line.split(separator: "  ").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty } == [
                "a", "T", "m", "n/a", "up", "down", "warn", "undef", "stdby up",
                "stdby down todo", "up", "warn", "False",
            ]
        )
    }

    @Test func `what ends the process costs the service that it was asking`() {
        let answer = answer(
            [
                RowRecord.asking("a").line, RowRecord.row(row("a")).line, "send it ... OK",
                RowRecord.asking("b").line, RowRecord.leftOut("b").line, RowRecord.asking("c").line,
            ],
            code: 139,
            signal: 11
        )
        #expect(answer.begun == 3)
        #expect(answer.rows.map(\.name) == ["a"])
        #expect(answer.ended?.name == "c")
        #expect(answer.ended?.problem == "cannot be asked (ended by signal 11)")
        #expect(answer.others == ["send it ... OK"])
    }

    @Test func `what ends it between two services costs none`() {
        let answer = answer(
            [RowRecord.asking("a").line, RowRecord.row(row("a")).line],
            code: 137,
            signal: 9
        )
        #expect(answer.begun == 1)
        #expect(answer.ended == nil)
    }

    @Test func `a service that cannot be loaded is a row that says so`() throws {
        let bad = ServiceTable.Row(of: "bad.example.com", problem: "cannot be loaded")
        let record = RowRecord.row(bad).line
        let found = try #require(answer([RowRecord.asking(bad.name).line, record]).rows.first)
        #expect(found.problem == "cannot be loaded")
        let table = ServiceTable(rows: [row("a"), found])
        #expect(!table.isWhole)
        #expect(
            table.text.split(separator: "\n").last?.split(separator: " ").joined(separator: " ")
                == "bad.example.com - - undef undef undef undef undef undef undef undef undef undef -"
                + " cannot be loaded"
        )
    }

    @Test(
        arguments: [
            "", "\t", "row", "row\t", "row\ta\tb", "refused", "refused\ta", "asking",
            "asking\ta\tb", "x",
            "row\ta\tT\thosted\t0\t0\t0\t0\t0\t0\t0\t0\t0\t99\t0",
        ]
    )
    func `other lines are no records`(line: String) {
        if let record = RowRecord(line[...]) { Issue.record("\(record)") }
    }

    @Test func `a name or a type of several lines or cells is one cell`() throws {
        var odd = row("a")
        odd.type = "x\ty\nz"
        #expect(try #require(answer([RowRecord.row(odd).line]).rows.first).type == "x y z")
    }
}
