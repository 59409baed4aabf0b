internal import OSVCEngine
internal import OrderedCollections

/// Writes a classic service as Lua, section by section in the order of its file.
struct ServiceText {
    let definition: ServiceDefinition
    let file: EnvFile
    let registry: DriverRegistry
    /// The section words of the resources that were written.
    private var used: Set<String> = []
    private var written: Set<ResourceID> = []
    private var comments: CommentStock

    init(
        definition: ServiceDefinition,
        file: EnvFile,
        comments: EnvComments,
        registry: DriverRegistry
    ) {
        self.definition = definition
        self.file = file
        self.registry = registry
        self.comments = CommentStock(comments)
    }

    mutating func text() -> String {
        let top = comments.takeAlone(before: file.defaults.line)
        let note = comments.takeBehind(file.defaults.line)
        let fields = serviceTable().fieldLines(indent: 2)
        var resources: [String] = []
        for section in file.sections { resources += lines(of: section) }
        for resource in definition.resources where !written.contains(resource.id) {
            resources += implicit(resource)
        }
        let rest = comments.takeAll().map { "  " + LuaText.comment($0) }
        let name = definition.name
        let head = [
            "-- \(name).lua: converted from \(name)\(EnvFile.suffix)"
        ]
        let open = "return osvc.service \(LuaText.string(name)) {"
        let whole =
            head + top.map(LuaText.comment)
            + ["local osvc = require \"osvc.v1\"", locals, ""]
            + [open + (note.map { " \(LuaText.comment($0))" } ?? "")]
            + fields + [""] + resources + rest + ["}"]
        return whole.joined(separator: "\n") + "\n"
    }

    /// `local ip, fs, app = osvc.ip, osvc.fs, osvc.app`
    private var locals: String {
        let words = registry.sections.filter(used.contains)
        let values = words.map { "osvc.\($0)" }.joined(separator: ", ")
        return "local \(words.joined(separator: ", ")) = \(values)"
    }

    // MARK: The service

    private mutating func serviceTable() -> LuaTableText {
        var rows = RowList()
        for (keyword, setting) in definition.settings { add(setting, keyword, to: &rows) }
        let inherited = Set(definition.resources.flatMap(\.linesOfSettings))
        for (key, entry) in file.defaults.entries
        where !rows.lines.contains(entry.line) && !inherited.contains(entry.line) {
            rows.remember(key, entry, why: silence(key))
        }
        return table(rows, of: file.defaults)
    }

    // MARK: Resources

    private mutating func lines(of section: EnvFile.Section) -> [String] {
        if isAboutSyncs(section) { return [] }
        guard let resource = resource(of: section) else { return remembered(section) }
        return lines(of: section, as: resource)
    }

    private mutating func lines(of section: EnvFile.Section, as resource: ResourceDefinition)
        -> [String]
    {
        let before = comments.takeAlone(before: section.line).map { "  " + LuaText.comment($0) }
        written.insert(resource.id)
        var rows = RowList()
        add(resource, to: &rows)
        for (key, entry) in section.entries where !rows.lines.contains(entry.line) {
            guard !isOmitted(key, in: resource) else { continue }
            rows.remember(key, entry, why: silence(key))
        }
        let note = comments.takeBehind(section.line)
        var table = table(rows, of: section)
        table.note = note
        return before + table.lines(after: head(of: resource), indent: 2)
    }

    private func resource(of section: EnvFile.Section) -> ResourceDefinition? {
        definition.resources.first { $0.id.text == section.name }
    }

    private var syncs: [ResourceDefinition] {
        definition.resources.filter { GeneratedSyncs.contains($0.id) }
    }

    /// Whether a section is about generated syncs. They are written last, in an order of their own, which the
    /// sections of a classic file do not have.
    private func isAboutSyncs(_ section: EnvFile.Section) -> Bool {
        section.name == GeneratedSyncs.section && !syncs.isEmpty
            || syncs.contains { $0.id.text == section.name.lowercased() }
    }

    private mutating func head(of resource: ResourceDefinition) -> String {
        let id = resource.id.text.split(separator: "#", maxSplits: 1)
        used.insert(String(id[0]))
        return id.count == 2 ? "\(id[0]) \(LuaText.string(String(id[1])))" : String(id[0])
    }

    /// A resource without a section of its own. A generated sync needs none; the values of `[sync]` are written
    /// in each sync that they apply to.
    private mutating func implicit(_ resource: ResourceDefinition) -> [String] {
        if GeneratedSyncs.contains(resource.id),
            let section = file.sections.first(where: { $0.name.lowercased() == resource.id.text })
                ?? file.section(GeneratedSyncs.section)
        {
            return lines(of: section, as: resource)
        }
        var rows = RowList()
        add(resource, to: &rows)
        let table = LuaTableText(rows: rows.sorted.map(\.row))
        guard !table.rows.isEmpty else { return [] }
        return table.lines(after: head(of: resource), indent: 2)
    }

