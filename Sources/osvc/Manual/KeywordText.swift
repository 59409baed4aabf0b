import OSVCEngine

extension Keyword.Kind {
    /// The type as the manual names it.
    var text: String {
        switch self {
        case .string: "text"
        case .path: "absolute path"
        case .integer(let range): "integer, \(range.lowerBound) to \(range.upperBound)"
        case .boolean: "true or false"
        case .duration: "duration: seconds, or 500ms, 10s, 5m, 2h"
        case .size: "size: bytes, or 64M, 2G"
        case .list: "list of words"
        case .periods: "pairs of times of day"
        case .weekdays: "list of weekdays"
        case .choice(let words): "one of \(words.joined(separator: ", "))"
        }
    }
}

extension Keyword {
    /// The type as the manual names it, with the bound of a list of nodes.
    var typeText: String {
        namesNodes ? "list of at most \(Keyword.mostNodes) node names" : kind.text
    }
}
