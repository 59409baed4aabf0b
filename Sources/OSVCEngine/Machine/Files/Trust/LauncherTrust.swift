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
    /// Where `node.conf` is; nil: `launcher_owner` does not apply.
    private let layout: Layout?
    /// As whom the programs run beside root and who runs osvc: who may own them, for they gain nothing.
    private let runsAs: UInt32?
    private var directories: [PathKey: [TrustFault]] = [:]
    private var judged: Set<PathKey> = []
    /// Where the judged directories really are.
    private var places: [PathKey: String] = [:]

    init(_ host: any Host, in layout: Layout?, runsAs: UInt32? = nil) {
        self.host = host
        self.layout = layout
        self.runsAs = runsAs
    }

    /// Why the program at `path`, which really is at `real`, is not run; nil: nothing is wrong.
    func problem(of path: String, at real: String, _ info: FileInfo) throws(HostError) -> String? {
        let refusal = "\(path) is not run: "
        guard info.kind == .file else { return refusal + "it is not a regular file" }
        return try fault(of: path, at: real, info).map { refusal + $0 }
    }

    /// What is wrong with a file, or with the way to it, and what to do; nil: nothing.
    func fault(of path: String, at real: String, _ info: FileInfo) throws(HostError) -> String? {
        let own = problem(of: real, info).map {
            TrustFault(problem: $0, mends: ["osvc trust fix \(ShellWord.quoted(path))"])
        }
        let way = try faultsOnTheWay(to: path, real)
        guard let own else { return TrustFault.text(way) }
        // The file is mended last: not in a directory that somebody else may change.
        let mends = way.flatMap(\.mends) + own.mends
        return TrustFault.text([TrustFault(problem: own.problem, mends: mends)])
    }

    /// The directories above the path, or above what is really there, that are in the wrong hands.
    func problemOnTheWay(to path: String, _ real: String) throws(HostError) -> String? {
        TrustFault.text(try faultsOnTheWay(to: path, real))
    }

    private func faultsOnTheWay(to path: String, _ real: String) throws(HostError) -> [TrustFault] {
        try faultsAbove(path) + faultsAbove(real)
    }

    /// The directories above a path that are in the wrong hands. Of a link, the way to its target, too.
    private func faultsAbove(_ path: String) throws(HostError) -> [TrustFault] {
        guard let directory = path.folderAndName?.folder else { return [] }
        let key = PathKey(directory)
        guard judged.insert(key).inserted else { return directories[key] ?? [] }
        let faults = try judge(directory)
        directories[key] = faults
        return faults
    }

    private func judge(_ directory: String) throws(HostError) -> [TrustFault] {
        var faults = directory.isSame("/") ? [] : try faultsAbove(directory)
        guard let real = place(of: directory), let info = try host.fileInfo(directory) else {
            return faults
        }
        if let problem = problem(of: real, info) {
            let root = host.userID == 0 ? "root" : "\(host.userID)"
            let owner = isForeign(info) ? root : nil
            faults.append(TrustFault(problem, directory: real, owner: owner, writers: info.mode))
        }
        return real.isSame(directory) ? faults : faults + (try faultsAbove(real))
    }

    /// Where a directory really is, from where the one above it is: one question instead of one for each name.
    private func place(of directory: String) -> String? {
        var real: String?
        if let (above, name) = directory.folderAndName, !["", ".", ".."].contains(name),
            let place = places[PathKey(above)], (try? host.readLink(directory) != nil) == false
        {
            real = place.isSame("/") ? "/\(name)" : "\(place)/\(name)"
        }
        real = real ?? host.realPath(directory)
        places[PathKey(directory)] = real
        return real
    }

    /// What is wrong with owner and mode; nil: nothing.
    private func problem(of path: String, _ info: FileInfo) -> String? {
        let mode = String(info.mode & 0o7777, radix: 8)
        if isForeign(info) {
            return "\(path) belongs to user \(info.owner) (mode \(mode)), who could change it"
        }
        guard info.mode & 0o022 != 0 else { return nil }
        return "\(path) may be written by others (owner \(info.owner), mode \(mode))"
    }

    private func isForeign(_ info: FileInfo) -> Bool {
        guard info.owner != 0, info.owner != host.userID, info.owner != runsAs else { return false }
        guard let layout else { return true }
        // A file that cannot be read allows nothing.
        return (try? host.nodeSettings(in: layout))?.allowsAnyOwner != true
    }
}
