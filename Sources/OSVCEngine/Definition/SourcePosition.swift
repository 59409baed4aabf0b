/// A place in a file that a user wrote, for messages.
public struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
    /// The path of the file, as osvc opened it.
    public var file: String
    /// The line, from 1.
    public var line: Int
    /// The column, from 1; nil when it is not known.
    public var column: Int?

    public init(file: String, line: Int, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }

    public var description: String {
        guard let column else { return "\(file):\(line)" }
        return "\(file):\(line):\(column)"
    }
}
