internal import Glibc

/// Corrects a launcher so that it is run: `osvc trust fix` (decisions.md 28). The file behind the link is replaced by
/// a copy that root, or the caller, owns and that others may not write. Its contents, group and mode stay.
///
/// It is replaced by a copy because its owner may have opened the old file for writing, and could go on writing
/// whatever its owner and mode are then. Other names of the old file (hard links), its access lists and
/// attributes stay with the old file.
///
/// The file is opened once, and a link at its end is not followed. The directories on the path must already be
/// safe: where others may exchange the file, the correction is refused.
@EngineActor
public struct LauncherMend {
    /// Why a launcher is not corrected. The paths are those that were asked for.
    public enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        /// Nothing exists at the path.
        case missing(String)
        /// The file is a device, FIFO or socket.
        case notRegular(String)
        /// The path is a directory; launchers are corrected one by one.
        case isDirectory(String)
        /// Others may change a directory on the path; the text names it and the correction.
        case foreignDirectory(String, String)
        /// The file could not be read or replaced.
        case system(HostError)

        public var description: String {
            switch self {
            case .missing(let path): "\(path): no such file"
            case .notRegular(let path): "\(path) is not a regular file"
            case .isDirectory(let path):
                "\(path) is a directory: only launchers are mended, one by one"
            case .foreignDirectory(let path, let problem): "\(path) is not mended: \(problem)"
            case .system(let error): error.description
            }
        }
    }

    private let host: any Host

    public init(_ host: any Host) {
        self.host = host
    }

    /// Corrects the launcher at an absolute path, and calls `told` with each change as a command line. Returns
    /// whether anything was to be done. Throws when the launcher cannot be corrected; it is unchanged then.
    public func mend(_ path: String, telling told: (String) -> Void) throws(Refusal) -> Bool {
        guard let real = host.realPath(path) else { throw .missing(path) }
        try judgeWay(to: path, real)
        let file = try open(real)
        let info = try status(of: file, real)
        switch info.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .isDirectory(path)
        default: throw .notRegular(path)
        }
        let isForeign = info.st_uid != 0 && info.st_uid != host.userID
        let mode = info.st_mode & 0o7777
        guard isForeign || mode & 0o022 != 0 else { return false }
        try replace(real, file, info)
        if isForeign {
            told("chown \(host.userID == 0 ? "root" : "\(host.userID)") \(ShellWord.quoted(real))")
        }
        if mode & 0o022 != 0 {
            let who = (mode & 0o020 == 0 ? "" : "g") + (mode & 0o002 == 0 ? "" : "o")
            told("chmod \(who)-w \(ShellWord.quoted(real))")
        }
        return true
    }

    private func judgeWay(to path: String, _ real: String) throws(Refusal) {
        let problem: String?
        do throws(HostError) {
            problem = try LauncherTrust(host, in: nil).problemOnTheWay(to: path, real)
        } catch {
            throw .system(error)
        }
        if let problem { throw .foreignDirectory(path, problem) }
    }

    private func open(_ real: String) throws(Refusal) -> Descriptor {
        do throws(HostError) {
            // O_NONBLOCK: a FIFO with that name must not hang osvc.
            return try Descriptor.open(real, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
        } catch {
            throw .system(error)
        }
    }

    private func status(of file: borrowing Descriptor, _ path: String) throws(Refusal) -> stat {
        var info = stat()
        guard fstat(file.number, &info) == 0 else { throw failure("stat", path) }
        return info
    }

    private func replace(_ real: String, _ file: borrowing Descriptor, _ info: stat)
        throws(Refusal)
    {
        do throws(HostError) {
            let place = try GuardedPath(real)
            guard !place.isOpenToOthers else {
                throw .malformed(subject: real, problem: "others may write to its directory")
            }
            try FileReplacement.copy(file, to: place, real) { (copy) throws(HostError) in
                var now = stat()
                guard fstat(file.number, &now) == 0, now.st_size == info.st_size,
                    now.st_mtim.tv_sec == info.st_mtim.tv_sec,
                    now.st_mtim.tv_nsec == info.st_mtim.tv_nsec
                else {
                    throw .malformed(
                        subject: real,
                        problem: "somebody is writing to it: look at it, and try again"
                    )
                }
                // The owner first: chown clears bits of the mode. Set-id bits were those of the old owner and
                // would become root's.
                guard fchown(copy.number, host.userID, info.st_gid) == 0 else {
                    throw .system(call: "chown", subject: real, errno: errno)
                }
                guard fchmod(copy.number, info.st_mode & 0o1755) == 0 else {
                    throw .system(call: "chmod", subject: real, errno: errno)
                }
            }
        } catch {
            throw .system(error)
        }
    }

    private func failure(_ call: String, _ path: String) -> Refusal {
        .system(.system(call: call, subject: path, errno: errno))
    }
}
