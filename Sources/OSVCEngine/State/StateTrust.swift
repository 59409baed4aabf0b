/// Judges the directories under the root whose files osvc believes: pids, journals, locks, logs.
///
/// Another user who can write there can make root's osvc kill or run anything. The osvc of an ordinary user is
/// as safe as the user made it; only that of root is judged.
@EngineActor
public struct StateTrust {
    private let layout: Layout
    private let service: String?
    private let host: any Host

    /// Without a service only the directories of the whole node are judged.
    public init(_ layout: Layout, service: String?, host: any Host) {
        self.layout = layout
        self.service = service
        self.host = host
    }

    /// The problems, each with the commands that correct it. A directory that does not exist is no problem:
    /// osvc makes it.
    public func problems() -> [String] {
        guard host.userID == 0 else { return [] }
        var faults: [TrustFault] = []
        let own = service.map { [layout.state(of: $0)] } ?? []
        // Logs in a shared directory are opened with care; state files are believed by their name alone.
        let believed = ([layout.stateRoot, layout.locks] + own).map { ($0, false) }
        let opened = [layout.logs, layout.launcherLogs].map { ($0, true) }
        for (path, isShareable) in believed + opened {
            for place in [path, host.realPath(path) ?? path] {
                for fault in self.faults(of: place, isShareable) where !faults.contains(fault) {
                    faults.append(fault)
                }
            }
        }
        return faults.compactMap { TrustFault.text([$0]) }
    }

    /// The directories from `/` on that another user can change.
    private func faults(of path: String, _ isShareable: Bool) -> [TrustFault] {
        let parts = path.pathParts
        return (0...parts.count).compactMap { count in
            let folder = "/" + parts.prefix(count).joined(separator: "/")
            // A directory that cannot be looked at cannot be written to either.
            guard let info = (try? host.fileInfo(folder)) ?? nil, info.kind == .directory else {
                return nil
            }
            let writers = DirectoryWriters(mode: info.mode)
            let isSafe =
                if isShareable {
                    writers.allowsOpening
                } else {
                    writers == .nobody || count < parts.count && writers.keepsRootsFiles
                }
            return fault(of: folder, info, isSafe)
        }
    }

    private func fault(of folder: String, _ info: FileInfo, _ isSafe: Bool) -> TrustFault? {
        guard info.owner != 0 || !isSafe else { return nil }
        let mode = String(info.mode & 0o7777, radix: 8)
        let problem =
            info.owner == 0
            ? "may be written by others (owner 0, mode \(mode))"
            : "belongs to user \(info.owner) (mode \(mode))"
        return TrustFault(
            "\(folder) \(problem), who could change what osvc keeps below it",
            directory: folder,
            owner: info.owner == 0 ? nil : "root",
            writers: isSafe ? 0 : info.mode
        )
    }
}
