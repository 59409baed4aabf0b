internal import Glibc

/// The walk of a `GuardedPath`: from `/` to the directory of the last component, each directory judged while it
/// is open.
struct GuardedWalk: ~Copyable {
    /// The directory reached; nil once its owner has taken it.
    var directory: Int32?
    var last = ""
    var isOpenToOthers = false
    var owner: UInt32 = 0
    var isShared = false
    /// Whether others could exchange a directory on the path.
    private var isBent = false
    private let path: String
    private let isAbsolute: Bool
    private let makesFolders: Bool
    /// The components still to walk, the next one last.
    private var rest: [String]
    private var links = 0
    private var made = 0
    private var walked: [String] = []
    private let isRoot = geteuid() == 0

    private static let pathOnly: Int32 = 0o10_000_000

    /// As in the kernel: the maximum number of links that are followed.
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

    private static func open(_ folder: Int32, _ name: String) -> Int32 {
        openat(folder, name, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }

    private static func open(_ folder: Int32, _ name: String, _ path: String) throws(HostError)
        -> Int32
    {
        let number = open(folder, name)
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
            // Anything but a directory is examined below.
            if !isLast, case let next = Self.open(here, name), next >= 0 {
                enter(next, name)
                try judge()
                continue
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
                // Looks at what exists now, whoever created it.
                rest.append(name)
                continue
            }
            if info.st_mode & S_IFMT == S_IFLNK {
                try follow(name, info, here)
            } else if isLast {
                last = name
                return
            } else {
                enter(try Self.open(here, name, path), name)
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

    private mutating func enter(_ next: Int32, _ name: String) {
        if let directory { close(directory) }
        directory = next
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
        // Only root's paths are judged: the files of an ordinary user are as safe as the user made them.
        guard isRoot else { return }
        isShared = info.st_mode & 0o002 != 0
        let writers = DirectoryWriters(mode: info.st_mode)
        guard writers.allowsOpening else {
            let folder = "/" + walked.joined(separator: "/")
            let mode = String(info.st_mode & 0o7777, radix: 8)
            throw .malformed(
                subject: path,
                problem: "is not written: everybody may write to \(folder) (owner \(owner), mode"
                    + " \(mode)): chmod o-w \(ShellWord.quoted(folder))"
            )
        }
        // Others who could exchange a directory on the path still can. What root created in root's own sticky
        // directory nobody else can exchange.
        isBent = isBent || owner != 0 || !writers.keepsRootsFiles
        isOpenToOthers = isBent || writers != .nobody
    }
}
