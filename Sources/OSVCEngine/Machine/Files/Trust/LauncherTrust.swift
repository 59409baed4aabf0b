internal import OrderedCollections

/// Judges whether a program may be run for a service: it and every directory on the way to it belong to
/// root, or to who runs osvc, and nobody else may write there (decisions.md 28,
/// lua-boundary.md section 3, rules 1 to 3).
///
/// Nothing is put right here: the answer names the command that does. The way is judged as it stands now;
/// the directories of one look are judged once. Where `node.conf` says `[node] launcher_owner = any`,
/// launchers and their directories may belong to anyone; what others may write is refused there, too.
@EngineActor
final class LauncherTrust {
    private let host: any Host
    /// Where `node.conf` is; nil: owners are never free.
    private let configuration: String?
    private var directories: [String: String] = [:]
    private var judged: Set<String> = []
    private var isAnyOwnerTaken: Bool?

    init(_ host: any Host, configuration: String?) {
        self.host = host
        self.configuration = configuration
    }

    /// Why the program at `path`, which really is at `real`, is not run; nil: nothing is wrong.
    func problem(of path: String, at real: String, _ info: FileInfo) throws(HostError) -> String? {
        let refusal = "\(path) is not run: "
        guard info.kind == .file else { return refusal + "it is not a regular file" }
        if let fault = fault(of: real, info) { return "\(refusal)\(fault): osvc trust fix \(path)" }
        return try problemOnTheWay(to: path, real).map { refusal + $0 }
    }

    /// The first directory above the path, or above what is really there, that is in the wrong hands.
    func problemOnTheWay(to path: String, _ real: String) throws(HostError) -> String? {
        if let problem = try problemAbove(path) { return problem }
        return try problemAbove(real)
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
        if let fault = fault(of: real, info) { return "\(fault): \(mend(of: real, info))" }
        return real == directory ? nil : try problemAbove(real)
    }

    /// What is wrong with owner and mode; nil: nothing.
    private func fault(of path: String, _ info: FileInfo) -> String? {
        let mode = String(info.mode & 0o7777, radix: 8)
        if isForeign(info) {
            return "\(path) belongs to user \(info.owner) (mode \(mode)), who could change it"
        }
        guard info.mode & 0o022 != 0 else { return nil }
        return "\(path) may be written by others (owner \(info.owner), mode \(mode))"
    }

    /// What a person does about a directory: osvc does not touch it.
    private func mend(of path: String, _ info: FileInfo) -> String {
        guard !isForeign(info) else {
            return "chown \(host.userID == 0 ? "root" : "\(host.userID)") \(path)"
        }
        let who = (info.mode & 0o020 == 0 ? "" : "g") + (info.mode & 0o002 == 0 ? "" : "o")
        return "chmod \(who)-w \(path)"
    }

    private func isForeign(_ info: FileInfo) -> Bool {
        guard info.owner != 0, info.owner != host.userID else { return false }
        if isAnyOwnerTaken == nil { isAnyOwnerTaken = readConfiguration() }
        return isAnyOwnerTaken != true
    }

    /// Whether `node.conf` lets anyone own launchers. It is only believed while nobody else may write it.
    private func readConfiguration() -> Bool {
        guard let configuration,
            // What cannot be looked at allows nothing.
            let info = try? host.fileInfo(configuration),
            info.owner == 0 || info.owner == host.userID, info.mode & 0o022 == 0,
            let bytes = try? host.readFile(configuration, limit: EnvFile.sizeLimit)
        else { return false }
        return EnvNode.launcherOwner(in: EnvFile(bytes)) == .any
    }
}

extension EnvNode {
    /// Who may own launchers beside root and who runs osvc.
    enum LauncherOwner {
        case nobody, any
    }

    /// `launcher_owner` of `node.conf` (decisions.md 28). Any other word than `any` allows nothing.
    static func launcherOwner(in configuration: EnvFile) -> LauncherOwner {
        value(of: "launcher_owner", in: configuration) == "any" ? .any : .nobody
    }
}
