internal import OrderedCollections

extension ServiceDefinition {
    /// The definition with its generated syncs. Each has the schedule of the service, unless it has its own.
    var withSyncs: ServiceDefinition {
        var whole = self
        for id in GeneratedSyncs.ids(groups) where !resources.contains(where: { $0.id == id }) {
            whole.resources.append(
                ResourceDefinition(id: id, driver: SyncRsync.id, position: position)
            )
        }
        for index in whole.resources.indices
        where GeneratedSyncs.contains(whole.resources[index].id) {
            for (word, setting) in settings where SyncRsync.schedule.contains(word) {
                let own = whole.resources[index].settings[word]
                whole.resources[index].settings[word] = own ?? setting
            }
        }
        return whole
    }
}
