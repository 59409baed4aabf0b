internal import OSVCEngine

/// A table with its place in a file.
///
/// Its fields are looked up in the text only when a message is about them: a load that finds nothing
/// wrong reads no file twice.
struct WrittenTable {
    /// The position of the call of the constructor.
    let position: SourcePosition
    let files: ScriptFiles

    init(call: LuaPosition?, files: ScriptFiles) {
        position = SourcePosition(call, else: files.files.first?.name ?? "")
        self.files = files
    }

    init(at position: SourcePosition, files: ScriptFiles) {
        self.position = position
        self.files = files
    }

    /// The position of a field, or of the nearest table around it that is found in the text.
    func position(of path: [FieldProblem.Step]) -> SourcePosition {
        var keys = path.map { step -> LuaSourceLocator.Key in
            switch step {
            case .field(let name): .name(name)
            case .place(let index): .index(index)
            }
        }
        while !keys.isEmpty {
            if let found = files.location(of: keys, near: position) { return found }
            keys.removeLast()
        }
        return position
    }

    func position(of field: String) -> SourcePosition {
        position(of: [.field(field)])
    }
}

extension ConfigurationError {
    /// The position of the error in its file: the engine knows the line of the resource or service, the file
    /// has the field.
    func place(in files: ScriptFiles) -> SourcePosition {
        let table = WrittenTable(at: position, files: files)
        switch self {
        case .unknownKeyword(_, let keyword, _, _), .badValue(_, let keyword, _, _),
            .notScopable(_, let keyword, _):
            return table.position(of: keyword)
        case .unknownScope(_, let keyword, let node, _, _):
            let written = table.position(of: "\(keyword)@\(node)")
            return written.column == nil ? table.position(of: node) : written
        case .cycle, .unknownResource:
            return table.position(of: "after")
        case .unknownDriver:
            return table.position(of: "type")
        case .missingKeyword, .duplicateResource, .notYet, .invalid:
            return position
        case .only(_, let error):
            return error.place(in: files)
        }
    }
}