    /// A section that makes no resource, written as comments.
    private mutating func remembered(_ section: EnvFile.Section) -> [String] {
        let before = comments.takeAlone(before: section.line)
        var rows = RowList()
        for (key, entry) in section.entries { rows.remember(key, entry, why: nil) }
        let note = comments.takeBehind(section.line).map { [$0] } ?? []
        let head = ["[\(oneLine(section.name))]: osvc has no such resource"] + note
        let table = table(rows, of: section)
        return (before + head).map { "  " + LuaText.comment($0) } + table.fieldLines(indent: 2)
    }

    private func add(_ resource: ResourceDefinition, to rows: inout RowList) {
        for (keyword, setting) in resource.settings {
            if setting.isSilentFlag(keyword, in: resource), !hasComment(setting) { continue }
            // In Lua, too, syncs inherit their schedule from the service.
            if GeneratedSyncs.contains(resource.id), definition.settings[keyword] == setting {
                continue
            }
            add(setting, keyword, to: &rows)
        }
        for trigger in resource.triggers where isReal(trigger.scope) {
            guard case .program(let words) = trigger.work else { continue }
            rows.add(
                Self.key(trigger.name, trigger.scope),
                LuaText.string(words.joined(separator: " ")),
                line: trigger.position.line
            )
        }
    }

    private func add(_ setting: ScopedSetting, _ keyword: String, to rows: inout RowList) {
        for (scope, entry) in setting.entries where isReal(scope) {
            rows.add(
                Self.key(keyword, scope),
                LuaText.value(entry.value),
                line: entry.position.line
            )
        }
    }

    private static func key(_ keyword: String, _ scope: Scope) -> String {
        scope.word.map { "\(keyword)@\($0)" } ?? keyword
    }

    /// Whether any node of the service is in the scope.
    private func isReal(_ scope: Scope) -> Bool {
        guard case .node(let name) = scope else { return true }
        let groups = definition.groups
        return (groups.nodes + groups.drpnodes + groups.encapnodes).contains(name)
    }

    private func hasComment(_ setting: ScopedSetting) -> Bool {
        setting.entries.values.contains { comments.isAbout($0.position.line) }
    }

    /// Whether the key is a flag with the value that it has by default.
    private func isOmitted(_ key: String, in resource: ResourceDefinition) -> Bool {
        resource.settings[key]?.isSilentFlag(key, in: resource) == true
    }

    /// Why a key has no effect.
    private func silence(_ key: String) -> String {
        let parts = key.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !isReal(Scope(word: String(parts[1]))) else {
            return "has no effect"
        }
        return "'\(oneLine(String(parts[1])))' is not a node of this service"
    }

    // MARK: Comments

    /// The rows in the order of their lines: first the section's own, then what it inherits.
    private mutating func table(_ rows: RowList, of section: EnvFile.Section) -> LuaTableText {
        var table = LuaTableText()
        let own = Set(section.entries.values.map(\.line))
        let sorted = rows.sorted
        for made in sorted where own.contains(made.line) {
            table.rows += comments.takeAlone(before: made.line).map { .comment($0) }
            table.rows.append(made.row.noted(comments.takeBehind(made.line)))
        }
        // Comments of keys that are not written: the keys are left out, their comments are kept.
        for line in own.subtracting(sorted.map(\.line)).sorted() {
            table.rows += comments.takeAlone(before: line).map { .comment($0) }
            if let note = comments.takeBehind(line) { table.rows.append(.comment(note)) }
        }
        table.rows += sorted.filter { !own.contains($0.line) }.map(\.row)
        return table
    }

    private func oneLine(_ text: String) -> String { RowList.oneLine(text) }
}

extension ScopedSetting {
    /// Whether it is a flag that is off everywhere and hides nothing: `disable = false` would hide a
    /// `disable_on` (classic-env.md section 4.3).
    fileprivate func isSilentFlag(_ keyword: String, in resource: ResourceDefinition) -> Bool {
        ["disable", "optional", "monitor"].contains(keyword)
            && resource.settings["\(keyword)_on"] == nil
            && entries.count == 1 && entries[.everywhere]?.value == .boolean(false)
    }
}

extension ResourceDefinition {
    /// The lines from which its settings and triggers come.
    fileprivate var linesOfSettings: [Int] {
        settings.values.flatMap { $0.entries.values.map(\.position.line) }
            + triggers.map(\.position.line)
    }
}
