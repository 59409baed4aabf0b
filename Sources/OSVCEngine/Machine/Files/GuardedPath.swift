internal import Glibc

/// The path to a file that osvc writes; nobody else may change where it leads.
///
/// The path is walked from `/` by `openat`, one component at a time, and each directory stays open while it is
/// judged, so that nothing can be exchanged in between. Where only root and the caller may write, links are
/// followed and every kind of file is accepted. From the first directory on that others may write to, no link
/// is followed, and the file must be a regular file with one name. Directories that everybody may write to are
/// refused unless they are sticky, as /tmp is.
struct GuardedPath: ~Copyable {
    /// The directory that contains the last component.
    let folder: Descriptor
    let name: String
    /// Whether others than root and the caller could have created what is there.
    let isOpenToOthers: Bool
    /// The owner of that directory.
    let owner: UInt32
    /// Whether everybody may create files in it.
    private let isShared: Bool
    private let path: String

    /// Walks to the directory of `path`. A relative path starts at the current directory, which is not judged.
    /// With `makingFolders` missing directories are created on the way, mode 0755. With `followingLast` a link
    /// at the end is followed where links are allowed. `subject` is the path in errors.
    init(
        _ path: String,
        followingLast: Bool = false,
        makingFolders: Bool = false,
        subject: String? = nil
    ) throws(HostError) {
        guard !path.utf8.contains(0) else {
            throw .malformed(subject: path, problem: "a path cannot hold a NUL byte")
        }
        var walk = try GuardedWalk(path, makingFolders, subject ?? path)
        try walk.go(followingLast)
        self.path = subject ?? path
        name = walk.last
        isOpenToOthers = walk.isOpenToOthers
        owner = walk.owner
        isShared = walk.isShared
        folder = walk.directory.take().map { Descriptor($0) } ?? Descriptor(-1)
    }

    // MARK: Opening

    /// Opens the file for writing and creates it, with `mode`, if it does not exist. A file of `user` is accepted like
    /// one of root. With `truncating` it is emptied after it was judged. Never waits for the reader of a FIFO.
    func open(
        for user: UInt32? = nil,
        appending: Bool = true,
        truncating: Bool = false,
        mode: mode_t
    ) throws(HostError) -> Descriptor {
        let flags =
            O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (appending ? O_APPEND : 0)
        // A file that appears or disappears meanwhile is tried again, but not without end.
        for _ in 0..<8 {
            if isOpenToOthers { try judgeWhatIsThere(user) }
            var number = openat(folder.number, name, flags)
            if number < 0, errno == ENOENT {
                number = openat(folder.number, name, flags | O_CREAT | O_EXCL, mode)
                if number >= 0 { return Descriptor(number) }
                if errno == EEXIST { continue }
            }
            guard number >= 0 else {
                if errno == EINTR { continue }
                throw .system(call: "open", subject: path, errno: errno)
            }
            let file = Descriptor(number)
            if isOpenToOthers { try judge(file, user) }
            if truncating, try isRegular(file), ftruncate(file.number, 0) != 0 {
                throw .system(call: "truncate", subject: path, errno: errno)
            }
            return file
        }
        throw .system(call: "open", subject: path, errno: EBUSY)
    }

    // MARK: Renaming

    /// Renames the file, if it is regular and has `limit` bytes or more, to `NAME.1`, the ones before it to the next
    /// number, and drops what exceeds `count`.
    func rotate(from limit: Int, keeping count: Int, of user: UInt32?) throws(HostError) {
        var info = stat()
        guard fstatat(folder.number, name, &info, AT_SYMLINK_NOFOLLOW) == 0,
            info.st_mode & S_IFMT == S_IFREG, info.st_size >= limit
        else { return }
        if isOpenToOthers { try judge(info, user) }
        guard count > 0 else {
            guard unlinkat(folder.number, name, 0) == 0 else { throw renaming(errno) }
            return
        }
        for number in (0..<count).reversed() {
            let old = number == 0 ? name : "\(name).\(number)"
            let new = "\(name).\(number + 1)"
            guard renameat(folder.number, old, folder.number, new) == 0 || errno == ENOENT else {
                throw renaming(errno)
            }
        }
    }

    private func renaming(_ number: Int32) -> HostError {
        .system(call: "rename", subject: path, errno: number)
    }

    private func isRegular(_ file: borrowing Descriptor) throws(HostError) -> Bool {
        var info = stat()
        guard fstat(file.number, &info) == 0 else {
            throw .system(call: "stat", subject: path, errno: errno)
        }
        return info.st_mode & S_IFMT == S_IFREG
    }

    /// Judges before opening: opening some devices already has an effect.
    func judgeWhatIsThere(_ user: UInt32?) throws(HostError) {
        var info = stat()
        guard fstatat(folder.number, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { return }
        try judge(info, user)
    }

    private func judge(_ info: stat, _ user: UInt32?) throws(HostError) {
        guard info.st_mode & S_IFMT != S_IFLNK else {
            throw refusal("is a symbolic link of user \(info.st_uid)", "remove it")
        }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw refusal("is not a regular file (user \(info.st_uid))", "remove it")
        }
        // Where a group may write too, as to /var/log on Debian, files of many users are normal.
        guard
            info.st_uid == 0 || info.st_uid == geteuid() || info.st_uid == user
                || info.st_uid == owner || !isShared
        else {
            let mode = String(info.st_mode & 0o7777, radix: 8)
            throw refusal("belongs to user \(info.st_uid) (mode \(mode))", "remove it")
        }
        // With a second name, a write here would change a file elsewhere. The owner of the directory may do
        // that with his own files.
        let isOwn = info.st_uid == owner && owner != 0 && owner != geteuid()
        guard info.st_nlink == 1 || isOwn else {
            throw refusal("has \(info.st_nlink) names (hard links)", "remove it")
        }
    }

    private func judge(_ file: borrowing Descriptor, _ user: UInt32?) throws(HostError) {
        var info = stat()
        guard fstat(file.number, &info) == 0 else {
            throw .system(call: "stat", subject: path, errno: errno)
        }
        // A file whose name was removed here may have another name elsewhere.
        guard info.st_nlink > 0 else { throw refusal("was removed meanwhile", "try again") }
        try judge(info, user)
        // It has one name, but perhaps not this one: it may have been removed here and kept elsewhere. The kernel
        // marks the name by which a file was opened as deleted for good, so a check afterwards is in time.
        let opened = FileReader.link("/proc/self/fd/\(file.number)")
        if let opened, opened.ends(" (deleted)") {
            throw refusal("was removed meanwhile", "try again")
        }
    }

    private func refusal(_ fault: String, _ mend: String) -> HostError {
        .malformed(
            subject: path,
            problem:
                "is not written: it \(fault) in a directory that user \(owner) or others may write"
                + " to: \(mend), or choose a directory that only root may write to"
        )
    }
}
