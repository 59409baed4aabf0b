/// A Lua value copied into Swift. Functions and objects stay in Lua; Swift keeps a reference.
enum LuaValue {
    case `nil`
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    /// Strings are bytes: see `text(_:)` for those that must be text.
    case string([UInt8])
    indirect case table(LuaTable)
    case function(LuaReference)
    case object(LuaObject)
    /// A value that Swift only passes on: a module. Values from Lua are never read as one.
    case opaque(LuaReference)

    static func text(_ text: String) -> LuaValue { .string(Array(text.utf8)) }

    /// `a string`, `an integer`: for sentences.
    var noun: String {
        (typeName.first.map { "aeiou".contains($0) } == true ? "an " : "a ") + typeName
    }

    /// The type as Lua names it, objects by their class.
    var typeName: String {
        switch self {
        case .nil: "nil"
        case .boolean: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .table: "table"
        case .function: "function"
        case .object(let object): object.type.name
        case .opaque: "module"
        }
    }

    /// The class of an object that this value is, or contains at any depth; nil: none.
    var objectInside: String? {
        switch self {
        case .object(let object): return object.type.name
        case .table(let table):
            let values = table.list + table.fields.map(\.value) + table.others.map(\.value)
            return values.lazy.compactMap(\.objectInside).first
        default: return nil
        }
    }

    var isNil: Bool {
        if case .nil = self { return true }
        return false
    }
}

/// Reads a value as the type that it must have. `what` names it in the error: `resources[2].mnt`.
extension LuaValue {
    /// Text: valid UTF-8 without NUL; nothing is repaired.
    func text(_ what: String) throws(LuaError) -> String {
        guard case .string(let bytes) = self else { throw mismatch(what, "a string") }
        return try Self.text(bytes, what)
    }

    static func text(_ bytes: [UInt8], _ what: String) throws(LuaError) -> String {
        guard !bytes.contains(0) else { throw LuaError(.type, "\(what): holds a NUL byte") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw LuaError(.type, "\(what): is not valid UTF-8")
        }
        return text
    }

    func bytes(_ what: String) throws(LuaError) -> [UInt8] {
        guard case .string(let bytes) = self else { throw mismatch(what, "a string") }
        return bytes
    }

    /// An integer, also from a float that is one (`10/2` is `5.0`); never from a string.
    func integer(_ what: String) throws(LuaError) -> Int {
        switch self {
        case .integer(let value):
            return value
        case .number(let value):
            guard let exact = Int(exactly: value) else {
                throw LuaError(.type, "\(what): \(value) is not an integer")
            }
            return exact
        default:
            throw mismatch(what, "an integer")
        }
    }

    /// A finite number; never from a string.
    func number(_ what: String) throws(LuaError) -> Double {
        switch self {
        case .integer(let value): return Double(value)
        case .number(let value) where value.isFinite: return value
        case .number(let value): throw LuaError(.type, "\(what): \(value) is not a finite number")
        default: throw mismatch(what, "a number")
        }
    }

    /// `true` or `false`; 0, 1 and strings are not.
    func boolean(_ what: String) throws(LuaError) -> Bool {
        guard case .boolean(let value) = self else { throw mismatch(what, "a boolean") }
        return value
    }

    func table(_ what: String) throws(LuaError) -> LuaTable {
        guard case .table(let value) = self else { throw mismatch(what, "a table") }
        return value
    }

    func function(_ what: String) throws(LuaError) -> LuaReference {
        guard case .function(let value) = self else { throw mismatch(what, "a function") }
        return value
    }

    func mismatch(_ what: String, _ expected: String) -> LuaError {
        LuaError(.type, "\(what): \(expected) expected, got \(typeName)")
    }
}
