internal import Glibc
internal import OSVCEngine

/// Whose files osvc accepts (lua-boundary.md section 3, rules 1, 2 and 7).
public struct TrustPolicy: Sendable, Equatable {
    /// The user that runs osvc; its files are accepted like those of root.
    public var caller: UInt32
    /// Whether the directories above a file, and the write bits, are checked.
    public var checksWriters: Bool
    /// Whether a sticky directory such as /tmp, which everybody may write to, is accepted above a directory that is not.
    public var acceptsSticky: Bool

    public init(caller: UInt32, checksWriters: Bool, acceptsSticky: Bool = false) {
        self.caller = caller
        self.checksWriters = checksWriters
        self.acceptsSticky = acceptsSticky
    }

    /// For everything that acts: the file and every directory above it belong to root or to the caller, and
    /// nobody else may write there, not even with the sticky bit, as in /tmp.
    public static var strict: TrustPolicy {
        TrustPolicy(caller: geteuid(), checksWriters: true)
    }

    /// For reading as an ordinary user: `check` and `plan` of files that belong to the caller or to root.
    public static var unprivileged: TrustPolicy {
        TrustPolicy(caller: geteuid(), checksWriters: false)
    }

    /// For `check`, `plan` and their like, which act on nothing: `unprivileged` for an ordinary user; for root sticky
    /// directories are accepted above the file's own.
    public static var reading: TrustPolicy {
        geteuid() == 0
            ? TrustPolicy(caller: 0, checksWriters: true, acceptsSticky: true) : .unprivileged
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

/// Why a file is not read. Each case names the path to correct.
public enum TrustError: Error, Sendable, Equatable {
    /// The file does not exist.
    case missing(String)
    /// The file or a directory above it belongs to someone else.
    case foreignOwner(component: String, owner: UInt32, caller: UInt32)
    /// Others than its owner may write to the file or to a directory above it.
    case writable(component: String, mode: UInt32)
    /// Several of the two previous cases, in the order of the path.
    case several([TrustError])
    /// The path is a directory, device, FIFO or socket.
    case notRegular(String)
    /// A component on the way is not a directory.
    case notDirectory(String)
    /// The path leads through more symbolic links than the kernel follows.
    case tooManyLinks(String)
    /// The file has `size` bytes, more than `limit`.
    case tooLarge(String, size: Int, limit: Int)
    /// A system call failed with this errno.
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

    /// The first fault with the commands for all of them, so that one correction suffices.
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
        // A sticky directory such as /tmp is meant to be shared: the file in it is the fault.
        case .writable(_, let mode) where mode & 0o1000 != 0: Self.move
        case .writable(let component, let mode):
            "chmod \(mode & 0o020 != 0 ? "g" : "")\(mode & 0o002 != 0 ? "o" : "")-w"
                + " \(ShellWord.quoted(component))"
        default: ""
        }
    }

    private static let move = "move the file to a directory that only its owner can write to"

    /// The sentence without the file's name, when the message already begins with the name that the user wrote.
    func sentence(about path: String) -> String {
        let prefix = "\(path): "
        return description.begins(prefix)
            ? description.withoutFirst(bytes: prefix.utf8.count) : description
    }
}
