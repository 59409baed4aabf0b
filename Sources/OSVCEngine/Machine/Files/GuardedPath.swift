internal import Glibc

/// The way to a file that osvc writes, which nobody else may bend.
///
/// The path is walked from `/` by `openat`, one name at a time, and what was looked at stays open: nothing
/// can be exchanged in between. Where only root and the caller may write, links are followed and everything
/// is taken as it is. From the first directory on that somebody else may write to no link is followed, and
/// a file must be what its name says: a regular file without a second name. Directories that everybody may
/// write to are refused unless they are sticky, as /tmp is.
struct GuardedPath: ~Copyable {
    /// The directory of the last name.
    let folder: Descriptor
    let name: String
    /// Whether somebody else than root and the caller could have made what is there.
    let isOpenToOthers: Bool
    /// The directory's owner.
    let owner: UInt32
    /// Whether everybody may make files in it.
    private let isShared: Bool
    private let path: String

    /// Goes to the directory of `path`. A relative path counts from the current directory, which is not
    /// judged. With `makingFolders` missing directories are made on the way, mode 0755.
    /// With `followingLast` a link at the end is followed, where links are.
    /// `subject` is how errors name it.
    init(
        _ path: String,
        followingLast: Bool = false,
        makingFolders: Bool = false,
        subject: String? = nil
    ) throws(HostError) {
        guard !path.utf8.contains(0) else {
            throw .malformed(subject: path, problem: "a path cannot hold a NUL byte")
        }
        var walk = try Walk(path, makingFolders, subject ?? path)
        try walk.go(followingLast)
        self.path = subject ?? path
        name = walk.last
        isOpenToOthers = walk.isOpenToOthers
        owner = walk.owner
        isShared = walk.isShared
        folder = walk.directory.take().map { Descriptor($0) } ?? Descriptor(-1)
    }

    // MARK: Opening

