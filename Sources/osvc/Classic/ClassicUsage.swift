import OSVCEngine

/// The help and the error messages of the classic programs.
struct ClassicUsage {
    let program: String
    var takesAction = true

    /// The last part of the path that it was called by.
    var name: String { program.pathParts.last ?? program }

    private var head: String { "Usage: \(name) [options]\(takesAction ? " ACTION" : "")\n" }

    /// A text for standard error: the error, and where the help is.
    func complaint(_ text: String) -> String {
        head + "\n\(name): error: \(text)\nTry '\(name) --help'.\n"
    }

    /// The whole help: each action and each option with its meaning.
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
    /// The placeholder for the value in a help.
    var value: String {
        switch kind {
        case .flag, .later: ""
        case .seconds: "=N"
        case .text, .list, .repeated: "=VALUE"
        }
    }
}
