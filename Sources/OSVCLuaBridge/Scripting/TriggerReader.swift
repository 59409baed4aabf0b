internal import OSVCEngine

/// Reads `pre_start` and its like: a line split at blanks, a list, or a function of the context.
@EngineActor
struct TriggerReader {
    let loading: Loading
    let owner: String
    let place: WrittenTable

    private static let blocking = "blocking_"

    /// The fields this reads, as they are written.
    static let names = Trigger.Moment.allCases.flatMap { [$0.rawValue, blocking + $0.rawValue] }

    func read(_ table: LuaTable) -> [Trigger] {
        Self.names.compactMap { name in
            table[name].flatMap { read($0, name) }
        }
    }

    private func read(_ value: LuaValue, _ name: String) -> Trigger? {
        let isBlocking = name.hasPrefix(Self.blocking)
        let word = isBlocking ? String(name.dropFirst(Self.blocking.count)) : name
        guard let moment = Trigger.Moment(rawValue: word) else { return nil }
        do throws(ValueProblem) {
            return Trigger(
                moment: moment,
                work: try work(value),
                isBlocking: isBlocking,
                position: place.position
            )
        } catch {
            loading.report(
                .badValue(owner: owner, keyword: name, problem: error.text, at: place.position)
            )
            return nil
        }
    }

    private func work(_ value: LuaValue) throws(ValueProblem) -> Trigger.Work {
        switch value {
        case .function(let function):
            return .script(loading.keep(function, near: place))
        case .string:
            let words = try ValueReader.words(value)
            guard !words.isEmpty else { throw ValueProblem("the line names no program") }
            return .program(words)
        case .table:
            return .program(try ValueReader.arguments(value))
        default:
            throw ValueReader.expected("a line, a list or a function", value)
        }
    }
}
