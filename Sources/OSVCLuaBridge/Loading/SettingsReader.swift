internal import OSVCEngine

/// Reads the keyword fields of a service or a resource. Each is checked against its keyword, for every node
/// that it is written for.
@EngineActor
struct SettingsReader {
    let loading: Loading
    /// The service or resource that the fields belong to, for messages: `ip#0`.
    let owner: String
    let keywords: [Keyword]
    /// Keywords that only the classic release supports; they are refused by name.
    let later: Set<String>
    /// Names that are read elsewhere, besides triggers: `limits`.
    let others: [String]
    let place: WrittenTable

    /// The settings in the order of the keywords.
    func read(_ table: LuaTable) -> [WrittenSetting] {
        var found: [String: WrittenSetting] = [:]
        for field in table.fields
        where !others.contains(field.name) && !TriggerReader.reads(field.name) {
            read(field, into: &found)
        }
        for keyword in keywords where keyword.isRequired && keyword.defaultValue == nil {
            guard found[keyword.name] == nil, !isWritten(keyword.name, in: table) else { continue }
            loading.report(
                .missingKeyword(owner: owner, keyword: keyword.name, at: place.position)
            )
        }
        return keywords.compactMap { found[$0.name] }
    }

    /// Whether the field is written, even if its value was refused.
    private func isWritten(_ keyword: String, in table: LuaTable) -> Bool {
        table.fields.contains { $0.name == keyword || $0.name.hasPrefix("\(keyword)@") }
    }

    private func read(_ field: LuaTable.Field, into found: inout [String: WrittenSetting]) {
        let position = place.position
        let parts = field.name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let keyword = keywords.first(where: { $0.name == name }) else {
            reportUnknown(field.name, name)
            return
        }
        let scope = parts.count == 2 ? Scope(word: String(parts[1])) : .everywhere
        for entry in entries(of: field.value, scope, at: position) {
            guard entry.scope == .everywhere || keyword.isScopable else {
                let error = ConfigurationError.notScopable(
                    owner: owner,
                    keyword: name,
                    at: entry.position
                )
                loading.report(error.message, at: place.position(of: field.name))
                continue
            }
            add(entry, keyword, written: field.name, to: &found)
        }
    }

    private func entries(
        of value: LuaValue,
        _ scope: Scope,
        at position: SourcePosition
    ) -> [ScopedDraft.Entry] {
        guard case .object(let object) = value, let scoped = object.payload as? Boxed<ScopedDraft>
        else { return [ScopedDraft.Entry(scope: scope, value: value, position: position)] }
        guard scope == .everywhere else {
            let text = "\(owner): per_node inside '@\(scope.word ?? "")'"
            loading.report(text, at: position)
            return []
        }
        return scoped.value.entries
    }

    private func add(
        _ entry: ScopedDraft.Entry,
        _ keyword: Keyword,
        written: String,
        to found: inout [String: WrittenSetting]
    ) {
        do throws(ValueProblem) {
            let value = try ValueReader.setting(entry.value, as: keyword.kind)
            if let problem = keyword.problem(with: value) { throw ValueProblem(problem) }
            let new = ScopedSetting.Entry(value, at: entry.position)
            let fresh = WrittenSetting(keyword: keyword.name, setting: ScopedSetting([:]))
            let written = found[keyword.name, default: fresh].setting.entries
            guard written[entry.scope] == nil else {
                let scope = entry.scope.word.map { " for '\($0)'" } ?? ""
                throw ValueProblem("written twice\(scope)")
            }
            guard written.count < Keyword.mostNodes + 4 else {
                throw ValueProblem(Keyword.tooManyScopes(keyword.name))
            }
            // Changed in place: a copy for each value would take time proportional to the square of their number.
            found[keyword.name, default: fresh].setting.entries[entry.scope] = new
        } catch {
            loading.report(
                "\(owner): field '\(written)': \(error.text)",
                at: place.position(of: written)
            )
        }
    }

    private func reportUnknown(_ written: String, _ name: String) {
        guard !loading.isFull else {
            return loading.report("", at: place.position)
        }
        let position = place.position(of: written)
        guard !later.contains(name) else {
            let error = ConfigurationError.notYet(
                owner: owner,
                what: "field '\(name)'",
                at: position
            )
            loading.report(error.message, at: position)
            return
        }
        let known = keywords.map(\.name) + others + TriggerReader.names
        let error = ConfigurationError.unknownKeyword(
            owner: owner,
            keyword: name,
            nearest: nearest(to: name, in: known),
            at: position
        )
        loading.report(error.message, at: position)
    }

    /// Reports nodes that a setting names and the service does not have.
    static func checkScopes(
        _ settings: [WrittenSetting],
        _ triggers: [Trigger],
        of owner: String,
        groups: NodeGroups,
        _ loading: Loading
    ) {
        let known = groups.nodes + groups.drpnodes + groups.encapnodes
        let names = Set(known)
        guard !known.isEmpty else { return }
        let scopes =
            settings.flatMap { setting in
                setting.setting.entries.map { (setting.keyword, $0.key, $0.value.position) }
            } + triggers.map { ($0.name, $0.scope, $0.position) }
        for (keyword, scope, position) in scopes {
            guard case .node(let node) = scope, !names.contains(node) else { continue }
            guard !loading.isFull else {
                loading.report("", at: position)
                continue
            }
            loading.report(
                .unknownScope(
                    owner: owner,
                    keyword: keyword,
                    node: node,
                    known: known,
                    at: position
                )
            )
        }
    }
}
