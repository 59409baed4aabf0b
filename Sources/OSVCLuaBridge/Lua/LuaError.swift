/// A place in a script.
struct LuaPosition: Sendable, Equatable, CustomStringConvertible {
    /// The chunk's name without its `@`: a path as it was given to `load`.
    var file: String
    var line: Int

    var description: String { "\(file):\(line)" }
}

/// What an error carries besides its message: data only, so that it may leave the interpreter.
enum LuaDetail: Sendable, Equatable {
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case bytes([UInt8])
    case list([LuaDetail])

    static func text(_ text: String) -> LuaDetail { .bytes(Array(text.utf8)) }
}

/// An error raised in a script, by it or by what it called.
///
/// Scripts see an object with `kind`, `message`, `where`, `traceback` and the fields;
/// `tostring` of it is the description. One that Swift raised and a script did not keep comes back
/// equal, with where and traceback added.
struct LuaError: Error, Equatable, CustomStringConvertible {
    enum Kind: String, Sendable {
        case exec, timeout, fail, refuse, skip, cancelled, killed, type, lua, memory, budget
        case syntax
        case unknownInPlan = "unknown_in_plan"

        /// Whether `pcall` raises it again instead of keeping it.
        var isFatal: Bool { self == .cancelled || self == .killed || self == .budget }
    }

    var kind: Kind
    var message: String
    var position: LuaPosition?
    var traceback: String?
    /// `argv`, `rc`, `signal`, `stderr_tail`, ...
    var fields: [String: LuaDetail]

    init(
        _ kind: Kind,
        _ message: String,
        at position: LuaPosition? = nil,
        traceback: String? = nil,
        fields: [String: LuaDetail] = [:]
    ) {
        self.kind = kind
        self.message = message
        self.position = position
        self.traceback = traceback
        self.fields = fields
    }

    var description: String {
        guard let position else { return message }
        return "\(position): \(message)"
    }

    /// This error with a position, unless it has one.
    func at(_ position: LuaPosition?) -> LuaError {
        guard self.position == nil else { return self }
        var copy = self
        copy.position = position
        return copy
    }
}
