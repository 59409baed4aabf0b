import Glibc
import OSVCEngine

/// The parts of a classic service under `<root>/etc`: its file, the link with its name, and the directory of
/// its launchers behind another link (classic-actions.md section 1).
struct ServicePlace {
    let name: String
    private let layout: Layout

    init(_ name: String, in layout: Layout) {
        self.name = name
        self.layout = layout
    }

    var file: String { layout.serviceFile(of: name) }
    var luaFile: String { layout.luaFile(of: name) }
    var isLua: Bool { access(luaFile, F_OK) == 0 }
    private var etc: String { layout.etc }
    private var command: String { layout.command(of: name) }
    private var launchers: String { layout.launcherLink(of: name) }
    private var directory: String { layout.launcherFolder(of: name) }
    private var program: String { layout.program }

    /// Throws for invalid names: they become names of files beside those of other services.
    static func judge(name: String) throws(ConfigurationFailure) {
        let reserved = [EnvFile.suffix, ".d", ".dir", ".cluster", ".stonith", ".lua"]
        let programs = [
            "osvc", "svcmgr", "svcmon", "nodemgr", "freezer", "svcfreeze", "svcthaw", "svcfrozen",
            "allservices", "allupservices", "alldownservices", "allprimaryservices",
            "allsecondaryservices", "node.conf", "auth.conf", "site.d", "lib",
        ]
        let isWord = !name.unicodeScalars.contains {
            $0 == "/" || $0 == "," || $0 == "\u{FFFD}" || $0.value <= 0x20 || $0.value == 0x7F
        }
        let ending = reserved.first { name.ends($0) }
        if name.isEmpty || name.begins(".") || name.begins("-") || !isWord
            || name.utf8.count > 200
        {
            throw ConfigurationFailure("'\(name)' is not a name for a service")
        }
        if let ending {
            throw ConfigurationFailure(
                "'\(name)' is not a name for a service: '\(ending)' at its end names other files"
            )
        }
        if programs.contains(where: name.isSame) {
            throw ConfigurationFailure(
                "'\(name)' is not a name for a service: osvc has it for itself"
            )
        }
    }

    // MARK: Creating

    /// Creates what is missing beside the file, with relative links. What exists must be correct.
    func makeLinks(_ made: inout Made) throws(ConfigurationFailure) {
        try makeDirectory(&made)
        if let target = link(command) {
            guard leads(command, to: program) || target == "../bin/svcmgr" else {
                throw ConfigurationFailure("\(command) leads to \(target), not to \(program)")
            }
        } else {
            try make("../bin/svcmgr", at: command, &made)
        }
        if link(launchers) == nil, access(launchers, F_OK) != 0 {
            try make("\(name).dir", at: launchers, &made)
        }
    }

    // MARK: Installing

    /// A link that was corrected.
    struct Mended {
        var text: String
        /// Whether it led to nothing, where the classic release stopped. It did not report other links.
        var wasDangling: Bool
    }

    /// Creates what is missing and corrects links that lead elsewhere, with absolute links.
    ///
    /// Launchers may be on a file system of the service: a link below one of its mount points is correct,
    /// although nothing exists there while it is not mounted.
    func mendLinks(below mountPoints: [String], _ made: inout Made) throws(ConfigurationFailure)
        -> [Mended]
    {
        try makeDirectory(&made)
        var mended: [Mended] = []
        if let target = link(launchers) {
            // A service that moves keeps its launchers in a directory elsewhere.
            let path = Self.parts(of: target.isAbsolutePath ? target : "\(etc)/\(target)")
            let mounts = mountPoints.map(Self.parts).filter { !$0.isEmpty }
            if !isDirectory(launchers), !mounts.contains(where: { path.starts(with: $0) }) {
                let text =
                    "\(launchers) led to \(target), no directory: it leads to \(directory) now"
                mended.append(Mended(text: text, wasDangling: access(launchers, F_OK) != 0))
                try replace(launchers, leadingTo: directory)
                made.replaced.append((launchers, target))
            }
        } else if access(launchers, F_OK) != 0 {
            try make(directory, at: launchers, &made)
        } else if !isDirectory(launchers) {
            throw ConfigurationFailure("\(launchers) is neither a link nor a directory")
        }
        if let target = link(command) {
            if !leads(command, to: program), !target.isSame(program),
                !target.isSame("../bin/svcmgr")
            {
                try replace(command, leadingTo: program)
                made.replaced.append((command, target))
                let text = "\(command) led to \(target): it leads to \(program) now"
                mended.append(Mended(text: text, wasDangling: false))
            }
        } else {
            try make(program, at: command, &made)
        }
        return mended
    }

    // MARK: Pieces

    /// What one action has created, so that it can be removed when the action fails.
    struct Made {
        fileprivate var links: [String] = []
        fileprivate var directories: [String] = []
        fileprivate var replaced: [(path: String, target: String)] = []

        func takeBack() {
            for (path, target) in replaced.reversed() where unlink(path) == 0 {
                symlink(target, path)
            }
            for path in links.reversed() { unlink(path) }
            // Only while it is empty: files of others are not lost.
            for path in directories.reversed() { rmdir(path) }
        }
    }

    private func makeDirectory(_ made: inout Made) throws(ConfigurationFailure) {
        if mkdir(etc, 0o755) == 0 { made.directories.append(etc) }
        if mkdir(directory, 0o755) == 0 {
            made.directories.append(directory)
        } else {
            let number = errno
            guard number == EEXIST, isDirectory(directory) else {
                throw failure("mkdir", directory, number)
            }
        }
    }

    private func make(_ target: String, at path: String, _ made: inout Made)
        throws(ConfigurationFailure)
    {
        guard symlink(target, path) == 0 else { throw failure("symlink", path, errno) }
        made.links.append(path)
    }

    /// Replaces a link by one rename, so that the name is never missing.
    private func replace(_ path: String, leadingTo target: String) throws(ConfigurationFailure) {
        let temporary = "\(etc)/.\(name.prefix(64)).\(getpid()).link"
        unlink(temporary)
        guard symlink(target, temporary) == 0 else { throw failure("symlink", path, errno) }
        guard rename(temporary, path) == 0 else {
            let number = errno
            unlink(temporary)
            throw failure("rename", path, number)
        }
    }

    private func failure(_ call: String, _ path: String, _ number: Int32) -> ConfigurationFailure {
        ConfigurationFailure(HostError.system(call: call, subject: path, errno: number))
    }

    private func link(_ path: String) -> String? {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &target, target.count)
        guard count >= 0 else { return nil }
        return String(decoding: target[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// The components of a path, without `.` and `..`. The kernel cannot be asked, because a mount point may
    /// not exist.
    private static func parts(of path: String) -> [PathKey] {
        path.pathParts.reduce(into: []) { parts, part in
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(PathKey(part))
            }
        }
    }

    private func leads(_ path: String, to other: String) -> Bool {
        guard let one = Environment.realPath(path) else { return false }
        return Environment.realPath(other)?.isSame(one) == true
    }

    private func isDirectory(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }
}
