/// The fields of one table constructor on their way to text: in one line where that fits and nothing is
/// said beside them, else a line each.
struct LuaTableText {
    enum Row {
        case field(key: String, value: String, note: String?)
        /// A comment, or what a comment remembers.
        case comment(String)
    }

    var rows: [Row] = []
    /// What ends the line that opens the table.
    var note: String?

    private static let width = 100
    /// Longer keys do not push the others to the right.
    private static let keyWidth = 18

    /// `head` up to the brace, `{`, the fields, `}` and a comma, from column `indent` on.
    func lines(after head: String, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        if let line = oneLine, margin.count + head.count + line.count + 5 <= Self.width {
            return ["\(margin)\(head) \(line),"]
        }
        let opening = "\(margin)\(head) {" + (note.map { " \(LuaText.comment($0))" } ?? "")
        return [opening] + fieldLines(indent: indent + 2) + ["\(margin)},"]
    }

    func fieldLines(indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        let width = rows.map(\.keyWidth).filter { $0 <= Self.keyWidth }.max() ?? 0
        return rows.map { row in
            switch row {
            case .comment(let text): return margin + LuaText.comment(text)
            case .field(let key, let value, let note):
                let gap = String(repeating: " ", count: max(0, width - key.count))
                let end = note.map { " \(LuaText.comment($0))" } ?? ""
                return "\(margin)\(key)\(gap) = \(value),\(end)"
            }
        }
    }

    private var oneLine: String? {
        guard note == nil else { return nil }
        var fields: [String] = []
        for row in rows {
            guard case .field(let key, let value, nil) = row else { return nil }
            fields.append("\(key) = \(value)")
        }
        return fields.isEmpty ? "{}" : "{ \(fields.joined(separator: ", ")) }"
    }
}

extension LuaTableText.Row {
    fileprivate var keyWidth: Int {
        if case .field(let key, _, _) = self { key.count } else { 0 }
    }
}
