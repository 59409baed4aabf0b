/// Judges the directories under the root that hold what osvc believes: pids, journals, locks, logs.
///
/// Who else may write to them can have osvc kill or run what he likes. An ordinary user's osvc is as safe as
/// the user made it; only root's is judged.
@EngineActor
public struct StateTrust {
    private let layout: Layout
    private let service: String
    private let host: any Host

    public init(_ layout: Layout, service: String, host: any Host) {
        self.layout = layout
        self.service = service
        self.host = host
    }

    /// What is wrong, each with the command that mends it. What is not there yet osvc makes.
    public func problems() -> [String] {
        guard host.userID == 0 else { return [] }
        let state = "\(layout.root)/var"
        var found: [String] = []
        // In a shared, sticky directory logs are opened with care; state is believed by its name alone.
        for (path, isShareable) in [
            (state, false), ("\(state)/lock", false), (layout.state(of: service), false),
            ("\(layout.root)/log", true), (layout.launcherLogs, true),
        ] {
            for place in [path, host.realPath(path) ?? path] {
                if let problem = problem(of: place, isShareable), !found.contains(problem) {
                    found.append(problem)
                }
            }
        }
        return found
    }

    /// The first directory from `/` on that is in the wrong hands.
    private func problem(of path: String, _ isShareable: Bool) -> String? {
        let parts = path.pathParts
        for count in 0...parts.count {
            let folder = "/" + parts.prefix(count).joined(separator: "/")
            // What cannot be looked at cannot be written to either.
            guard let info = (try? host.fileInfo(folder)) ?? nil, info.kind == .directory else {
                continue
            }
            let isSticky = info.mode & 0o1000 != 0 && (count < parts.count || isShareable)
            if let fault = fault(of: folder, info, isSticky) { return fault }
        }
        return nil
    }

    private func fault(of folder: String, _ info: FileInfo, _ isSticky: Bool) -> String? {
        let mode = String(info.mode & 0o7777, radix: 8)
        let word = ShellWord.quoted(folder)
        guard info.owner == 0 else {
            return
                "\(folder) belongs to user \(info.owner) (mode \(mode)), who could change what osvc keeps"
                + " below it: chown root \(word)"
        }
        guard info.mode & 0o022 != 0, !isSticky else { return nil }
        let who = (info.mode & 0o020 == 0 ? "" : "g") + (info.mode & 0o002 == 0 ? "" : "o")
        return
            "\(folder) may be written by others (owner 0, mode \(mode)), who could change what osvc keeps"
            + " below it: chmod \(who)-w \(word)"
    }
}
