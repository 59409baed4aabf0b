internal import CLua

/// Errors as scripts hold them, and back.
extension LuaStack {
    /// Pushes an error object, placed where the script is unless it has a position. [-0, +1]
    func push(_ error: LuaError) {
        reserve(6)
        push(text: error.message)
        unsafe osvc_new_error(state, error.kind.rawValue, error.kind.isFatal ? 1 : 0)
        _ = unsafe lua_getiuservalue(state, -1, 1)
        if let position = error.position ?? caller {
            unsafe osvc_set_place(state, position.file, CInt(clamping: position.line))
        }
        if let traceback = error.traceback { set("traceback", .text(traceback)) }
        for (name, detail) in error.fields { set(name, detail) }
        unsafe osvc_pop(state, 1)
    }

    private func set(_ name: String, _ detail: LuaDetail) {
        push(text: name)
        push(LuaValue(detail))
        unsafe lua_rawset(state, -3)
    }

    /// Reads the error object on the top and pops it. [-1, +0]
    func popError(_ state: LuaState) -> LuaError {
        defer { unsafe osvc_pop(self.state, 1) }
        var copy = LuaCopy(state, self)
        guard let value = try? copy.value(at: top), case .table(let fields) = value else {
            // Whatever else is there was not made by a message handler: only its type is known.
            return LuaError(.lua, "the error is a \(typeName(top))")
        }
        return LuaError(fields)
    }
}

extension LuaError {
    private static let own: Set = ["kind", "message", "file", "line", "where", "traceback"]

    fileprivate init(_ table: LuaTable) {
        let kind = table["kind"]?.lossyText.flatMap(Kind.init(rawValue:)) ?? .lua
        self.init(kind, (table["message"]?.lossyText ?? "").cut)
        if let file = table["file"]?.lossyText, case .integer(let line) = table["line"] {
            position = LuaPosition(file: file, line: line)
        }
        traceback = table["traceback"]?.lossyText
        for field in table.fields where !Self.own.contains(field.name) {
            fields[field.name] = LuaDetail(field.value)
        }
    }
}

extension LuaValue {
    /// Text for a person: an error's message may hold any bytes, and must still be shown.
    fileprivate var lossyText: String? {
        guard case .string(let bytes) = self else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    init(_ detail: LuaDetail) {
        switch detail {
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .bytes(let value): self = .string(value)
        case .list(let values): self = .table(LuaTable(list: values.map(LuaValue.init)))
        }
    }
}

extension LuaDetail {
    /// Data; nil for a value that is not data.
    fileprivate init?(_ value: LuaValue) {
        switch value {
        case .boolean(let value): self = .boolean(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .string(let bytes): self = .bytes(bytes)
        case .table(let table): self = .list(table.list.compactMap(LuaDetail.init))
        default: return nil
        }
    }
}
