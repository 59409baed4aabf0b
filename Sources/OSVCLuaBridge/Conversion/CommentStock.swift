internal import OSVCEngine

/// The comments that have not been written yet.
struct CommentStock {
    private var left: [EnvComments.Comment]

    init(_ comments: EnvComments) {
        left = comments.all
    }

    func isAbout(_ line: Int) -> Bool { left.contains { $0.owner == line } }

    /// Takes the comments that have lines of their own before a line.
    mutating func takeAlone(before line: Int) -> [String] {
        take { $0.owner == line && !$0.isTrailing }
    }

    /// Takes the comments at the end of a line, joined to one.
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
