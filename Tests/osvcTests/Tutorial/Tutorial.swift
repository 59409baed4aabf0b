/// The tutorial, `Tests/Fixtures/tutorial/tutorial.txt`: what is typed in it and what that prints.
///
/// Everything that the tests expect of it is read from the text itself; nothing is typed again.
struct Tutorial {
    /// A command and what it prints.
    struct Command {
        /// Where it is typed; nil: on any node (a bare `#` prompt).
        var node: String?
        var line: String
        /// The line of the text, from 1.
        var number: Int
        /// Without the indentation, without empty lines at the end.
        var output: [String]
    }

    static let name = "p26.opensvc.com"
    private static let file = "Tests/Fixtures/tutorial/tutorial.txt"
    private static let indentation = String(repeating: " ", count: 8)

    let commands: [Command]
    /// The section that the heartbeat chapter appends to the service's file.
    let heartbeat: [String]

    init() {
        let lines = Project.text(Self.file)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var commands: [Command] = []
        var isOpen = false
        for (index, line) in lines.enumerated() {
            guard let text = Self.literal(line) else {
                isOpen = false
                continue
            }
            if var command = Self.command(in: text) {
                command.number = index + 1
                commands.append(command)
                isOpen = true
            } else if isOpen {
                commands[commands.count - 1].output.append(text)
            }
        }
        self.commands = commands.map { command in
            var command = command
            while command.output.last?.allSatisfy(\.isWhitespace) == true {
                command.output.removeLast()
            }
            return command
        }
        heartbeat = Self.block(after: "This configuration section is appended", in: lines)
    }

    /// The text of a line that belongs to a literal block; nil: prose, which ends the block.
    private static func literal(_ line: String) -> String? {
        if line.allSatisfy(\.isWhitespace) { return "" }
        if line.hasPrefix("\t") { return String(line.dropFirst()) }
        return line.hasPrefix(indentation) ? String(line.dropFirst(indentation.count)) : nil
    }

    /// `sles1:/ # p26.opensvc.com start`, `# lsscsi`. A comment within a tree is indented deeper.
    private static func command(in text: String) -> Command? {
        guard let sign = "\(text) ".firstRange(of: "# ") else { return nil }
        let prompt = text[..<sign.lowerBound]
        let line = String(text[sign.lowerBound...].dropFirst(2))
        let node = prompt.split(separator: ":").first.map(String.init)
        guard prompt.isEmpty || (prompt.hasPrefix("sles") && prompt.hasSuffix(" ")) else {
            return nil
        }
        return Command(node: node, line: line, number: 0, output: [])
    }

    private static func block(after words: String, in lines: [String]) -> [String] {
        let rest = lines.drop { !$0.hasPrefix(words) }.dropFirst()
        return rest.drop { $0.isEmpty }.prefix { !$0.isEmpty }.compactMap(literal)
    }

    // MARK: What is in it

    /// The first command that is typed so.
    func command(_ line: String) -> Command? { commands.first { $0.line == line } }

    /// The service's file with its comments, as it is first shown.
    var serviceFile: [String] { command("cat \(Self.name).env")?.output ?? [] }

    /// Every printed status, in order.
    var trees: [Command] {
        commands.filter { $0.line.hasSuffix("\(Self.name) print status") && !$0.output.isEmpty }
    }

    /// Every logged start or stop, in order.
    var logs: [Command] {
        commands.filter { ["\(Self.name) start", "\(Self.name) stop"].contains($0.line) }
    }
}

extension Tutorial.Command {
    /// The lines that belong to the tree, without log lines and those of the push, without blanks at
    /// the ends.
    var tree: [String] {
        output.filter { !$0.isLogLine && !$0.hasSuffix(" ... OK") }.map(\.withoutFinalBlanks)
    }

    /// The lines that belong to the log.
    var logLines: [String] { output.filter(\.isLogLine) }

    /// What each logged command prints after its `output:` line, by the command, and what the one that
    /// prints by itself does (arping).
    var outputs: [String: String] {
        var outputs: [String: String] = [:]
        var last = ""
        var isOutput = false
        for line in output {
            guard line.isLogLine else {
                if isOutput || !line.isEmpty { outputs[last, default: ""] += line + "\n" }
                continue
            }
            let message = String(line.dropFirst(41))
            isOutput = message == "output:"
            if !isOutput { last = message }
        }
        // The empty line that ends a block is the log's own.
        return outputs.mapValues { $0.hasSuffix("\n\n") ? String($0.dropLast()) : $0 }
    }
}

extension String {
    /// Whether it begins with a time of day and a level.
    fileprivate var isLogLine: Bool { contains(#/^[0-9]{2}:[0-9]{2}:[0-9]{2} [A-Z]+ /#) }

    var withoutFinalBlanks: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }

    /// With the time of day and how long a launcher took, which differ from run to run, replaced.
    var withoutTimes: String {
        replacing(#/^[0-9]{2}:[0-9]{2}:[0-9]{2} /#, with: "HH:MM:SS ")
            .replacing(#/done in [0-9]+:[0-9]{2}:[0-9]{2}(\.[0-9]{6})? /#, with: "done in TIME ")
            .withoutFinalBlanks
    }
}
