/// Judges whether a program may be run for a service: it and every directory on the way to it belong to
/// root, or to who runs osvc, and nobody else may write there (decisions.md 28, lua-api.md section 4,
/// trust rules 1 to 3).
///
/// Nothing is put right here: the answer names the command that does. The way is judged as it stands now;
/// the directories of one look are judged once.
@EngineActor
final class LauncherTrust {
    private let host: any Host
    private var directories: [String: String] = [:]
    private var judged: Set<String> = []

    init(_ host: any Host) {
        self.host = host
    }

    /// Why the program at `path`, which really is at `real`, is not run; nil: nothing is wrong.
    func problem(of path: String, at real: String, _ info: FileInfo) throws(HostError) -> String? {
        let refusal = "\(path) is not run: "
        guard info.kind == .file else { return refusal + "it is not a regular file" }
        if let problem = problem(with: real, info) { return refusal + problem }
        for start in [path, real] {
            if let problem = try problemAbove(start) { return refusal + problem }
        }
        return nil
    }

    /// The first directory above a path that is in the wrong hands. Of a link, the way to its target.
    private func problemAbove(_ path: String) throws(HostError) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let directory = slash == path.startIndex ? "/" : String(path[..<slash])
        guard !judged.contains(directory) else { return directories[directory] }
        judged.insert(directory)
        let problem = try judge(directory)
        directories[directory] = problem
        return problem
    }

    private func judge(_ directory: String) throws(HostError) -> String? {
        if directory != "/", let problem = try problemAbove(directory) { return problem }
        guard let real = host.realPath(directory), let info = try host.fileInfo(directory) else {
            return nil
        }
        if let problem = problem(with: real, info) { return problem }
        return real == directory ? nil : try problemAbove(real)
    }

    private func problem(with path: String, _ info: FileInfo) -> String? {
        let mode = String(info.mode & 0o7777, radix: 8)
        if info.owner != 0, info.owner != host.userID {
            let owner = host.userID == 0 ? "root" : "\(host.userID)"
            return "\(path) belongs to user \(info.owner) (mode \(mode)), who could change it"
                + ": chown \(owner) \(path)"
        }
        guard info.mode & 0o022 != 0 else { return nil }
        let who = (info.mode & 0o020 == 0 ? "" : "g") + (info.mode & 0o002 == 0 ? "" : "o")
        return "\(path) may be written by others (owner \(info.owner), mode \(mode))"
            + ": chmod \(who)-w \(path)"
    }
}
