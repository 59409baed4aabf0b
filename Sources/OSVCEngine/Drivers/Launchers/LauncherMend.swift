internal import Glibc

/// Makes a launcher one that is run: `osvc trust fix` (decisions.md 28). The file behind the link gets
/// root, or who runs osvc, as its owner, and loses the write bits of others; nothing else is touched.
///
/// The file is opened once, without following a link at its end, and judged and changed by its
/// descriptor. The directories on the way must already be in the right hands: where somebody else may
/// exchange the file there is nothing to be trusted, so that is refused.
@EngineActor
public struct LauncherMend {
    public enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        case missing(String)
        case notRegular(String)
        case isDirectory(String)
        /// The text says which directory, why, and what is to be done.
        case foreignDirectory(String, String)
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

    /// Mends the launcher at an absolute path, and tells each thing that it did as a command line. Returns
    /// whether there was anything to do.
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
        // The owner first: the old one could give the bits back.
        let isForeign = info.st_uid != 0 && info.st_uid != host.userID
        if isForeign { try takeOver(file, real, told) }
        let isOpen = info.st_mode & 0o022 != 0
        if isOpen { try closeToOthers(file, real, told) }
        return isForeign || isOpen
    }

    private func judgeWay(to path: String, _ real: String) throws(Refusal) {
        let problem: String?
        do throws(HostError) {
            problem = try LauncherTrust(host, configuration: nil).problemOnTheWay(to: path, real)
        } catch {
            throw .system(error)
        }
        if let problem { throw .foreignDirectory(path, problem) }
    }

    private func open(_ real: String) throws(Refusal) -> Descriptor {
        do throws(HostError) {
            // Without blocking: a pipe with that name must not hang osvc.
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

    private func takeOver(_ file: borrowing Descriptor, _ path: String, _ told: (String) -> Void)
        throws(Refusal)
    {
        let keepsGroup = gid_t.max
        guard fchown(file.number, host.userID, keepsGroup) == 0 else {
            throw failure("chown", path)
        }
        told("chown \(host.userID == 0 ? "root" : "\(host.userID)") \(path)")
    }

    private func closeToOthers(
        _ file: borrowing Descriptor,
        _ path: String,
        _ told: (String) -> Void
    ) throws(Refusal) {
        // As it is now: giving a file away takes bits of its mode.
        let mode = try status(of: file, path).st_mode & 0o7777
        guard fchmod(file.number, mode & ~0o022) == 0 else { throw failure("chmod", path) }
        let who = (mode & 0o020 == 0 ? "" : "g") + (mode & 0o002 == 0 ? "" : "o")
        told("chmod \(who)-w \(path)")
    }

    private func failure(_ call: String, _ path: String) -> Refusal {
        .system(.system(call: call, subject: path, errno: errno))
    }
}
