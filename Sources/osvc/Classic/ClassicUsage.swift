import OSVCEngine

/// What the classic programs say of how they are called.
struct ClassicUsage {
    let program: String
    var takesAction = true

    /// The last part of the path that it was called by.
    var name: String { program.pathParts.last ?? program }

    private var head: String { "Usage: \(name) [options]\(takesAction ? " ACTION" : "")\n" }

    /// For standard error: what is wrong, and how to go on.
    func complaint(_ text: String) -> String {
        head + "\n\(name): error: \(text)\nTry '\(name) --help'.\n"
    }

    /// The whole help: each action with what it does, each option with what it means.
    func text(
        actions: [(name: String, summary: String)],
        options: [ClassicOptions.Option]
    ) -> String {
        let lines = "\nOptions:\n" + optionLines(options)
        return takesAction ? head + "\nActions:\n" + columns(actions) + lines : head + lines
    }

    private func columns(_ rows: [(name: String, summary: String)]) -> String {
        let width = rows.map(\.name.count).max() ?? 0
        return rows.map { row in
            let gap = String(repeating: " ", count: width - row.name.count + 2)
            return "  \(row.name)\(gap)\(row.summary)\n"
        }.joined()
    }

    private func optionLines(_ options: [ClassicOptions.Option]) -> String {
        let shown = options.filter { !$0.help.isEmpty }
        return columns(
            shown.map { option in
                let short = option.short.map { "-\($0), " } ?? "    "
                return ("\(short)--\(option.long)\(option.value)", option.help)
            }
        )
    }
}

extension ClassicOptions.Option {
    /// What stands for the value in a help.
    var value: String {
        switch kind {
        case .flag, .later: ""
        case .seconds: "=N"
        case .text, .list, .repeated: "=VALUE"
        }
    }
}
