internal import Glibc
internal import OSVCEngine

/// Whose files are believed (lua-boundary.md section 3, rules 1, 2 and 7).
public struct TrustPolicy: Sendable, Equatable {
    /// Who runs osvc: its own files are as good as root's.
    public var caller: UInt32
    /// Whether the directories above a file, and the write bits, are looked at.
    public var checksWriters: Bool

    public init(caller: UInt32, checksWriters: Bool) {
        self.caller = caller
        self.checksWriters = checksWriters
    }

    /// For everything that acts: the file and every directory above it belong to root or to the caller,
    /// and nobody else may write there. A sticky directory such as /tmp is no exception.
    public static var strict: TrustPolicy {
        TrustPolicy(caller: geteuid(), checksWriters: true)
    }

    /// For reading only, as an ordinary user: `check` and `plan` of files that are the caller's or root's.
    public static var unprivileged: TrustPolicy {
        TrustPolicy(caller: geteuid(), checksWriters: false)
    }

    func trusts(owner: UInt32) -> Bool { owner == 0 || owner == caller }

    /// Throws when a file or directory is in the wrong hands; `place` is its path.
    func judge(_ status: stat, at place: String) throws(TrustError) {
        guard trusts(owner: status.st_uid) else {
            throw .foreignOwner(component: place, owner: status.st_uid, caller: caller)
        }
        guard !checksWriters || status.st_mode & 0o022 == 0 else {
            throw .writable(component: place, mode: status.st_mode)
        }
    }
}

/// Why a file is not read. Every case names what is to be mended.
public enum TrustError: Error, Sendable, Equatable {
    case missing(String)
    /// The file or a directory above it belongs to someone else.
    case foreignOwner(component: String, owner: UInt32, caller: UInt32)
    /// Others than its owner may write to the file or to a directory above it.
    case writable(component: String, mode: UInt32)
    case notRegular(String)
    case notDirectory(String)
    case tooManyLinks(String)
    case tooLarge(String, size: Int, limit: Int)
    case system(call: String, path: String, errno: Int32)
}

extension TrustError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path): "\(path): no such file"
        case .foreignOwner(let component, let owner, let caller):
            "\(component) belongs to user \(owner), who could change it"
                + ": chown \(caller == 0 ? "root" : "\(caller)") \(ShellWord.quoted(component))"
        // A sticky directory such as /tmp is meant to be shared: not it is wrong, but what is in it.
        case .writable(let component, let mode) where mode & 0o1000 != 0:
            "\(component) may be written by everybody"
                + ": move the file to a directory that only its owner can write to"
        case .writable(let component, let mode):
            "\(component) may be written by others (mode \(String(mode & 0o7777, radix: 8)))"
                + ": chmod \(mode & 0o020 != 0 ? "g" : "")\(mode & 0o002 != 0 ? "o" : "")-w"
                + " \(ShellWord.quoted(component))"
        case .notRegular(let path): "\(path) is not a regular file"
        case .notDirectory(let path): "\(path) is not a directory"
        case .tooManyLinks(let path): "\(path): too many symbolic links"
        case .tooLarge(let path, let size, let limit):
            "\(path): \(size) bytes are more than the limit of \(limit)"
        case .system(let call, let path, let number):
            "\(call) \(path): \(errorText(number))"
        }
    }
}

extension TrustError {
    /// The sentence about a file whose name, as the user wrote it, stands before it already.
    func sentence(about path: String) -> String {
        let prefix = "\(path): "
        return description.begins(prefix)
            ? description.withoutFirst(bytes: prefix.utf8.count) : description
    }
}
