/// What can be wrong in a service file. Cases carry facts; `description` is the sentence.
///
/// `owner` is the resource or service in question, as messages name it: `fs#1`.
public enum ConfigurationError: Error, Sendable, Equatable {
    /// A required keyword has no value, or an empty one.
    case missingKeyword(owner: String, keyword: String, at: SourcePosition)
    /// Neither the driver nor `CommonKeywords` has the keyword; `nearest` is a similar name, if there is one.
    case unknownKeyword(owner: String, keyword: String, nearest: String?, at: SourcePosition)
    /// The value is of the wrong type or out of range; `problem` says what is expected.
    case badValue(owner: String, keyword: String, problem: String, at: SourcePosition)
    /// The keyword has values for single nodes, and its `isScopable` is false.
    case notScopable(owner: String, keyword: String, at: SourcePosition)
    /// A value is written for a node that the service does not have; `known` are the nodes that it has.
    case unknownScope(
        owner: String,
        keyword: String,
        node: String,
        known: [String],
        at: SourcePosition
    )
    /// Two resources have the same id; `first` is where the first is written.
    case duplicateResource(ResourceID, first: SourcePosition, at: SourcePosition)
    /// No driver has this id or section word; `known` are those that exist.
    case unknownDriver(owner: String, word: String, known: [String], at: SourcePosition)
    /// `what` is a keyword, type or event of the classic release or of a design that this release does not
    /// support.
    case notYet(owner: String, what: String, at: SourcePosition)
    /// `after` names a resource that the service does not have.
    case unknownResource(owner: String, ResourceID, known: [ResourceID], at: SourcePosition)
    /// The `after` keywords form a cycle; the list begins and ends with the same resource.
    case cycle([ResourceID], at: SourcePosition)
    /// Anything else that a driver or loader rejects; `problem` says what.
    case invalid(owner: String, problem: String, at: SourcePosition)
    /// The error occurs only on these nodes of the service.
    indirect case only(on: [String], ConfigurationError)

    /// Where the error is written.
    public var position: SourcePosition {
        switch self {
        case .missingKeyword(_, _, let at), .unknownKeyword(_, _, _, let at),
            .badValue(_, _, _, let at), .notScopable(_, _, let at),
            .unknownScope(_, _, _, _, let at), .duplicateResource(_, _, let at),
            .unknownDriver(_, _, _, let at), .notYet(_, _, let at),
            .unknownResource(_, _, _, let at), .cycle(_, let at), .invalid(_, _, let at):
            at
        case .only(_, let error): error.position
        }
    }

    /// The sentence without the position: `fs#1: field 'mnt' is required`.
    public var message: String {
        switch self {
        case .missingKeyword(let owner, let keyword, _):
            "\(owner): field '\(keyword)' is required"
        case .unknownKeyword(let owner, let keyword, let nearest, _):
            "\(owner): unknown field '\(keyword)'"
                + (nearest.map { " (did you mean '\($0)'?)" } ?? "")
        case .badValue(let owner, let keyword, let problem, _):
            "\(owner): field '\(keyword)': \(problem)"
        case .notScopable(let owner, let keyword, _):
            "\(owner): field '\(keyword)' cannot differ between nodes"
        case .unknownScope(let owner, let keyword, let node, let known, _):
            "\(owner): field '\(keyword)': '\(node)' is not a node of this service"
                + " (\(known.joined(separator: ", ")))"
        case .duplicateResource(let id, let first, _):
            "\(id): defined twice, first at \(first)"
        case .unknownDriver(let owner, let word, let known, _):
            "\(owner): there is no type '\(word)' (\(known.joined(separator: ", ")))"
        case .notYet(let owner, let what, _):
            "\(owner): \(what) is not supported by this release"
        case .unknownResource(let owner, let id, let known, _):
            "\(owner): there is no resource '\(id)'"
                + " (\(known.map(\.text).joined(separator: ", ")))"
        case .cycle(let chain, _):
            "cycle in 'after': \(chain.map(\.text).joined(separator: " -> "))"
        case .invalid(let owner, let problem, _):
            "\(owner): \(problem)"
        case .only(let nodes, let error):
            "\(error.message), on \(nodes.joined(separator: ", "))"
        }
    }
}

extension ConfigurationError: CustomStringConvertible {
    public var description: String { "\(position): \(message)" }
}
