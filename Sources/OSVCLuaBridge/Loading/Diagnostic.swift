public import OSVCEngine

/// One error or warning about a file, for its author.
public struct Diagnostic: Sendable, Equatable {
    /// Where it is written; line 0 means the file as a whole.
    public var position: SourcePosition
    /// The message without its position: `ip#0: unknown field 'ipdve' (did you mean 'ipdev'?)`.
    public var message: String
    /// The text of that line; nil when it cannot be shown.
    public var sourceLine: String?

    public init(position: SourcePosition, message: String, sourceLine: String? = nil) {
        self.position = position
        self.message = message
        self.sourceLine = sourceLine
    }

    /// The message with its position, in one line, for editors and logs.
    public var headline: String {
        if position.line > 0 { return "\(position): \(message)" }
        return namesFile ? message : "\(position.file): \(message)"
    }

    /// Whether the message names the file itself, as messages of the system do.
    private var namesFile: Bool {
        message.split { $0 == " " || $0 == ":" }
            .contains { $0.isSame(position.file) || $0.ends("/\(position.file)") }
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The message, the source line under it, and a caret under the column.
    public var description: String {
        guard let sourceLine, position.line > 0 else { return headline }
        let number = String(position.line)
        let margin = String(repeating: " ", count: max(4 - number.count, 0))
        var text = "\(headline)\n\(margin)\(number) | \(sourceLine)"
        if let column = position.column {
            let blank = String(repeating: " ", count: margin.count + number.count)
            text += "\n\(blank) | \(Self.indentation(of: sourceLine, to: column))^"
        }
        return text
    }

    /// Blanks as wide as the text before the column. Tabs stay tabs, so that the caret is under its letter.
    private static func indentation(of line: String, to column: Int) -> String {
        let before = line.prefix(max(column - 1, 0))
        let text = before.map { $0 == "\t" ? "\t" : " " } as [String]
        return text.joined() + String(repeating: " ", count: max(column - 1 - before.count, 0))
    }
}

/// Why a service could not be loaded: everything that was found, in that order. Never empty.
public struct LoadError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The errors, at least one.
    public var diagnostics: [Diagnostic]
    /// The messages of a classic file as log lines; empty for other files.
    public var classic: [EnvMessage]

    public init(_ diagnostics: [Diagnostic], classic: [EnvMessage] = []) {
        self.diagnostics = diagnostics
        self.classic = classic
    }

    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
