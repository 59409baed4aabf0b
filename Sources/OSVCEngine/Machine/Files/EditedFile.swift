internal import Glibc

/// A file of the administrator that osvc edits: its text as it was read, replaced only while the file is unchanged.
///
/// For a link the target is edited, and the link stays; a link that others could have made is refused
/// (`GuardedPath`). Mode, owner, group and extended attributes are kept. The new text is written beside the file,
/// synced, and renamed over it, so that readers see the old or the new text, even after a crash. After any failure the file is as it was.
public struct EditedFile: Sendable {
    /// What stays equal while nobody changes a file.
    private struct Version: Sendable, Equatable {
        var device: UInt64
        var number: UInt64
        var size: Int
        var modified: [Int]

        init(_ info: stat) {
            device = UInt64(info.st_dev)
            number = UInt64(info.st_ino)
            size = Int(info.st_size)
            modified = [
                info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_ctim.tv_sec,
                info.st_ctim.tv_nsec,
            ]
        }
    }

    /// The path by which the file was read; it may be a link.
    public let path: String
    /// The text as it was read.
    public let bytes: [UInt8]
    private let version: Version
    private let owner: UInt32
    private let group: UInt32
    private let mode: UInt32
    private let attributes: ExtendedAttributes

    /// Reads a file; nil: nothing is at the path. Throws `.tooLarge` above `limit` bytes, `.malformed` for a
    /// link without a target and for what is not a regular file.
    public static func read(_ path: String, limit: Int = EnvFile.sizeLimit) throws(HostError)
        -> EditedFile?
    {
        guard let real = FileReader.realPath(path) else {
            let number = errno
            guard number == ENOENT else {
                throw .system(call: "open", subject: path, errno: number)
            }
            guard let target = FileReader.link(path) else { return nil }
            throw .malformed(
                subject: path,
                problem: "the link leads to \(target), which is missing"
            )
        }
        return try EditedFile(path, real: real, limit: limit)
    }

    private init(_ path: String, real: String, limit: Int) throws(HostError) {
        self.path = path
        // O_NONBLOCK: an open of a FIFO must not wait.
        let file = try Descriptor.open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        let info = try Self.status(of: file, path)
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw .malformed(subject: path, problem: "is not a regular file")
        }
        version = Version(info)
        owner = info.st_uid
        group = info.st_gid
        mode = UInt32(info.st_mode) & 0o7777
        guard info.st_size <= limit else { throw .tooLarge(path: path, limit: limit) }
        bytes = try FileReader.rest(of: file, limit: limit, path)
        attributes = ExtendedAttributes(of: file)
    }

    /// Replaces the text. Throws `.malformed`, and leaves the file unchanged, when somebody has changed it
    /// since it was read.
    public func replace(with contents: [UInt8], limit: Int = EnvFile.sizeLimit) throws(HostError) {
        guard contents.count <= limit else { throw .tooLarge(path: path, limit: limit) }
        let place = try Place(path, followingLast: true)
        try Self.write(contents, in: place, path) { (file) throws(HostError) in
            let new = try Self.status(of: file, path)
            // The owner first: chown clears bits of the mode.
            if new.st_uid != owner || new.st_gid != group, fchown(file.number, owner, group) != 0 {
                throw .system(call: "chown", subject: path, errno: errno)
            }
            guard fchmod(file.number, mode) == 0 else {
                throw .system(call: "chmod", subject: path, errno: errno)
            }
            if let lost = attributes.give(to: file) {
                throw .system(call: "setxattr \(lost.name)", subject: path, errno: lost.errno)
            }
        } finally: { (temporary) throws(HostError) in
            var now = stat()
            guard fstatat(place.directory.number, place.name, &now, AT_SYMLINK_NOFOLLOW) == 0,
                Version(now) == version
            else {
                throw .malformed(subject: path, problem: "somebody else has changed it meanwhile")
            }
            let directory = place.directory.number
            guard renameat(directory, temporary, directory, place.name) == 0 else {
                throw .system(call: "rename", subject: path, errno: errno)
            }
        }
    }

    /// Creates a file with this text. Throws when something exists at the path, even if it was created meanwhile.
    public static func create(_ path: String, _ contents: [UInt8], mode: UInt32 = 0o644)
        throws(HostError)
    {
        guard contents.count <= EnvFile.sizeLimit else {
            throw .tooLarge(path: path, limit: EnvFile.sizeLimit)
        }
        let place = try Place(path, followingLast: false)
        try write(contents, in: place, path) { (file) throws(HostError) in
            guard fchmod(file.number, mode) == 0 else {
                throw .system(call: "chmod", subject: path, errno: errno)
            }
        } finally: { (temporary) throws(HostError) in
            // link(2) fails when the name exists, while a rename would replace it.
            let directory = place.directory.number
            guard linkat(directory, temporary, directory, place.name, 0) == 0 else {
                throw .system(call: "link", subject: path, errno: errno)
            }
            unlinkat(directory, temporary, 0)
        }
    }

    /// Where the file is: its directory, which nobody can exchange any more, and its name.
    private struct Place: ~Copyable {
        let directory: Descriptor
        let name: String

        init(_ path: String, followingLast: Bool) throws(HostError) {
            let guarded = try GuardedPath(path, followingLast: followingLast)
            if guarded.isOpenToOthers { try guarded.judgeWhatIsThere(nil) }
            let number = openat(guarded.folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard number >= 0 else { throw .system(call: "open", subject: path, errno: errno) }
            directory = Descriptor(number)
            name = guarded.name
        }
    }

    // MARK: The temporary file

    private static func write(
        _ contents: [UInt8],
        in place: borrowing Place,
        _ path: String,
        prepare: (borrowing Descriptor) throws(HostError) -> Void,
        finally take: (String) throws(HostError) -> Void
    ) throws(HostError) {
        let directory = place.directory.number
        let stem = ".\(place.name.prefix(64))."
        let temporary = "\(stem)\(getpid()).tmp"
        let names = FileReader.names(in: "/proc/self/fd/\(directory)") ?? []
        for left in names where isLeft(left, stem) { unlinkat(directory, left, 0) }
        let number = openat(
            directory,
            temporary,
            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
            0o600
        )
        guard number >= 0 else {
            throw .system(call: "write a new text of", subject: path, errno: errno)
        }
        let file = Descriptor(number)
        do throws(HostError) {
            try Descriptor.write(contents, to: file.number, subject: path)
            try prepare(file)
            guard fsync(file.number) == 0 else {
                throw .system(call: "fsync", subject: path, errno: errno)
            }
            try take(temporary)
        } catch {
            unlinkat(directory, temporary, 0)
            throw error
        }
        // File systems that cannot sync a directory return EINVAL.
        guard fsync(directory) == 0 || errno == EINVAL else {
            throw .system(call: "fsync the directory of", subject: path, errno: errno)
        }
    }

    /// Whether it is the temporary file of an osvc that was killed. One with the pid of this osvc is such a file, too.
    private static func isLeft(_ file: String, _ stem: String) -> Bool {
        guard file.begins(stem), file.ends(".tmp"),
            let pid = pid_t(file.withoutFirst(bytes: stem.utf8.count).withoutLast(bytes: 4)),
            pid > 0
        else { return false }
        return pid == getpid() || kill(pid, 0) != 0 && errno == ESRCH
    }

    private static func status(of file: borrowing Descriptor, _ path: String) throws(HostError)
        -> stat
    {
        var info = stat()
        guard fstat(file.number, &info) == 0 else {
            throw .system(call: "stat", subject: path, errno: errno)
        }
        return info
    }
}
