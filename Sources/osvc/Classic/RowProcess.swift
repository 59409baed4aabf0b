import OSVCEngine

/// The process that looks at a part of the services for `svcmon`.
///
/// It is called with `--rows`: the names come on standard input, one per line, and what it finds goes to
/// standard output as records, between the other lines that a load may write there.
enum RowProcess {
    @EngineActor
    static func command(_ program: [String], _ names: [String], _ services: NodeServices) -> Command
    {
        // Programs of classic services get the environment of osvc. If it cannot be read, the services are
        // refused, each with the reason.
        var environment = (try? services.context.environment.whole(services.host)) ?? [:]
        environment["OSVC_ROOT"] = services.layout.root
        var command = Command(
            program + ["--rows"],
            environment: environment,
            input: Array(names.map { $0 + "\n" }.joined().utf8),
            logging: .quiet,
            outputLimit: 16 << 20
        )
        command.silence = silence
        command.killAfter = .seconds(1)
        return command
    }

    /// How often such a process reports that it lives, while it waits for an answer.
    static let pulse = Duration.seconds(5)
    /// After this silence the process counts as hanging: a launcher has stopped it, or a file system does not answer.
    private static let silence = Duration.seconds(30)
}

/// One record of such a process.
enum RowRecord {
    /// The service that is asked from now on.
    case asking(String)
    case row(ServiceTable.Row)
    /// The service was asked; it has no row.
    case leftOut(String)
    /// The process lives, and waits for an answer.
    case alive

    private static let (askingMark, rowMark, refusedMark, leftOutMark, aliveMark) =
        ("asking", "row", "refused", "leftout", "alive")

    var line: String {
        switch self {
        case .asking(let name): "\(Self.askingMark)\t\(name)"
        case .leftOut(let name): "\(Self.leftOutMark)\t\(name)"
        // Two fields, so that no line of a load is mistaken for it.
        case .alive: "\(Self.aliveMark)\t"
        case .row(let row):
            if let problem = row.problem {
                "\(Self.refusedMark)\t\(row.name)\t\(problem)"
            } else {
                ([Self.rowMark] + row.fields).joined(separator: "\t")
            }
        }
    }

    /// Nil: the line is not a record.
    init?(_ line: Substring) {
        let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        switch (cells[0], cells.count) {
        case (Self.askingMark, 2): self = .asking(cells[1])
        case (Self.leftOutMark, 2): self = .leftOut(cells[1])
        case (Self.aliveMark, 2): self = .alive
        case (Self.refusedMark, 3):
            self = .row(ServiceTable.Row(of: cells[1], problem: cells[2]))
        case (Self.rowMark, _):
            guard let row = ServiceTable.Row(fields: cells.dropFirst()) else { return nil }
            self = .row(row)
        default: return nil
        }
    }
}

/// What such a process found before its end.
struct RowAnswer {
    /// The number of services that it began to ask, in the order of the names.
    private(set) var begun = 0
    private(set) var rows: [ServiceTable.Row] = []
    /// The service that it was asking when something ended it; nil: it was asking none.
    private(set) var ended: ServiceTable.Row?
    /// Lines that are not records.
    private(set) var others: [Substring] = []

    /// The rows of those that could not be loaded.
    var refused: [ServiceTable.Row] { rows.filter { $0.problem != nil } }

    init(_ result: CommandResult) {
        var asked: String?
        for line in result.outputText.split(separator: "\n") {
            switch RowRecord(line) {
            case .asking(let name):
                asked = name
                begun += 1
            case .row(let row):
                asked = nil
                rows.append(row)
            case .leftOut: asked = nil
            case .alive: continue
            case nil: others.append(line)
            }
        }
        guard let asked else { return }
        let how =
            result.timedOut
            ? "no answer"
            : "ended by " + (result.signal.map { "signal \($0)" } ?? "exit code \(result.code)")
        ended = ServiceTable.Row(of: asked, problem: "cannot be asked (\(how))")
    }
}

extension ServiceTable.Row {
    /// The row as another process of osvc reads it.
    fileprivate var fields: [String] {
        let statuses =
            StatusGroup.shown.map { groups[$0] ?? .notApplicable }
            + [avail, overall]
        return [name, type.inOneCell, mode.inOneCell] + statuses.map { "\($0.rawValue)" }
            + [isFrozen ? "1" : "0"]
    }

    /// Nil: the fields are not those of a row.
    fileprivate init?(fields: ArraySlice<String>) {
        let cells = Array(fields)
        let shown = StatusGroup.shown
        guard cells.count == shown.count + 6 else { return nil }
        let statuses = cells[3..<(shown.count + 5)].compactMap { Int($0).flatMap(Status.init) }
        guard statuses.count == shown.count + 2 else { return nil }
        self.init(
            name: cells[0],
            type: cells[1],
            mode: cells[2],
            groups: Dictionary(zip(shown, statuses)) { first, _ in first },
            avail: statuses[shown.count],
            overall: statuses[shown.count + 1],
            isFrozen: cells[shown.count + 5] == "1"
        )
    }
}

extension String {
    fileprivate var inOneCell: String {
        String(map { $0 == "\t" || $0.isNewline ? " " : $0 })
    }
}
