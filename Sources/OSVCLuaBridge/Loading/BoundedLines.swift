/// Lines of a script, kept up to a size, so that a loop does not fill the machine's memory. Further bytes are
/// counted, and the last line reports their number.
struct BoundedLines {
    /// The bytes that are kept of all lines together.
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

    /// The lines that are kept, and one line about those that are not.
    var all: [String] {
        dropped == 0 ? lines : lines + ["\(dropped) more lines are not kept"]
    }
}
