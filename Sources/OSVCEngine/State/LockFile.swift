internal import Glibc

/// The file that a lock is taken on, and what replaces it when it cannot be used: a stop must always be possible.
///
/// The file must be osvc's own: a regular file with one name, mode 0600, on a path that nobody else could
/// change (`GuardedPath`). When the file system is read-only or full, or something else is in the file's place,
/// the lock is taken on what can be opened for reading: the file itself, a directory in its place, else the
/// nearest directory, whose lock services then share. Every osvc makes the same choice.
struct LockFile {
    let path: String
    let layout: Layout

    /// Returns a descriptor to lock. `spoiled` is called with what is wrong when something replaces the file; without
    /// `spoiled` that is an error. A file system that takes no writes is not a fault of the file and is not reported.
    func open(_ spoiled: ((StateError) -> Void)?) throws(StateError) -> Int32 {
        do throws(StateError) {
            try Files.makeParent(of: path)
            return try openFile()
        } catch {
            var fault = error
            var isUnwritten = false
            switch error {
            case .system(_, _, let number):
                isUnwritten = [EROFS, ENOSPC, EDQUOT].contains(number)
                if !isUnwritten { fault = Self.fault(number, path, layout) ?? error }
            case .refused: fault = Self.fault(0, path, layout) ?? error
            default: break
            }
            guard isUnwritten || spoiled != nil, let descriptor = openOther() else { throw fault }
            if !isUnwritten { spoiled?(fault) }
            return descriptor
        }
    }

    /// Opens the file itself. Mode 0600, because whoever can open the file can hold its lock and block every
    /// start and stop.
    private func openFile() throws(StateError) -> Int32 {
        // Opening a device can already have an effect.
        if let fault = Self.lookedAt(path).flatMap({ Self.fault(of: path, $0) }) { throw fault }
        let number: Int32
        do throws(HostError) {
            number = try GuardedPath(path).open(appending: false, mode: 0o600).take()
        } catch {
            throw StateError(error, path)
        }
        var info = stat()
        guard fstat(number, &info) == 0 else {
            let code = errno
            close(number)
            throw .system(call: "stat", path: path, errno: code)
        }
        if let fault = Self.fault(of: path, info) {
            close(number)
            throw fault
        }
        if info.st_mode & 0o077 != 0 { fchmod(number, 0o600) }
        return number
    }

    /// What is locked in place of the file: the file itself if it can only be read, a directory in its place,
    /// else the nearest directory.
    private func openOther() -> Int32? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
        if let info = Self.lookedAt(path), Self.fault(of: path, info) == nil {
            let descriptor = Glibc.open(path, flags)
            if descriptor >= 0 { return descriptor }
        }
        let folders = [layout.locks, layout.stateRoot, layout.root]
        for (place, flags) in [(path, flags)]
            + ([folder] + folders).map({ ($0, flags & ~O_NOFOLLOW) })
        {
            let descriptor = Glibc.open(place, flags | O_DIRECTORY)
            if descriptor >= 0 { return descriptor }
        }
        return nil
    }

    // MARK: Faults

    /// The first fault on the way to the file, from the root down; nil: no command would correct it.
    private static func fault(_ number: Int32, _ path: String, _ layout: Layout) -> StateError? {
        let rest = path.dropFirst(layout.root.count).split(separator: "/").dropLast()
        var folder = layout.root
        for name in rest {
            folder += "/\(name)"
            guard let kind = kind(of: folder) else { return nil }
            if kind == S_IFLNK, access(folder, F_OK) != 0 {
                return removal(of: folder, "is a link to nothing, not a directory", with: "rm")
            }
            var info = stat()
            guard stat(folder, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
                return moving(folder, "is not a directory")
            }
        }
        guard let info = lookedAt(path) else {
            return number == EPERM ? attributes(of: folder) : nil
        }
        if number == EPERM, info.st_mode & S_IFMT == S_IFREG { return attributes(of: path) }
        return fault(of: path, info)
    }

    /// Why this file is not locked; nil: it is osvc's own.
    private static func fault(of path: String, _ info: stat) -> StateError? {
        switch info.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: return removal(of: path, "is a link, not a file", with: "rm")
        case S_IFDIR where FileReader.names(in: path)?.isEmpty == true:
            return removal(of: path, "is a directory, not a file", with: "rmdir")
        case S_IFDIR: return moving(path, "is a directory, not a file")
        default: return removal(of: path, "is not a file", with: "rm")
        }
        guard info.st_nlink < 2 else {
            let problem = "has \(info.st_nlink) names (hard links) and may be another's file"
            return removal(of: path, problem, with: "rm")
        }
        let folder = path.folderAndName.map(\.folder).flatMap { lookedAt($0 + "/.") }
        guard [0, geteuid(), folder?.st_uid].contains(info.st_uid) else {
            return removal(
                of: path,
                "belongs to user \(info.st_uid), who could hold it",
                with: "rm"
            )
        }
        return nil
    }

    private static func removal(of path: String, _ problem: String, with tool: String) -> StateError
    {
        .spoiled(path: path, problem: problem, mend: "\(tool) \(word(path))")
    }

    private static func moving(_ path: String, _ problem: String) -> StateError {
        .spoiled(path: path, problem: problem, moveTo: Files.free(path))
    }

    private static func attributes(of path: String) -> StateError {
        let mend = "chattr -ia \(word(path))"
        return .spoiled(path: path, problem: "has an attribute that forbids writing", mend: mend)
    }

    private static func lookedAt(_ path: String) -> stat? {
        var info = stat()
        return lstat(path, &info) == 0 ? info : nil
    }

    private static func kind(of path: String) -> mode_t? {
        lookedAt(path).map { $0.st_mode & S_IFMT }
    }

    private static func word(_ path: String) -> String { ShellWord.quoted(path) }
}
