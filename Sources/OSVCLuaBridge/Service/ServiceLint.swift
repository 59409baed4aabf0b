internal import OSVCEngine

/// Finds what looks wrong in the text of a service that loads; `osvc check` shows it with the findings of
/// `CrossChecks`.
extension LoadedService {
    /// Warnings about keys that are written twice in one table.
    @EngineActor
    public var warnings: [Diagnostic] {
        ServiceLint(session: session).duplicateKeys
    }
}

@EngineActor
struct ServiceLint {
    let session: ScriptSession

    /// Lua keeps the last of them without a message.
    var duplicateKeys: [Diagnostic] {
        session.files.files.flatMap { file in
            LuaSourceLocator(file.bytes).duplicateKeys().prefix(Loading.reportLimit).map { found in
                let name =
                    switch found.key {
                    case .name(let name): "'\(name)'"
                    case .index(let index): "[\(index)]"
                    }
                return diagnostic(
                    "\(name) is written twice, first on line \(found.first.line); the last counts",
                    SourcePosition(
                        file: file.name,
                        line: found.second.line,
                        column: found.second.column
                    )
                )
            }
        }
    }

    private func diagnostic(_ message: String, _ position: SourcePosition) -> Diagnostic {
        Diagnostic(
            position: position,
            message: message,
            sourceLine: session.files.line(position.line, of: position.file)
        )
    }
}
