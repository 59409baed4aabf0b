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
    /// and nobody else may write there, not even with the sticky bit, as in /tmp.
    public static var strict: TrustPolicy {
        TrustPolicy(caller: geteuid(), checksWriters: true)
    }

    /// For reading only, as an ordinary user: `check` and `plan` of files that are the caller's or root's.
    public static var unprivileged: TrustPolicy {
        TrustPolicy(caller: geteuid(), checksWriters: false)
    }

    func trusts(owner: UInt32) -> Bool { owner == 0 || owner == caller }

    /// Throws when a file or directory is in the wrong hands; `place` is its path.
    func judge(_ status: stat, at place: @autoclosure () -> String) throws(TrustError) {
        if let error = TrustError(all: faults(of: status, at: place())) { throw error }
    }

    /// Everything that is wrong with a file or directory.
    func faults(of status: stat, at place: @autoclosure () -> String) -> [TrustError] {
        var faults: [TrustError] = []
        if !trusts(owner: status.st_uid) {
            faults.append(.foreignOwner(component: place(), owner: status.st_uid, caller: caller))
        }
        if checksWriters, status.st_mode & 0o022 != 0 {
            faults.append(.writable(component: place(), mode: status.st_mode))
        }
        return faults
    }
}

/// Why a file is not read. Every case names what is to be mended.
public enum TrustError: Error, Sendable, Equatable {
    case missing(String)
    /// The file or a directory above it belongs to someone else.
    case foreignOwner(component: String, owner: UInt32, caller: UInt32)
    /// Others than its owner may write to the file or to a directory above it.
    case writable(component: String, mode: UInt32)
    /// Several of the two before: all that is to be mended, in the order of the way.
    case several([TrustError])
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
        case .foreignOwner, .writable, .several: mendable
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
    /// One fault, or all of them; nil: no fault.
    init?(all faults: [TrustError]) {
        guard let first = faults.first else { return nil }
        self = faults.count == 1 ? first : .several(faults)
    }

    /// What is wrong first, and how all of it is mended: who does that does not come back for the next.
    private var mendable: String {
        var mends: [String] = []
        for mend in faults.map(\.mend) where !mends.contains(mend) { mends.append(mend) }
        let commands = mends.filter { $0 != Self.move }
        let advice = [commands.joined(separator: " && ")] + mends.filter { $0 == Self.move }
        let text = advice.filter { !$0.isEmpty }.joined(separator: "; ")
        return "\(faults.first?.problem ?? ""): \(text)"
    }

    private var faults: [TrustError] {
        if case .several(let faults) = self { return faults }
        return [self]
    }

    private var problem: String {
        switch self {
        case .foreignOwner(let component, let owner, _):
            "\(component) belongs to user \(owner), who could change it"
        case .writable(let component, let mode) where mode & 0o1000 != 0:
            "\(component) may be written by everybody"
        case .writable(let component, let mode):
            "\(component) may be written by others (mode \(String(mode & 0o7777, radix: 8)))"
        default: description
        }
    }

    private var mend: String {
        switch self {
        case .foreignOwner(let component, _, let caller):
            "chown \(caller == 0 ? "root" : "\(caller)") \(ShellWord.quoted(component))"
        // A sticky directory such as /tmp is meant to be shared: not it is wrong, but what is in it.
        case .writable(_, let mode) where mode & 0o1000 != 0: Self.move
        case .writable(let component, let mode):
            "chmod \(mode & 0o020 != 0 ? "g" : "")\(mode & 0o002 != 0 ? "o" : "")-w"
                + " \(ShellWord.quoted(component))"
        default: ""
        }
    }

    private static let move = "move the file to a directory that only its owner can write to"

    /// The sentence about a file whose name, as the user wrote it, stands before it already.
    func sentence(about path: String) -> String {
        let prefix = "\(path): "
        return description.begins(prefix)
            ? description.withoutFirst(bytes: prefix.utf8.count) : description
    }
}
