internal import Glibc
internal import OSVCEngine

/// `O_PATH`, which the C library hides behind `_GNU_SOURCE`; the same on every processor of Linux except alpha,
/// parisc and sparc.
private let pathOnly: Int32 = 0o10000000

/// The walk from `/` to a file, component by component. See `TrustedFile`.
struct TrustedWalk {
    /// As in the kernel: the maximum number of links that are followed.
    private static let maximumLinks = 40

    private let path: String
    private let policy: TrustPolicy
    /// The components still to walk, the next one last.
    private var rest: [String]
    /// The components that were walked, links resolved, for messages.
    private var walked: [String] = []
    private var links = 0
    /// The faults on the path: it is walked to its end, so that one error names all.
    private var faults: [TrustError] = []
    /// The faults of the last directory that was judged. They count only if it is the file's own: below another
    /// directory, whose owner is trusted, a sticky one lets nobody else change anything.
    private var stickyFaults: [TrustError] = []

    init(_ path: String, policy: TrustPolicy) {
        // `ScriptFiles.absolute`, `ClassicSite` and links joined to their directory make them so.
        precondition(path.isAbsolutePath, "trusted paths are absolute")
        self.path = path
        self.policy = policy
        rest = Self.components(of: path)
    }

    /// A descriptor for reading of a regular file that passed. The caller closes it.
    consuming func openFile() throws(TrustError) -> Int32 {
        let (directory, name) = try walkToEnd()
        defer { close(directory) }
        faults += stickyFaults.filter { !faults.contains($0) }
        // Opening a device may already have an effect: not where others could have placed one.
        guard faults.isEmpty else {
            var status = stat()
            if unsafe fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 {
                faults += policy.faults(of: status, at: place)
            }
            throw allFaults
        }
        let file = unsafe openat(
            directory,
            name,
            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        )
        guard file >= 0 else { throw failure("open", errno) }
        do throws(TrustError) {
            let status = try TrustedFile.status(of: file, at: path)
            guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path) }
            try policy.judge(status, at: place)
        } catch {
            close(file)
            throw error
        }
        return file
    }

    /// A descriptor of a directory that passed. The caller closes it.
    consuming func openDirectory() throws(TrustError) -> Int32 {
        rest.insert(".", at: 0)
        let (directory, _) = try walkToEnd()
        defer { close(directory) }
        faults += stickyFaults.filter { !faults.contains($0) }
        guard faults.isEmpty else { throw allFaults }
        let readable = unsafe openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard readable >= 0 else { throw failure("open", errno) }
        return readable
    }

    private var allFaults: TrustError { TrustError(all: faults) ?? .notRegular(path) }

    /// Walks to the end. Faults of trust take precedence over other errors that end the walk.
    private mutating func walkToEnd() throws(TrustError) -> (directory: Int32, name: String) {
        do throws(TrustError) {
            return try walk()
        } catch {
            throw faults.isEmpty ? error : allFaults
        }
    }

    /// Walks to the directory of the last component, following links. Returns it open, with the name.
    private mutating func walk() throws(TrustError) -> (directory: Int32, name: String) {
        var directory = unsafe open("/", pathOnly | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open", errno) }
        do throws(TrustError) {
            try judgeDirectory(directory)
            while let name = rest.popLast() {
                if name == "." && rest.isEmpty { return (directory, name) }
                let next = unsafe openat(directory, name, pathOnly | O_NOFOLLOW | O_CLOEXEC)
                guard next >= 0 else { throw failure("open", errno) }
                if try isLink(next) {
                    defer { close(next) }
                    directory = try follow(next, from: directory)
                } else if rest.isEmpty {
                    close(next)
                    walked.append(name)
                    return (directory, name)
                } else {
                    close(directory)
                    directory = next
                    step(into: name)
                    try judgeDirectory(directory)
                }
            }
            throw .notRegular(path)
        } catch {
            close(directory)
            throw error
        }
    }

    /// Puts the target of a link before the remaining components. Returns the directory to continue from.
    private mutating func follow(_ link: Int32, from directory: Int32) throws(TrustError) -> Int32 {
        links += 1
        guard links <= Self.maximumLinks else { throw .tooManyLinks(path) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlinkat(link, "", &buffer, buffer.count)
        guard count >= 0 else { throw failure("readlink", errno) }
        let target = String(
            decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        rest += Self.components(of: target)
        guard target.isAbsolutePath else { return directory }
        let root = unsafe open("/", pathOnly | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else { throw failure("open", errno) }
        close(directory)
        walked = []
        return root
    }

    private func isLink(_ file: Int32) throws(TrustError) -> Bool {
        do throws(TrustError) {
            return try TrustedFile.status(of: file, at: path).st_mode & S_IFMT == S_IFLNK
        } catch {
            close(file)
            throw error
        }
    }

    private mutating func step(into name: String) {
        switch name {
        case "..": _ = walked.popLast()
        case ".": break
        default: walked.append(name)
        }
    }

    private var place: String { "/" + walked.joined(separator: "/") }

    private mutating func judgeDirectory(_ directory: Int32) throws(TrustError) {
        let status = try TrustedFile.status(of: directory, at: place)
        guard status.st_mode & S_IFMT == S_IFDIR else { throw .notDirectory(place) }
        guard policy.checksWriters else { return }
        // With a link some directories are passed twice.
        let found = policy.faults(of: status, at: place).filter { !faults.contains($0) }
        let isSticky = policy.acceptsSticky && status.st_mode & S_ISVTX != 0
        stickyFaults = isSticky ? found : []
        if !isSticky || !policy.trusts(owner: status.st_uid) { faults += found }
    }

    private func failure(_ call: String, _ number: Int32) -> TrustError {
        number == ENOENT ? .missing(path) : .system(call: call, path: path, errno: number)
    }

    private static func components(of path: String) -> [String] {
        path.pathParts.reversed()
    }
}
