internal import OSVCEngine

/// The comments that have not been written yet.
struct CommentStock {
    private var left: [EnvComments.Comment]

    init(_ comments: EnvComments) {
        left = comments.all
    }

    func isAbout(_ line: Int) -> Bool { left.contains { $0.owner == line } }

    /// Those that stand alone before a line.
    mutating func takeAlone(before line: Int) -> [String] {
        take { $0.owner == line && !$0.isTrailing }
    }

    /// What ends a line, in one.
    mutating func takeBehind(_ line: Int) -> String? {
        let found = take { $0.owner == line && $0.isTrailing }.filter { !$0.isEmpty }
        return found.isEmpty ? nil : found.joined(separator: " ")
    }

    mutating func takeAll() -> [String] { take { _ in true } }

    private mutating func take(_ isTaken: (EnvComments.Comment) -> Bool) -> [String] {
        let found = left.filter(isTaken).map(\.text)
        left.removeAll(where: isTaken)
        return found
    }
}
