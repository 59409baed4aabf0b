/// What the classic programs say of how they are called.
struct ClassicUsage {
    let program: String
    let options: [ClassicOptions.Option]
    var takesAction = true

    /// The last part of the path that it was called by.
    var name: String { program.split(separator: "/").last.map(String.init) ?? program }

    private var head: String { "Usage: \(name) [options]\(takesAction ? " ACTION" : "")\n" }

    /// For standard error: what is wrong, and how to go on.
    func complaint(_ text: String) -> String {
        head + "\n\(name): error: \(text)\nTry '\(name) --help'.\n"
    }

    func text(actions: [String]) -> String {
        guard takesAction else { return head + "\nOptions:\n" + optionLines }
        let lines = wrapped(actions.joined(separator: ", "), width: 70).map { "  \($0)\n" }
        return head + "\nActions:\n" + lines.joined() + "\nOptions:\n" + optionLines
    }

    private var optionLines: String {
        let shown = options.filter { !$0.help.isEmpty }
        let names = shown.map { option in
            let short = option.short.map { "-\($0), " } ?? "    "
            return "  \(short)--\(option.long)\(option.value)"
        }
        let width = names.map(\.count).max() ?? 0
        return zip(names, shown).map { name, option in
            name + String(repeating: " ", count: width - name.count + 2) + option.help + "\n"
        }.joined()
    }
}

extension ClassicOptions.Option {
    /// What stands for the value in a help.
    fileprivate var value: String {
        switch kind {
        case .flag, .later: ""
        case .seconds: "=N"
        case .text, .list, .repeated: "=VALUE"
        }
    }
}
