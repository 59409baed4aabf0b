internal import Glibc
internal import OSVCEngine

/// A directory whose path from `/` was judged once, for reading many files in it.
///
/// It stays open, so the directory that was judged is the one that is read. It keeps its file system busy, and
/// must be released before anything is unmounted.
final class TrustedDirectory {
    let path: String
    private let policy: TrustPolicy
    private let descriptor: Int32

    /// Throws what a `TrustedFile` in it would throw.
    init(_ path: String, policy: TrustPolicy) throws(TrustError) {
        self.path = path
        self.policy = policy
        descriptor = try TrustedWalk(path, policy: policy).openDirectory()
    }

    deinit { close(descriptor) }

    /// Whether the file is directly in this directory.
    func holds(_ file: String) -> Bool {
        file.utf8.count > path.utf8.count + 1 && file.utf8.starts(with: path.utf8)
            && file.utf8.dropFirst(path.utf8.count).lastIndex(of: UInt8(ascii: "/"))
                == file.utf8.index(file.utf8.startIndex, offsetBy: path.utf8.count)
    }

    /// Whether it certainly has nothing of this name.
    func lacks(_ name: String) -> Bool {
        var status = stat()
        return unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) != 0
            && errno == ENOENT
    }

    /// Reads a file of it, judged by itself; nil: it is a link, whose whole path has to be judged.
    func read(_ file: String, limit: Int) throws(TrustError) -> TrustedFile? {
        let name = file.withoutFirst(bytes: path.utf8.count + 1)
        let opened = unsafe openat(
            descriptor,
            name,
            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        )
        guard opened >= 0 else {
            if errno == ELOOP { return nil }
            throw errno == ENOENT
                ? .missing(file) : .system(call: "open", path: file, errno: errno)
        }
        defer { close(opened) }
        let status = try TrustedFile.status(of: opened, at: file)
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(file) }
        try policy.judge(status, at: file)
        return try TrustedFile(opened, status, at: file, limit: limit)
    }
}
