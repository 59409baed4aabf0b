internal import OSVCEngine
internal import OrderedCollections

extension ModuleFunction {
    private static let limitsSchema = OptionSchema([
        Option("tasks", .integer(1...256), "Functions under way at once."),
        Option("children", .integer(1...64), "Programs under way at once."),
        Option("output", .size, "Bytes kept of each output of a program, at most 256K."),
    ])

    static let service = ModuleFunction(
        "service",
        "\"name\" { field=value…, resource…, hook… }",
        "What a service file returns.",
        options: [limitsSchema]
    ) { loading in
        loading.constructor("service", needsID: true) { [unowned loading] id, table, place in
            let reader = ServiceReader(
                loading: loading,
                name: id ?? "",
                place: place,
                limitsSchema: limitsSchema
            )
            return loading.object(loading.types.service, reader.read(table), label: id)
        }
    }
}

/// Reads the table of a service, and adds its resources and hooks to the definition.
@EngineActor
struct ServiceReader {
    let loading: Loading
    let name: String
    let place: WrittenTable
    let limitsSchema: OptionSchema

    func read(_ table: LuaTable) -> ServiceDraft {
        let reader = SettingsReader(
            loading: loading,
            owner: name,
            keywords: CommonKeywords.service,
            later: CommonKeywords.serviceLater,
            others: ["limits", "uses"],
            place: place
        )
        let triggers = TriggerReader(loading: loading, owner: name, place: place)
        let settings = reader.read(table)
        var definition = ServiceDefinition(
            name: name,
            position: place.position,
            settings: Self.ordered(settings),
            triggers: triggers.read(table)
        )
        SettingsReader.checkScopes(
            settings,
            definition.triggers,
            of: name,
            groups: definition.groups,
            loading
        )
        readList(table, into: &definition)
        return ServiceDraft(
            definition: definition,
            uses: uses(table),
            limits: limits(table)
        )
    }

    static func ordered(
        _ settings: [WrittenSetting]
    ) -> OrderedDictionary<String, ScopedSetting> {
        OrderedDictionary(uniqueKeysWithValues: settings.map { ($0.keyword, $0.setting) })
    }

    // MARK: Resources and hooks

    private func readList(
        _ table: LuaTable,
        into definition: inout ServiceDefinition
    ) {
        do throws(ValueProblem) {
            try ValueReader.checkHasNoHoles(table)
        } catch {
            loading.report("\(name): \(error.text)", at: place.position)
        }
        var places: [String: Int] = [:]
        // By text: a reader cannot tell two spellings of one letter apart.
        var seen: [String: SourcePosition] = [:]
        for (index, value) in table.list.enumerated() {
            guard case .object(let object) = value else {
                reportStray(value, index)
                continue
            }
            if let draft = object.payload as? Boxed<ResourceDraft> {
                let place = places[draft.value.section, default: 0]
                let id = Self.id(of: draft.value, place: place)
                places[draft.value.section] = place + 1
                if let first = seen.updateValue(draft.value.position, forKey: id.text) {
                    let at = draft.value.position
                    loading.report(.duplicateResource(id, first: first, at: at))
                } else {
                    add(draft.value, id, to: &definition)
                }
            } else if let draft = object.payload as? Boxed<HookDraft?> {
                if let hook = draft.value { definition.hooks.append(hook.hook(in: name)) }
            } else {
                reportStray(value, index)
            }
        }
        addApplication(to: &definition)
    }

    private func reportStray(_ value: LuaValue, _ index: Int) {
        loading.report(
            "\(name): [\(index + 1)]: a resource or a hook expected, got \(value.typeName)",
            at: place.position(of: [.place(index + 1)])
        )
    }

    private func add(
        _ draft: ResourceDraft,
        _ id: ResourceID,
        to definition: inout ServiceDefinition
    ) {
        SettingsReader.checkScopes(
            draft.settings,
            draft.triggers,
            of: id.text,
            groups: definition.groups,
            loading
        )
        var settings = Self.ordered(draft.settings)
        if draft.section == "app" {
            addDefaults(to: &settings, at: draft.position, isClassic: definition.isClassic)
        }
        definition.resources.append(
            ResourceDefinition(
                id: id,
                isIDWritten: draft.id != nil,
                driver: draft.driver,
                position: draft.position,
                settings: settings,
                triggers: draft.triggers,
                launchers: draft.launchers
            )
        )
    }

    /// The id as written, else its number among its kind; the first `app` without an id is `app`
    /// (classic-resources.md section 5).
    private static func id(of draft: ResourceDraft, place: Int) -> ResourceID {
        if let id = draft.id { return ResourceID("\(draft.section)#\(id)") }
        if draft.section == "app", place == 0 { return ResourceID("app") }
        return ResourceID("\(draft.section)#\(place)")
    }

    // MARK: The application

    /// Adds an `app` that is not written. Every service has one, and in Lua its defaults differ from those of
    /// classic files (decisions.md 9 and 10).
    private func addApplication(to definition: inout ServiceDefinition) {
        guard let driver = loading.registry.driver(section: "app"),
            !definition.resources.contains(where: { $0.id.section == "app" })
        else { return }
        var settings: OrderedDictionary<String, ScopedSetting> = [:]
        addDefaults(to: &settings, at: definition.position, isClassic: definition.isClassic)
        definition.resources.append(
            ResourceDefinition(
                id: ResourceID("app"),
                driver: driver.id,
                position: definition.position,
                settings: settings
            )
        )
    }

    private func addDefaults(
        to settings: inout OrderedDictionary<String, ScopedSetting>,
        at position: SourcePosition,
        isClassic: Bool
    ) {
        let defaults = CommonKeywords.applicationDefaults(isClassic: isClassic)
        let known = loading.registry.driver(section: "app")?.keywords.map(\.name) ?? []
        for (keyword, value) in defaults where known.contains(keyword) {
            guard settings[keyword] == nil else { continue }
            settings[keyword] = ScopedSetting(value, at: position)
        }
    }

    // MARK: Limits

    private func uses(_ table: LuaTable) -> [String]? {
        guard let value = table["uses"] else { return nil }
        do throws(ValueProblem) {
            return try ValueReader.words(value)
        } catch {
            let position = place.position(of: "uses")
            loading.report("\(name): field 'uses': \(error.text)", at: position)
            return nil
        }
    }

    /// Limits of the interpreter, which already runs when a service could set them.
    private static let laterLimits = ["memory", "depth", "nodes", "source", "instructions"]

    private func limits(_ table: LuaTable) -> ScriptLimits {
        var limits = ScriptLimits()
        guard let value = table["limits"] else { return limits }
        guard case .table(let written) = value else {
            let text = ValueReader.expected("a table", value).text
            loading.report("\(name): field 'limits': \(text)", at: place.position(of: "limits"))
            return limits
        }
        var problems: [FieldProblem] = []
        var known = written
        for name in Self.laterLimits where written[name] != nil {
            let text = "field 'limits.\(name)' is not supported by this release"
            let at = place.position(of: [.field("limits"), .field(name)])
            loading.report("\(self.name): \(text)", at: at)
            known.fields.removeAll { $0.name == name }
        }
        let options = Options(known, limitsSchema, problems: &problems)
        if let output = options.integer("output"), output > limits.output {
            problems.append(FieldProblem([.field("output")], "\(output) is more than 256K"))
        }
        loading.report(problems.map { $0.below(.field("limits")) }, of: name, in: place)
        limits.tasks = options.integer("tasks") ?? limits.tasks
        limits.children = options.integer("children") ?? limits.children
        limits.output = min(options.integer("output") ?? limits.output, limits.output)
        return limits
    }
}
