internal import OrderedCollections

/// The settings of the generated syncs in a classic file (classic-env.md section 3).
extension EnvTranslator {
    /// Checks the keywords of `[sync]`, or of the section of a generated sync.
    mutating func checkSync(_ keys: EnvKeys, of owner: String) {
        guard let type = registry.driver(section: GeneratedSyncs.section) else { return }
        check(keys, of: owner, type)
        tellMinDelay(keys)
    }

    /// Reports once that the former name of `sync_interval` is used.
    mutating func tellMinDelay(_ keys: EnvKeys) {
        guard keys["sync_min_delay"] != nil else { return }
        let message = EnvMessage(.warning, CommonKeywords.minDelayNote)
        if !findings.contains(message) { findings.append(message) }
    }

    /// The generated syncs. Their schedule is that of `[sync]`, else of DEFAULT. Other keywords come from a
    /// section with the id of the sync; from DEFAULT only whether the sync is disabled or optional.
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
