internal import OSVCEngine

/// A table where it stands in a file: knows the line and column of its fields.
struct WrittenTable {
    /// Where the constructor was called.
    let position: SourcePosition
    private let constructor: String
    private let files: ScriptFiles

    init(call: LuaPosition?, constructor: String, files: ScriptFiles) {
        position = SourcePosition(call, else: files.files.first?.name ?? "")
        self.constructor = constructor
        self.files = files
    }

    /// The place of a field; of the whole call when the file does not show the field.
    func position(of path: [FieldProblem.Step]) -> SourcePosition {
        position
    }

    func position(of field: String) -> SourcePosition {
        position(of: [.field(field)])
    }
}