    /// Opens a file to write; makes it, with `mode`, where nothing is. A file of `user` is as good as one of
    /// root. With `truncating` it is emptied once it was judged. Never waits for a FIFO's reader.
    func open(
        for user: UInt32? = nil,
        appending: Bool = true,
        truncating: Bool = false,
        mode: mode_t
    ) throws(HostError) -> Descriptor {
        let flags =
            O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | (appending ? O_APPEND : 0)
        // A file that comes or goes in between is met again; somebody who goes on doing that is not waited for.
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

    private func isRegular(_ file: borrowing Descriptor) throws(HostError) -> Bool {
        var info = stat()
        guard fstat(file.number, &info) == 0 else {
            throw .system(call: "stat", subject: path, errno: errno)
        }
        return info.st_mode & S_IFMT == S_IFREG
    }

    /// Before the file is opened: opening some devices does something already.
    private func judgeWhatIsThere(_ user: UInt32?) throws(HostError) {
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
        // Where only a group may write besides, as Debian has it for /var/log, the files are many users'.
        guard
            info.st_uid == 0 || info.st_uid == geteuid() || info.st_uid == user
                || info.st_uid == owner || !isShared
        else {
            let mode = String(info.st_mode & 0o7777, radix: 8)
            throw refusal("belongs to user \(info.st_uid) (mode \(mode))", "remove it")
        }
        // A second name: to write here would be to write to another's file. Whose directory it is may do
        // with its own what it likes.
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
        // One that lost its name here keeps only the other.
        guard info.st_nlink > 0 else { throw refusal("was removed meanwhile", "try again") }
        try judge(info, user)
        // One name, but is it this one? Who removed it here in between left the other. The name that a file
        // was opened by stays removed for good, so looking afterwards is looking in time.
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

/// The walk itself.
private struct Walk: ~Copyable {
    /// Nil: given away.
    var directory: Int32?
    var last = ""
    var isOpenToOthers = false
    var owner: UInt32 = 0
    var isShared = false
    /// Whether somebody else could exchange what is on the way.
    private var isBent = false
    private let path: String
    private let isAbsolute: Bool
    private let makesFolders: Bool
    /// Still to go, next one last.
    private var rest: [String]
    private var links = 0
    private var made = 0
    private var walked: [String] = []

    private static let pathOnly: Int32 = 0o10_000_000

    /// As the kernel: so many links are followed and no more.
    private static let maximumLinks = 40

    init(_ path: String, _ makesFolders: Bool, _ subject: String) throws(HostError) {
        self.path = subject
        self.makesFolders = makesFolders
        rest = path.pathParts.reversed()
        isAbsolute = path.isAbsolutePath
        directory = try Self.open(AT_FDCWD, path.isAbsolutePath ? "/" : ".", subject)
    }

    deinit {
        if let directory { close(directory) }
    }

    private static func open(_ folder: Int32, _ name: String, _ path: String) throws(HostError)
        -> Int32
    {
        let number = openat(folder, name, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw .system(call: "open", subject: path, errno: errno) }
        return number
    }

    mutating func go(_ followsLast: Bool) throws(HostError) {
        try judge()
        while let name = rest.popLast() {
            guard let here = directory else { return }
            let isLast = rest.isEmpty
            if isLast, !followsLast || isOpenToOthers {
                last = name
                return
            }
            var info = stat()
            guard fstatat(here, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else {
                let number = errno
                if isLast, number == ENOENT {
                    last = name
                    return
                }
                guard number == ENOENT, makesFolders else {
                    throw .system(call: "open", subject: path, errno: number)
                }
                guard mkdirat(here, name, 0o755) == 0 || errno == EEXIST else {
                    throw .system(call: "mkdir", subject: path, errno: errno)
                }
                made += 1
                guard made < 4096 else { throw .system(call: "mkdir", subject: path, errno: ELOOP) }
                // What is there now is looked at, whoever made it.
                rest.append(name)
                continue
            }
            if info.st_mode & S_IFMT == S_IFLNK {
                try follow(name, info, here)
            } else if isLast {
                last = name
                return
            } else {
                let next = try Self.open(here, name, path)
                close(here)
                directory = next
                step(name)
                try judge()
            }
        }
        // `/`, or `.`.
        last = "."
    }

    private mutating func follow(_ name: String, _ info: stat, _ here: Int32) throws(HostError) {
        guard !isOpenToOthers else {
            throw .malformed(
                subject: path,
                problem:
                    "\(place(name)) is a symbolic link of user \(info.st_uid) in a directory that"
                    + " user \(owner) or others may write to, and is not followed: name the"
                    + " directory itself"
            )
        }
        links += 1
        guard links <= Self.maximumLinks else {
            throw .system(call: "open", subject: path, errno: ELOOP)
        }
        var buffer = [CChar](repeating: 0, count: 4097)
        let count = readlinkat(here, name, &buffer, buffer.count - 1)
        guard count >= 0 else { throw .system(call: "readlink", subject: path, errno: errno) }
        let bytes = buffer.prefix(count).map(UInt8.init(bitPattern:))
        let target = String(decoding: bytes, as: UTF8.self)
        rest += target.pathParts.reversed()
        guard target.isAbsolutePath else { return }
        let root = try Self.open(AT_FDCWD, "/", path)
        close(here)
        directory = root
        walked = []
        isBent = false
        try judge()
    }

    private mutating func step(_ name: String) {
        switch name {
        case "..": _ = walked.popLast()
        case ".": break
        default: walked.append(name)
        }
    }

    private func place(_ name: String) -> String {
        (isAbsolute || links > 0 ? "/" : "") + (walked + [name]).joined(separator: "/")
    }

    private mutating func judge() throws(HostError) {
        guard let directory else { return }
        var info = stat()
        guard fstat(directory, &info) == 0 else {
            throw .system(call: "stat", subject: path, errno: errno)
        }
        owner = info.st_uid
        // An ordinary user's files are as safe as the user made them.
        guard geteuid() == 0 else { return }
        isShared = info.st_mode & 0o002 != 0
        if isShared, info.st_mode & 0o1000 == 0 {
            let folder = "/" + walked.joined(separator: "/")
            let mode = String(info.st_mode & 0o7777, radix: 8)
            throw .malformed(
                subject: path,
                problem: "is not written: everybody may write to \(folder) (owner \(owner), mode"
                    + " \(mode)): chmod o-w \(ShellWord.quoted(folder))"
            )
        }
        let isWritable = info.st_mode & 0o022 != 0
        // Whoever could exchange a directory on the way could do so still. What root made in a sticky
        // directory of root's nobody else can.
        let isSticky = owner == 0 && info.st_mode & 0o1000 != 0
        isBent = isBent || owner != 0 || isWritable && !isSticky
        isOpenToOthers = isBent || isWritable
    }
}
