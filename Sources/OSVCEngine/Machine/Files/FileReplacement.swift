internal import CLinux
internal import Glibc

/// Replaces a file as a whole: readers see the old or the new one, even after a crash. A link at the path is
/// replaced itself; the path to it is guarded.
enum FileReplacement {
    /// If it throws, the old file is unchanged and no temporary file remains. Without `isSynced` a power cut
    /// may bring back the old file or leave an empty one. With `isNew` a file at the path is left as it is, and
    /// `.system` with EEXIST thrown.
    static func write(
        _ contents: [UInt8],
        to path: String,
        mode: UInt32,
        isSynced: Bool = true,
        isNew: Bool = false
    ) throws(HostError) {
        let stem = path.folderAndName ?? (folder: ".", name: path)
        let temporary =
            ".\(String(decoding: stem.name.utf8.prefix(64), as: UTF8.self)).\(getpid()).tmp"
        let subject = "\(stem.folder == "/" ? "/." : stem.folder)/\(temporary)"
        let place = try GuardedPath(path, subject: subject)
        // One that a crashed osvc with the same pid left would be in the way.
        unlinkat(place.folder.number, temporary, 0)
        try replace(place, temporary, subject, path, isSynced, isNew: isNew) {
            (file) throws(HostError) in
            try Descriptor.write(contents, to: file.number, subject: path)
            // Not by the argument of open, which the umask reduces.
            guard fchmod(file.number, mode) == 0 else {
                throw .system(call: "chmod", subject: path, errno: errno)
            }
        }
    }

    /// Puts a copy of an open file at `place`, synced. `finish` gets the copy, mode 0600, before it is renamed.
    static func copy(
        _ source: borrowing Descriptor,
        to place: borrowing GuardedPath,
        _ path: String,
        _ finish: (borrowing Descriptor) throws(HostError) -> Void
    ) throws(HostError) {
        let temporary = ".\(place.name.prefix(64)).\(getpid()).tmp"
        unlinkat(place.folder.number, temporary, 0)
        try replace(place, temporary, path, path, true) { (file) throws(HostError) in
            var buffer = [UInt8](repeating: 0, count: 64 * 1024)
            while true {
                let count = read(source.number, &buffer, buffer.count)
                if count == 0 { break }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw .system(call: "read", subject: path, errno: errno) }
                try Descriptor.write(buffer.prefix(count), to: file.number, subject: path)
            }
            try finish(file)
        }
    }

    /// Creates the temporary file, calls `fill`, and renames it.
    private static func replace(
        _ place: borrowing GuardedPath,
        _ temporary: String,
        _ subject: String,
        _ path: String,
        _ isSynced: Bool,
        isNew: Bool = false,
        _ fill: (borrowing Descriptor) throws(HostError) -> Void
    ) throws(HostError) {
        let folder = place.folder.number
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = openat(folder, temporary, flags, 0o600)
        guard number >= 0 else { throw .system(call: "open", subject: subject, errno: errno) }
        let file = Descriptor(number)
        do throws(HostError) {
            try fill(file)
            guard !isSynced || fsync(file.number) == 0 else {
                throw .system(call: "fsync", subject: path, errno: errno)
            }
            try isNew ? link(temporary, place, path) : rename(temporary, place, path)
        } catch {
            unlinkat(folder, temporary, 0)
            throw error
        }
        if isSynced { try sync(folder, path) }
    }

    private static func rename(
        _ temporary: String,
        _ place: borrowing GuardedPath,
        _ path: String
    ) throws(HostError) {
        let folder = place.folder.number
        guard renameat(folder, temporary, folder, place.name) == 0 else {
            throw .system(call: "rename", subject: path, errno: errno)
        }
    }

    /// Gives the file its name unless something has that name already. On a file system without hard links it checks
    /// the name and renames.
    private static func link(
        _ temporary: String,
        _ place: borrowing GuardedPath,
        _ path: String
    ) throws(HostError) {
        let folder = place.folder.number
        if linkat(folder, temporary, folder, place.name, 0) == 0 {
            unlinkat(folder, temporary, 0)
            return
        }
        guard errno != EEXIST, faccessat(folder, place.name, F_OK, AT_SYMLINK_NOFOLLOW) != 0 else {
            throw .system(call: "link", subject: path, errno: EEXIST)
        }
        try rename(temporary, place, path)
    }

    /// Makes the new name durable. File systems that cannot sync a directory return EINVAL.
    private static func sync(_ folder: Int32, _ path: String) throws(HostError) {
        let number = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .system(call: "open", subject: path, errno: errno) }
        let directory = Descriptor(number)
        guard fsync(directory.number) == 0 || errno == EINVAL else {
            throw .system(call: "fsync the directory of", subject: path, errno: errno)
        }
    }
}
