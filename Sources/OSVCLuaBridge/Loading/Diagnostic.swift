public import OSVCEngine

/// One thing wrong with a file as it was written, for a person to mend.
public struct Diagnostic: Sendable, Equatable {
    /// Line 0: the file as a whole.
    public var position: SourcePosition
    /// `ip#0: unknown field 'ipdve' (did you mean 'ipdev'?)`
    public var message: String
    /// The text of that line; nil when it cannot be shown.
    public var sourceLine: String?

    public init(position: SourcePosition, message: String, sourceLine: String? = nil) {
        self.position = position
        self.message = message
        self.sourceLine = sourceLine
    }

    /// The message alone, in one line: what editors and logs read.
    public var headline: String {
        if position.line > 0 { return "\(position): \(message)" }
        return namesFile ? message : "\(position.file): \(message)"
    }

    /// Whether the message says which file is meant, as those of the system do.
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

    /// As wide as what stands before the column; tabs stay tabs, so that the caret meets its letter.
    private static func indentation(of line: String, to column: Int) -> String {
        let before = line.prefix(max(column - 1, 0))
        let text = before.map { $0 == "\t" ? "\t" : " " } as [String]
        return text.joined() + String(repeating: " ", count: max(column - 1 - before.count, 0))
    }
}

/// Why a service could not be loaded: everything that was found, in the order of finding. Never empty.
public struct LoadError: Error, Sendable, Equatable, CustomStringConvertible {
    public var diagnostics: [Diagnostic]
    /// The same as log lines, of a classic file; empty for others.
    public var classic: [EnvMessage]

    public init(_ diagnostics: [Diagnostic], classic: [EnvMessage] = []) {
        self.diagnostics = diagnostics
        self.classic = classic
    }

    public var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
