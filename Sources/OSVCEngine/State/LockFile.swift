internal import Glibc

/// The file that a lock is taken on, and what stands in for it: a stop must always be possible.
///
/// Where the file system takes no writes, and where something else lies in the place of the file, the
/// lock is had on what can be opened for reading: whatever lies there, else the nearest directory, whose
/// lock services then share. Every osvc comes to the same choice.
struct LockFile {
    let path: String
    let layout: Layout

    /// Returns a descriptor to lock. `spoiled` is told what is wrong with the file when something stands in
    /// for it; nil: that is an error, thrown. A file system without writes is no fault of the file.
    func open(_ spoiled: ((StateError) -> Void)?) throws(StateError) -> Int32 {
        do throws(StateError) {
            try Files.makeParent(of: path)
            // A FIFO is not waited for.
            let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
            let descriptor = Glibc.open(path, flags, 0o644)
            guard descriptor < 0 else { return descriptor }
            throw .system(call: "open", path: path, errno: errno)
        } catch {
            guard case .system(_, _, let number) = error else { throw error }
            let isUnwritten = [EROFS, ENOSPC, EDQUOT].contains(number)
            let fault = isUnwritten ? error : Self.fault(number, path, layout) ?? error
            guard isUnwritten || spoiled != nil, let descriptor = openOther() else { throw fault }
            if !isUnwritten { spoiled?(fault) }
            return descriptor
        }
    }

    private func openOther() -> Int32? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "/"
        let folders = [folder, "\(layout.root)/var/lock", "\(layout.root)/var", layout.root]
        let places = [(path, O_NOFOLLOW)] + folders.map { ($0, O_DIRECTORY) }
        for (place, flags) in places {
            let descriptor = Glibc.open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
            if descriptor >= 0 { return descriptor }
        }
        return nil
    }

    // MARK: What is wrong

    /// What stands in the way of the file, from the root down; nil: nothing that a command would mend.
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
        switch kind(of: path) {
        case nil where number == EPERM: return attributes(of: folder)
        case nil: return nil
        case S_IFREG where number == EPERM: return attributes(of: path)
        case S_IFREG: return nil
        case S_IFLNK: return removal(of: path, "is a link, not a file", with: "rm")
        case S_IFDIR where FileReader.names(in: path)?.isEmpty == true:
            return removal(of: path, "is a directory, not a file", with: "rmdir")
        case S_IFDIR: return moving(path, "is a directory, not a file")
        default: return removal(of: path, "is not a file", with: "rm")
        }
    }

    private static func removal(of path: String, _ problem: String, with tool: String) -> StateError
    {
        .spoiled(path: path, problem: problem, mend: "\(tool) \(word(path))")
    }

    private static func moving(_ path: String, _ problem: String) -> StateError {
        .spoiled(path: path, problem: problem, mend: "mv \(word(path)) \(word(free(path)))")
    }

    private static func attributes(of path: String) -> StateError {
        let mend = "chattr -ia \(word(path))"
        return .spoiled(path: path, problem: "has an attribute that forbids writing", mend: mend)
    }

    private static func kind(of path: String) -> mode_t? {
        var info = stat()
        return lstat(path, &info) == 0 ? info.st_mode & S_IFMT : nil
    }

    /// A name beside the path that nothing has, for moving it away.
    private static func free(_ path: String) -> String {
        let names = [path + ".old"] + (2...99).map { "\(path).old\($0)" }
        return names.first { kind(of: $0) == nil } ?? "\(path).\(getpid())"
    }

    private static func word(_ path: String) -> String { ShellWord.quoted(path) }
}
