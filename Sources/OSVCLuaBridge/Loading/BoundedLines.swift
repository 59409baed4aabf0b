/// Lines that a script adds to, kept up to a size: a loop must not fill the machine's memory. What is too
/// much is counted, and the last line says how much that was.
struct BoundedLines {
    /// Bytes kept of all lines together.
    static let sizeLimit = 1 << 20
    private static let countLimit = 10_000

    private var lines: [String] = []
    private var size = 0
    private var dropped = 0

    var isEmpty: Bool { lines.isEmpty }

    mutating func append(_ line: String) {
        let line = line.cut
        guard dropped == 0, lines.count < Self.countLimit,
            size + line.utf8.count <= Self.sizeLimit
        else {
            dropped += 1
            return
        }
        size += line.utf8.count
        lines.append(line)
    }

    /// The lines kept, and one for those that are not.
    var all: [String] {
        dropped == 0 ? lines : lines + ["\(dropped) more lines are not kept"]
    }
}

extension String {
    /// Bytes of one text that a person is shown.
    private static let shownLimit = 64 << 10

    /// This text, or its beginning and how long it is.
    var cut: String { cut(to: Self.shownLimit) }

    func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        let beginning = String(decoding: utf8.prefix(limit), as: UTF8.self)
        return "\(beginning)… (\(utf8.count) bytes)"
    }
}
