internal import OSVCEngine

/// A table where it stands in a file.
///
/// Its fields are looked up in the text only when a message is about them: a load that finds nothing
/// wrong reads no file twice.
struct WrittenTable {
    /// Where the constructor was called.
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

    /// The place of a field, or of the nearest table around it that is written there.
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
    /// Where in its file the fault is written: the engine knows the line of the resource or service, the
    /// file shows the field.
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
