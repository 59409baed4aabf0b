internal import OrderedCollections

/// Turns the sections of a classic file into a definition: inheritance and scopes as classic-env.md
/// sections 3 and 4, values checked against the keywords of the registry.
///
/// All errors are collected, so that one load reports everything. An unknown keyword is a warning
/// (decisions.md 18); a bad value, or a keyword that only the classic release supports, refuses the
/// service (decisions.md 19).
struct EnvTranslator {
    let file: EnvFile
    let name: String
    let path: String
    let schema: EnvSchema
    var findings: [EnvMessage] = []
    /// The messages about dropped resources, with the creation order and then the line by which they are sorted.
    private var complaints: [(place: Int, line: Int, message: EnvMessage)] = []
    private(set) var isRefused = false
    let defaults: EnvKeys
    /// The keywords of DEFAULT that a resource may inherit, each once, because every section asks for them.
    private let inheritedWords: [String]
    /// The settings that sections inherit from DEFAULT, read once and shared.
    var inherited: [String: (keyword: Keyword, setting: ScopedSetting?)] = [:]
    /// The positions of values that were already refused.
    private var refused: Set<SourcePosition> = []
    /// The lines whose values are not UTF-8 and were reported.
    var notText: Set<Int> = []

    var registry: DriverRegistry { schema.registry }

    init(file: EnvFile, name: String, path: String, schema: EnvSchema) {
        self.file = file
        self.name = name
        self.path = path
        self.schema = schema
        defaults = EnvKeys(file.defaults)
        var words: Set<String> = []
        inheritedWords = defaults.all.map(\.word).filter {
            schema.defaults.place(of: $0) != nil && words.insert($0).inserted
        }
    }

    /// Everything that was found; dropped resources come last.
    var messages: [EnvMessage] {
        findings + complaints.sorted { ($0.place, $0.line) < ($1.place, $1.line) }.map(\.message)
    }

    mutating func translate() -> ServiceDefinition {
        var definition = ServiceDefinition(
            name: name,
            position: position(file.defaults.line),
            settings: service(),
            files: [path]
        )
        if definition.settings[CommonKeywords.classicName] == nil { definition.isClassic = true }
        var resources: [(place: Int, resource: ResourceDefinition)] = []
        for section in sections {
            guard let made = resource(section.section, section.name) else { continue }
            resources.append((section.name.creationPlace, made))
        }
        for made in syncs(definition.groups) {
            resources.append((EnvSectionName(made.id.text, registry: registry).creationPlace, made))
        }
        if file.section(Application.section) == nil, let made = implicitApplication() {
            resources.append((EnvSectionName("app", registry: registry).creationPlace, made))
        }
        definition.resources = resources.enumerated()
            .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
            .map(\.element.resource)
        return definition
    }

    /// Removes the resources that this node does not have, and reports which keyword a resource lacks here.
    mutating func drop(from definition: inout ServiceDefinition, on node: String) {
        let groups = definition.groups
        let dropped = definition.resources.indices.filter { index in
            let resource = definition.resources[index]
            guard !resource.isLeft(out: node, of: groups) else { return true }
            guard let keyword = resource.lackedKeyword(on: node, of: groups, registry) else {
                return false
            }
            complain(of: keyword, resource, on: node)
            return true
        }
        let left = Set(definition.resources.indices).subtracting(dropped).sorted()
        definition.resources = left.map { definition.resources[$0] }
    }

    private mutating func complain(
        of keyword: String,
        _ resource: ResourceDefinition,
        on node: String
    ) {
        let message =
            switch keyword {
            case "ipname":
                EnvMessage(
                    .error,
                    "nor ipname and ipname@\(node) defined in config file section \(resource.id)"
                )
            case "ipdev": EnvMessage(.debug, "ipdev not found in ip section \(resource.id)")
            default: EnvMessage(.error, "\(keyword) must be set in section \(resource.id)")
            }
        let place = EnvSectionName(resource.id.text, registry: registry).creationPlace
        complaints.append((place, resource.position.line, message))
    }

    // MARK: Sections

    /// The sections with their meaning, in creation order, which is also the order of messages.
    private var sections: [(section: EnvFile.Section, name: EnvSectionName)] {
        file.sections.map { ($0, EnvSectionName($0.name, registry: registry)) }
            .enumerated()
            .sorted {
                ($0.element.1.creationPlace, $0.offset) < ($1.element.1.creationPlace, $1.offset)
            }
            .map { ($0.element.0, $0.element.1) }
    }

    private mutating func resource(_ section: EnvFile.Section, _ name: EnvSectionName)
        -> ResourceDefinition?
    {
        let keys = EnvKeys(section)
        switch name.kind {
        case .unknown:
            let words = registry.sections + CommonKeywords.sectionsLater + ["DEFAULT"]
            let hint = nearest(to: name.word, in: words).map { " (did you mean '\($0)'?)" } ?? ""
            warn("unknown section [\(section.name)]\(hint)", section.line)
            return nil
        case .schedule:
            checkSync(keys, of: section.name)
            return nil
        case .generated:
            // As in the classic release, it is also read as a sync of its own.
            _ = refuseLater(section, name, keys)
            checkSync(keys, of: section.name)
            return nil
        case .later:
            return refuseLater(section, name, keys)
        case .known where isILO(name, keys):
            return refuseLater(section, name, keys)
        case .known:
            guard let type = driver(name.word, keys) else { return nil }
            check(keys, of: section.name, type)
            return make(section, keys, type)
        }
    }

