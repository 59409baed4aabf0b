internal import OSVCEngine

/// Reads `<root>/etc/site.d/*.lua`, in the order of their names.
@EngineActor
struct SiteHooks {
    let reader: ScriptReader
    let root: String

    /// The hooks of the files whose `match` holds for the service.
    func read(for service: ServiceDefinition) -> [Hook] {
        let directory = Layout(root: root).siteHooks
        var hooks: [Hook] = []
        for name in names(in: directory) {
            let draft: HooksDraft? = reader.read("\(directory)/\(name)", returning: "osvc.hooks")
            guard let draft, HookMatch.holds(draft.match, for: service) else { continue }
            hooks += draft.hooks.map { $0.hook(in: draft.name, match: draft.match) }
        }
        return hooks
    }

    private func names(in directory: String) -> [String] {
        do throws(TrustError) {
            return try reader.loading.files.scripts(in: directory)
        } catch {
            let position = SourcePosition(file: directory, line: 0)
            reader.loading.report(error.description, at: position)
            return []
        }
    }
}
