import OSVCEngine

extension ServiceConfiguration {
    /// Edits the text of a file. Returns the lines to print.
    typealias Edit = (inout EnvEditor) throws(ConfigurationFailure) -> [String]

    /// The edit of a request; nil: nothing is to be done, and that was reported.
    func edit(of request: ConfigurationRequest) throws(ConfigurationFailure) -> Edit? {
        switch request.action {
        case .set: return try set(request)
        case .unset:
            let parameter = try parameter(of: request)
            return edit { (editor) throws(EnvEditError) in
                try editor.unset(parameter.key, in: parameter.section)
            }
        case .enable, .disable: return switching(request)
        case .delete: return deletion(request)
        case .update: return update(request)
        case .get, .create, .install: return nil
        }
    }

    private func edit(_ work: @escaping (inout EnvEditor) throws(EnvEditError) -> Void) -> Edit {
        { (editor) throws(ConfigurationFailure) in
            do throws(EnvEditError) {
                try work(&editor)
                return []
            } catch {
                throw ConfigurationFailure(error)
            }
        }
    }

    private func set(_ request: ConfigurationRequest) throws(ConfigurationFailure) -> Edit {
        let parameter = try parameter(of: request)
        let value = request.value ?? ""
        // The bytes of a command line that is not UTF-8 are lost.
        guard !value.unicodeScalars.contains("\u{FFFD}") else {
            throw ConfigurationFailure("value '\(value)' cannot be written: it is not valid UTF-8")
        }
        return edit { (editor) throws(EnvEditError) in
            try editor.set(parameter.key, in: parameter.section, to: value)
        }
    }

    private func switching(_ request: ConfigurationRequest) -> Edit {
        { (editor) throws(ConfigurationFailure) in
            try Self.judge(request.rids, among: editor.resources, of: request.service)
            let isDisabled = request.action == .disable
            do throws(EnvEditError) {
                try editor.setDisabled(isDisabled, request.rids)
            } catch {
                throw ConfigurationFailure(error)
            }
            return overruled(request, isDisabled, editor.bytes)
        }
    }

    /// A line for this node, `disable@n1`, takes precedence over the one that was written.
    private func overruled(
        _ request: ConfigurationRequest,
        _ isDisabled: Bool,
        _ bytes: [UInt8]
    ) -> [String] {
        let path = ServicePlace(request.service, in: layout).file
        guard
            let service = try? EnvService(bytes, path: path, registry: registry, node: node)
        else { return [] }
        let definition = service.definition
        return definition.resources.compactMap { resource in
            guard request.rids.contains(resource.id.text),
                let entry = resource.entry("disable", on: node.name, of: definition.groups),
                entry.value != .boolean(isDisabled)
            else { return nil }
            let state = isDisabled ? "enabled" : "disabled"
            return "WARNING: \(resource.id) stays \(state) on \(node.name):"
                + " \(entry.position) says so"
        }
    }

    private func deletion(_ request: ConfigurationRequest) -> Edit? {
        guard !request.rids.isEmpty else {
            output.say("no resource flagged for deletion")
            return nil
        }
        return { (editor) throws(ConfigurationFailure) in
            try Self.judge(request.rids, among: editor.removableResources, of: request.service)
            do throws(EnvEditError) {
                for rid in Set(request.rids) { try editor.removeSection(rid) }
            } catch {
                throw ConfigurationFailure(error)
            }
            return []
        }
    }

    private func update(_ request: ConfigurationRequest) -> Edit {
        { (editor) throws(ConfigurationFailure) in
            var draft = EnvDraft(updating: editor.bytes, registry: registry)
            do throws(EnvDraft.Refusal) {
                try draft.add(request.resources)
            } catch {
                throw ConfigurationFailure(lines: error.lines)
            }
            editor = draft.editor
            return draft.removals
        }
    }

    /// Reports resources that do not exist, with those that do (decisions.md 31).
    private static func judge(_ rids: [String], among known: [String], of service: String)
        throws(ConfigurationFailure)
    {
        let absent = rids.filter { !known.contains($0) }
        guard !absent.isEmpty else { return }
        let there = known.isEmpty ? "it has none" : known.joined(separator: ", ")
        throw ConfigurationFailure(
            lines: absent.map { "service \(service) has not resource \($0) (\(there))" }
        )
    }
}
