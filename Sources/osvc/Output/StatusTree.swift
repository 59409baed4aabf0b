import OSVCEngine

/// The classic status tree (classic-status.md section 5), equal to the byte except for trailing blanks.
struct StatusTree {
    /// The column in which a note starts, and the width of the tree.
    private static let noteColumn = 35
    private static let width = 78

    private let status: ServiceStatus
    private let colours: Colours

    init(_ status: ServiceStatus, colours: Colours) {
        self.status = status
        self.colours = colours
    }

    /// All the lines, each with its newline.
    var text: String {
        var lines = [status.service, row("overall", "", status.overall, "", rid: 20)]
        lines.append("|- " + row("avail", "", status.avail, "", rid: 17))
        lines += members(availLines, under: "|  ")
        lines.append("|- " + row("sync", "", group(.sync), "", rid: 17))
        lines += members(of(.sync), under: "|  ")
        lines.append("'- " + row("hb", "", group(.hb), "", rid: 17))
        lines += members(of(.hb), under: "   ")
        return lines.map { trimmed($0) + "\n" }.joined()
    }

    /// The text in place of the tree of a service that cannot be loaded or asked.
    static func unknown(_ service: String, _ problem: String) -> String {
        let note = String(repeating: " ", count: noteColumn) + "# \(problem.printable)"
        return "\(service)\noverall                   \(Status.undefined)\n\(note)\n"
    }

    private var availLines: [ServiceStatus.Line] {
        status.lines.filter { $0.type.group?.isOfUse == true }
    }

    private func of(_ group: StatusGroup) -> [ServiceStatus.Line] {
        status.lines.filter { $0.type.group == group }
    }

    private func group(_ group: StatusGroup) -> Status { status.groups[group] ?? .notApplicable }

    private func members(_ lines: [ServiceStatus.Line], under prefix: String) -> [String] {
        lines.enumerated().flatMap { index, line in
            let isLast = index == lines.count - 1
            let head =
                prefix + (isLast ? "'- " : "|- ")
                + row(line.id.text, line.flags, line.report.status, line.label, rid: 14)
            let bar = prefix + (isLast ? "   " : "|  ")
            return [head] + notes(line, after: bar)
        }
    }

    private func notes(_ line: ServiceStatus.Line, after bar: String) -> [String] {
        let notes = line.report.details + line.report.notes
        let text = notes.map { "# \($0.printable)" }.joined(separator: " ")
        guard !text.isEmpty else { return [] }
        let indent = bar + String(repeating: " ", count: Self.noteColumn - bar.count)
        return wrapped(text, width: Self.width - Self.noteColumn).map { indent + $0 }
    }

    private func row(
        _ name: String,
        _ flags: String,
        _ status: Status,
        _ label: String,
        rid width: Int
    ) -> String {
        let shown = padded(status.description, 8)
        return
            "\(padded(name, width)) \(padded(flags, 4)) \(colours.paint(shown, for: status)) \(label)"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