    /// Reports the keyword that is missing, or else that the resource is not supported.
    private mutating func refuseLater(
        _ section: EnvFile.Section,
        _ name: EnvSectionName,
        _ keys: EnvKeys
    ) -> ResourceDefinition? {
        let places = [keys, defaults]
        let lacks = { (keyword: String) in
            switch keyword {
            // `name` is the former word for it.
            case "target" where name.word == StonithCallout.section:
                !places.contains { $0.has("target") || $0.has("name") }
            case "path@node":
                !places.contains { $0.keys(of: "path").contains { $0.scope != .everywhere } }
            default: !places.contains { $0.has(keyword) }
            }
        }
        let type = (keys["type"] ?? defaults["type"])?.value
        if let text = name.complaint(type: type, lacking: lacks, in: section.name) {
            complaints.append((name.creationPlace, section.line, EnvMessage(.error, text)))
        } else {
            refuse("\(section.name) is not supported by this release", section.line)
        }
        return nil
    }

    /// Whether it is a stonith of type `ilo`, which this release does not support.
    private func isILO(_ name: EnvSectionName, _ keys: EnvKeys) -> Bool {
        name.word == StonithCallout.section && keys["type"]?.value == "ilo"
    }

    /// The driver of a section word; of several drivers, the one whose id ends in the written `type`.
    private func driver(_ word: String, _ keys: EnvKeys) -> (any Driver.Type)? {
        registry.driver(section: word, type: (keys["type"] ?? defaults["type"])?.value)
    }

    private mutating func make(
        _ section: EnvFile.Section,
        _ keys: EnvKeys,
        _ type: any Driver.Type
    ) -> ResourceDefinition {
        var settings: OrderedDictionary<String, ScopedSetting> = [:]
        let kind = schema.section(of: type)
        for place in kind.written(in: keys, inheritedWords) {
            let keyword = kind.keywords[place]
            settings[keyword.name] = setting(keyword, of: section.name, keys, defaults)
        }
        for entry in settings["tags"]?.entries.values ?? [] {
            guard case .list(let words) = entry.value, words.contains("encap") else { continue }
            refuse(
                "\(section.name): tag 'encap' is not supported by this release",
                entry.position.line
            )
        }
        var resource = ResourceDefinition(
            id: ResourceID(section.name),
            driver: type.id,
            position: position(section.line),
            settings: settings,
            triggers: triggers(keys)
        )
        if type.section == Application.section { addDefaults(to: &resource) }
        return resource
    }

    private static let inheritedByLaunchers: Set<String> = [
        "disable", "disable_on", "optional", "optional_on", "monitor", "monitor_on",
        "on_error", "timeout", "parallel",
    ]

    /// The `app` resource of a service without that section: only these keywords of DEFAULT apply to it
    /// (classic-env.md section 4.5).
    private mutating func implicitApplication() -> ResourceDefinition? {
        guard let type = registry.driver(section: Application.section) else { return nil }
        var resource = ResourceDefinition(
            id: ResourceID(Application.section),
            driver: type.id,
            position: position(file.defaults.line)
        )
        let kind = schema.section(of: type)
        for place in kind.written(in: EnvKeys(), inheritedWords) {
            let keyword = kind.keywords[place]
            guard Self.inheritedByLaunchers.contains(keyword.name) else { continue }
            resource.settings[keyword.name] = setting(keyword, of: "app", EnvKeys(), defaults)
        }
        addDefaults(to: &resource)
        return resource
    }

    /// Adds the classic defaults: a launcher that fails does not end a start, and has no time limit
    /// (decisions.md 9, 10).
    private func addDefaults(to resource: inout ResourceDefinition) {
        for (keyword, value) in CommonKeywords.applicationDefaults(isClassic: isClassic) {
            var setting = resource.settings[keyword] ?? ScopedSetting([:])
            guard setting.entries[.everywhere] == nil else { continue }
            setting.entries[.everywhere] = .init(value, at: resource.position)
            resource.settings[keyword] = setting
        }
    }

    /// The keyword `classic`; true when it is not written. A value that is not a boolean is reported elsewhere.
    private var isClassic: Bool {
        guard let written = defaults[CommonKeywords.classicName] else { return true }
        return (try? EnvValue.boolean(written.value)) ?? true
    }

    // MARK: Messages

    func position(_ line: Int) -> SourcePosition { SourcePosition(file: path, line: line) }

    mutating func warn(_ text: String, _ line: Int) {
        findings.append(EnvMessage(.warning, text, at: position(line)))
    }

    /// A bad value of DEFAULT is reported once, not for each section that inherits it.
    mutating func refuse(_ text: String, _ line: Int) {
        isRefused = true
        let position = position(line)
        guard refused.insert(position).inserted else { return }
        findings.append(EnvMessage(.error, text, at: position))
    }
}
