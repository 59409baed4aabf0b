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
