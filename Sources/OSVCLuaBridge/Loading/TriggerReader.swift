internal import OSVCEngine

/// Reads triggers such as `pre_start`: a line split at blanks, a list, or a function of the context.
@EngineActor
struct TriggerReader {
    let loading: Loading
    let owner: String
    let place: WrittenTable

    /// The names of the fields that this reads, without a scope.
    static let names = Trigger.Moment.allCases.flatMap {
        [$0.rawValue, Trigger.blockingPrefix + $0.rawValue]
    }

    /// Whether a field is a trigger: `pre_start`, `pre_start@n1`.
    static func reads(_ field: String) -> Bool { names.contains(parts(field).name) }

    private static func parts(_ field: String) -> (name: String, scope: Scope) {
        guard let sign = field.firstIndex(of: "@") else { return (field, .everywhere) }
        return (String(field[..<sign]), Scope(word: String(field[field.index(after: sign)...])))
    }

    func read(_ table: LuaTable) -> [Trigger] {
        let written = table.fields.map { (field: $0, parts: Self.parts($0.name)) }
        return Self.names.flatMap { name in
            written.filter { $0.parts.name == name }
                .compactMap { read($0.field, name, $0.parts.scope) }
        }
    }

    private func read(_ field: LuaTable.Field, _ name: String, _ scope: Scope) -> Trigger? {
        let isBlocking = name.hasPrefix(Trigger.blockingPrefix)
        let word = isBlocking ? String(name.dropFirst(Trigger.blockingPrefix.count)) : name
        guard let moment = Trigger.Moment(rawValue: word) else { return nil }
        do throws(ValueProblem) {
            return Trigger(
                moment: moment,
                scope: scope,
                work: try work(field.value, scope),
                isBlocking: isBlocking,
                position: place.position
            )
        } catch {
            loading.report(
                .badValue(
                    owner: owner,
                    keyword: field.name,
                    problem: error.text,
                    at: place.position
                )
            )
            return nil
        }
    }

    private func work(_ value: LuaValue, _ scope: Scope) throws(ValueProblem) -> Trigger.Work {
        switch value {
        case .function(let function):
            return .script(loading.keep(function, near: place))
        case .string:
            let words = try ValueReader.words(value)
            // An empty line for a node hides the line for all nodes.
            guard !words.isEmpty || scope != .everywhere else {
                throw ValueProblem("the line names no program")
            }
            return .program(words)
        case .table:
            return .program(try ValueReader.arguments(value))
        default:
            throw ValueReader.expected("a line, a list or a function", value)
        }
    }
}
