internal import OSVCEngine

/// The contents of a table, checked against its schema.
struct Options {
    enum Value {
        case text(String)
        case integer(Int)
        case boolean(Bool)
        case duration(Duration)
        case words([String])
        case integers([Int])
        case map([String: String])
        case function(LuaReference)
        case table(Options)
        case any(LuaValue)
    }

    private var values: [String: Value] = [:]
    /// The values at the places 1 to n; for a schema with arguments see `arguments`.
    private(set) var list: [LuaValue] = []
    private(set) var arguments: [String] = []

    /// Reads a table. Fields with problems are added to `problems` and are absent from the result.
    init(_ table: LuaTable, _ schema: OptionSchema, problems: inout [FieldProblem]) {
        readList(table, schema, problems: &problems)
        for field in table.fields {
            guard let option = schema.option(field.name) else {
                problems.append(Self.unknown(field.name, schema.options.map(\.name)))
                continue
            }
            values[field.name] = Self.read(field.value, option, problems: &problems)
        }
        for option in schema.options where option.isRequired && table[option.name] == nil {
            problems.append(Self.missing(option.name))
        }
    }

    /// Reads the only argument of a function. Throws the first problem, with `owner` before it.
    init(
        _ value: LuaValue,
        _ schema: OptionSchema,
        of owner: String
    ) throws(LuaError) {
        guard case .table(let table) = value else {
            throw LuaError(.type, "\(owner): a table expected, got \(value.typeName)")
        }
        var problems: [FieldProblem] = []
        self.init(table, schema, problems: &problems)
        if let problem = problems.first {
            throw LuaError(.type, "\(owner): \(problem.sentence)")
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    func text(_ name: String) -> String? {
        if case .text(let text)? = values[name] { text } else { nil }
    }

    func integer(_ name: String) -> Int? {
        if case .integer(let number)? = values[name] { number } else { nil }
    }

    func boolean(_ name: String) -> Bool? {
        if case .boolean(let flag)? = values[name] { flag } else { nil }
    }

    func duration(_ name: String) -> Duration? {
        if case .duration(let time)? = values[name] { time } else { nil }
    }

    func words(_ name: String) -> [String]? {
        if case .words(let words)? = values[name] { words } else { nil }
    }

    func integers(_ name: String) -> [Int]? {
        if case .integers(let numbers)? = values[name] { numbers } else { nil }
    }

    func map(_ name: String) -> [String: String]? {
        if case .map(let map)? = values[name] { map } else { nil }
    }

    func function(_ name: String) -> LuaReference? {
        if case .function(let function)? = values[name] { function } else { nil }
    }

    func table(_ name: String) -> Options? {
        if case .table(let options)? = values[name] { options } else { nil }
    }

    func any(_ name: String) -> LuaValue? {
        if case .any(let value)? = values[name] { value } else { nil }
    }

    // MARK: Reading

    static func unknown(_ name: String, _ known: [String]) -> FieldProblem {
        let hint = nearest(to: name, in: known).map { " (did you mean '\($0)'?)" }
        var problem = FieldProblem([.field(name)], "unknown field '\(name)'\(hint ?? "")")
        problem.isAboutField = false
        return problem
    }

    static func missing(_ name: String) -> FieldProblem {
        FieldProblem([], "field '\(name)' is required")
    }

    private mutating func readList(
        _ table: LuaTable,
        _ schema: OptionSchema,
        problems: inout [FieldProblem]
    ) {
        do throws(ValueProblem) {
            try ValueReader.checkHasNoHoles(table)
            switch schema.list {
            case .nothing:
                if let value = table.list.first {
                    throw ValueProblem("[1]: \(value.noun) has no place here")
                }
            case .arguments:
                arguments = try ValueReader.arguments(.table(LuaTable(list: table.list)))
            case .values:
                list = table.list
            }
        } catch {
            problems.append(FieldProblem([], error.text))
        }
    }

    private static func read(
        _ value: LuaValue,
        _ option: Option,
        problems: inout [FieldProblem]
    ) -> Value? {
        if case .table(let schema) = option.kind, case .table(let table) = value {
            var inner: [FieldProblem] = []
            let options = Options(table, schema, problems: &inner)
            problems += inner.map { $0.below(.field(option.name)) }
            return .table(options)
        }
        do throws(ValueProblem) {
            return try read(value, option.kind)
        } catch {
            problems.append(FieldProblem([.field(option.name)], error.text))
            return nil
        }
    }

    private static func read(
        _ value: LuaValue,
        _ kind: Option.Kind
    ) throws(ValueProblem) -> Value {
        switch kind {
        case .text: return .text(try ValueReader.text(value))
        case .path: return .text(try ValueReader.path(value))
        case .integer(let range): return .integer(try ValueReader.integer(value, in: range))
        case .boolean: return .boolean(try ValueReader.boolean(value))
        case .duration: return .duration(try ValueReader.duration(value))
        case .size: return .integer(try ValueReader.size(value))
        case .words: return .words(try ValueReader.words(value))
        case .integers: return .integers(try ValueReader.integers(value))
        case .map: return .map(try ValueReader.map(value))
        case .arguments: return .words(try ValueReader.arguments(value))
        case .any: return .any(value)
        case .choice(let words):
            let word = try ValueReader.text(value)
            guard words.contains(word) else { throw ValueReader.noChoice(word, among: words) }
            return .text(word)
        case .function:
            guard case .function(let function) = value else {
                throw ValueReader.expected("a function", value)
            }
            return .function(function)
        case .table:
            throw ValueReader.expected("a table", value)
        }
    }
}
