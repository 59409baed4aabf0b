/// What can be wrong with a service as it was written. Cases carry facts; `description` is the sentence.
public enum ConfigurationError: Error, Sendable, Equatable {
    case missingKeyword(owner: String, keyword: String, at: SourcePosition)
    case unknownKeyword(owner: String, keyword: String, nearest: String?, at: SourcePosition)
    case badValue(owner: String, keyword: String, problem: String, at: SourcePosition)
    case notScopable(owner: String, keyword: String, at: SourcePosition)
    case unknownScope(
        owner: String,
        keyword: String,
        node: String,
        known: [String],
        at: SourcePosition
    )
    case duplicateResource(ResourceID, first: SourcePosition, at: SourcePosition)
    case unknownDriver(owner: String, word: String, known: [String], at: SourcePosition)
    case notYet(owner: String, what: String, at: SourcePosition)
    case unknownResource(owner: String, ResourceID, known: [ResourceID], at: SourcePosition)
    /// `chain` begins and ends with the same resource.
    case cycle([ResourceID], at: SourcePosition)
    case invalid(owner: String, problem: String, at: SourcePosition)
    /// What is wrong on these nodes, and on no other.
    indirect case only(on: [String], ConfigurationError)

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

    /// The sentence without the position.
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
