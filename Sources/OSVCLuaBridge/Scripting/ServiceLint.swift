internal import OSVCEngine

/// What looks wrong in a service that loads: `osvc check` shows it, nothing else does.
extension LoadedService {
    /// Keys written twice in one table, hooks for resources that are not there, ids that are half counted
    /// and half written.
    @EngineActor
    public var warnings: [Diagnostic] {
        let lint = ServiceLint(definition: definition, session: session)
        return lint.duplicateKeys + lint.idleHooks + lint.mixedIDs
    }
}

@EngineActor
struct ServiceLint {
    let definition: ServiceDefinition
    let session: ScriptSession

    /// Lua keeps the last of them and says nothing.
    var duplicateKeys: [Diagnostic] {
        session.files.files.flatMap { file in
            LuaSourceLocator(file.bytes).duplicateKeys().map { found in
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

    /// Only the service's own: a site's hooks need not concern every service.
    var idleHooks: [Diagnostic] {
        definition.hooks.compactMap { hook in
            guard hook.set == definition.name, let pattern = hook.resourcePattern,
                !definition.resources.contains(where: { $0.id.text.matches(glob: pattern) })
            else { return nil }
            return diagnostic("\(hook.id): no resource is like '\(pattern)'", hook.script.position)
        }
    }

    /// The count of those without an id starts at 0 and takes those with one along.
    var mixedIDs: [Diagnostic] {
        let counted = Dictionary(grouping: session.draft.counted) { $0.section }
        return counted.keys.sorted().compactMap { section in
            let all = definition.resources.filter { $0.id.section == section }
            guard let first = counted[section]?.first, let own = counted[section],
                own.count < all.count,
                let place = all.first(where: { $0.id == first })?.position
            else { return nil }
            return diagnostic("\(section): some have an id and some are counted", place)
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
