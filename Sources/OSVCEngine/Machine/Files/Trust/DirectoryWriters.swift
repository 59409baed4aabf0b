/// Who besides the owner may create, rename and remove files in a directory.
///
/// `GuardedPath` and `StateTrust` both use it, for what osvc writes and for what it reads. In a directory that
/// everybody may write to, osvc uses no file. In one that a group may write to, or everybody with the sticky bit,
/// osvc opens files with checks, and does not trust a file because of its name.
enum DirectoryWriters {
    case nobody
    case group
    /// A group or everybody; each may rename and remove only their own files.
    case sticky
    case everybody

    init(mode: UInt32) {
        self =
            if mode & 0o022 == 0 {
                .nobody
            } else if mode & 0o1000 != 0 {
                .sticky
            } else {
                mode & 0o002 == 0 ? .group : .everybody
            }
    }

    /// Whether a file can be opened there safely, with the care of `GuardedPath`.
    var allowsOpening: Bool { self != .everybody }

    /// Whether others cannot exchange what root created there.
    var keepsRootsFiles: Bool { self == .nobody || self == .sticky }
}

/// A file or directory that others can change: the problem, and the commands that correct it.
struct TrustFault: Equatable {
    let problem: String
    let mends: [String]

    init(problem: String, mends: [String]) {
        self.problem = problem
        self.mends = mends
    }

    /// The fault of a directory: corrects its owner, then the excess write bits.
    init(_ problem: String, directory: String, owner: String?, writers: UInt32) {
        let word = ShellWord.quoted(directory)
        let who = (writers & 0o020 == 0 ? "" : "g") + (writers & 0o002 == 0 ? "" : "o")
        self.problem = problem
        mends =
            (owner.map { ["chown \($0) \(word)"] } ?? [])
            + (who.isEmpty ? [] : ["chmod \(who)-w \(word)"])
    }

    /// The first problem with the commands for all faults, so that one correction suffices; nil: there are no faults.
    static func text(_ faults: [TrustFault]) -> String? {
        guard let first = faults.first else { return nil }
        var commands: [String] = []
        for mend in faults.flatMap(\.mends) where !commands.contains(mend) { commands.append(mend) }
        return "\(first.problem): \(commands.joined(separator: " && "))"
    }
}
