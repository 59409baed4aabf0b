/// A Lua table copied into Swift; later changes by the script do not affect it.
struct LuaTable {
    struct Field {
        var name: String
        var value: LuaValue
    }

    /// An entry that belongs neither to the list nor to the fields.
    struct Other {
        var key: LuaValue
        var value: LuaValue
    }

    /// The values of the keys 1, 2, ... up to the first that is absent.
    var list: [LuaValue] = []
    /// The entries whose keys are text, sorted bytewise.
    var fields: [Field] = []
    /// Integer keys beyond the list (sorted), then whatever else: floats, booleans, bytes that
    /// are not text.
    var others: [Other] = []

    var isEmpty: Bool { list.isEmpty && fields.isEmpty && others.isEmpty }

    init(list: [LuaValue] = [], fields: [String: LuaValue] = [:]) {
        self.list = list
        self.fields = fields.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { Field(name: $0.key, value: $0.value) }
    }

    /// The value of a field; nil when absent.
    subscript(name: String) -> LuaValue? {
        var low = 0
        var high = fields.count
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].name.utf8.lexicographicallyPrecedes(name.utf8) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < fields.count, fields[low].name.utf8.elementsEqual(name.utf8) else { return nil }
        return fields[low].value
    }

    /// The list of a table that has nothing else. An empty table is an empty list; a hole is an error that
    /// names its index.
    func onlyList(_ what: String) throws(LuaError) -> [LuaValue] {
        try checkHoles(what)
        guard let field = fields.first else { return list }
        throw LuaError(.type, "\(what): a list expected, '\(field.name)' is not an index")
    }

    /// Throws unless the keys are exactly 1 to n and text, which is what a constructor takes.
    func checkHoles(_ what: String) throws(LuaError) {
        guard let other = others.first else { return }
        guard case .integer(let index) = other.key, index > list.count else {
            throw LuaError(.type, "\(what): \(Self.describe(other.key)) is not a key for this")
        }
        throw LuaError(
            .type,
            "\(what)[\(list.count + 1)]: is nil, while [\(index)] is not"
        )
    }

    private static func describe(_ key: LuaValue) -> String {
        switch key {
        case .integer(let value): "[\(value)]"
        case .number(let value): "[\(value)]"
        case .boolean(let value): "[\(value)]"
        case .string: "a string that is not text"
        default: "\(key.noun)"
        }
    }
}
