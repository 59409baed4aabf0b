internal import OSVCEngine

/// The fields of one table, with the lines of the classic file that they come from.
struct RowList {
    private var all: [(line: Int, row: LuaTableText.Row)] = []

    var lines: Set<Int> { Set(all.map(\.line)) }

    /// The fields by line; several of one line in the order in which they were added.
    var sorted: [(line: Int, row: LuaTableText.Row)] {
        all.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            .map(\.element)
    }

    mutating func add(_ key: String, _ value: String, line: Int) {
        all.append((line, .field(key: LuaText.key(key), value: value, note: nil)))
    }

    /// Keeps a key without effect as a comment.
    mutating func remember(_ key: String, _ entry: EnvFile.Entry, why: String?) {
        let value = Self.oneLine(entry.value)
        let text = "\(Self.oneLine(key)) =" + (value.isEmpty ? "" : " \(value)")
        all.append((entry.line, .comment(text + (why.map { ": \($0)" } ?? ""))))
    }

    static func oneLine(_ text: String) -> String {
        String(
            text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        )
    }
}

extension LuaTableText.Row {
    /// The field with a comment after it.
    func noted(_ note: String?) -> LuaTableText.Row {
        guard let note else { return self }
        switch self {
        case .field(let key, let value, _): return .field(key: key, value: value, note: note)
        case .comment(let text): return .comment("\(text) -- \(note)")
        }
    }
}
