/// The fields of one table constructor, before they become text: one line if they fit and have no comments,
/// else one line for each.
struct LuaTableText {
    enum Row {
        case field(key: String, value: String, note: String?)
        /// A comment, or a key that is kept as a comment.
        case comment(String)
    }

    var rows: [Row] = []
    /// The comment at the end of the line that opens the table.
    var note: String?

    private static let width = 100
    /// Keys up to this width are aligned; longer ones do not move the others to the right.
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
