internal import OrderedCollections

/// What a classic file says of the syncs that its service has anyway (classic-env.md section 3).
extension EnvTranslator {
    /// Judges the words of `[sync]`, or of a section of a generated sync's own name.
    mutating func checkSync(_ keys: EnvKeys, of owner: String) {
        guard let type = registry.driver(section: GeneratedSyncs.section) else { return }
        check(keys, of: owner, type)
        tellMinDelay(keys)
    }

    /// Tells once that the former name is in use.
    mutating func tellMinDelay(_ keys: EnvKeys) {
        guard keys["sync_min_delay"] != nil else { return }
        let message = EnvMessage(.warning, CommonKeywords.minDelayNote)
        if !findings.contains(message) { findings.append(message) }
    }

    /// The generated syncs: their schedule stands in `[sync]`, else in DEFAULT; the rest in a section of
    /// their own name, and of that DEFAULT gives only whether they are disabled or optional.
    mutating func syncs(_ groups: NodeGroups) -> [ResourceDefinition] {
        guard let type = registry.driver(section: GeneratedSyncs.section) else { return [] }
        let schedule = file.section(GeneratedSyncs.section)
        let shared = schedule.map(EnvKeys.init) ?? EnvKeys()
        let inherited: Set<String> = ["disable", "disable_on", "optional", "optional_on"]
        return GeneratedSyncs.ids(groups).map { id in
            let section = file.sections.first { $0.name.lowercased() == id.text }
            let own = section.map(EnvKeys.init) ?? EnvKeys()
            let start = section?.line ?? schedule?.line ?? file.defaults.line
            var made = ResourceDefinition(id: id, driver: type.id, position: position(start))
            for keyword in schema.section(of: type).keywords {
                if SyncRsync.schedule.contains(keyword.name) {
                    let own = own.has(keyword.name) ? own : shared
                    made.settings[keyword.name] = setting(keyword, of: id.text, own, defaults)
                } else {
                    let below = inherited.contains(keyword.name) ? defaults : EnvKeys()
                    made.settings[keyword.name] = setting(keyword, of: id.text, own, below)
                }
            }
            return made
        }
    }
}
