internal import CLinux
internal import Glibc

/// Replaces a file whole: readers see the old or the new one, also after a crash.
enum FileReplacement {
    /// If it throws, the old file is untouched and no temporary file is left. Without `isSynced` a power
    /// cut may bring the old file back, or an empty one.
    static func write(
        _ contents: [UInt8],
        to path: String,
        mode: UInt32,
        isSynced: Bool = true
    ) throws(HostError) {
        let (folder, name) = split(path)
        let temporary = "\(folder)/.\(name.prefix(64)).\(getpid()).tmp"
        // One left by a crashed osvc of the same pid would be in the way.
        unlink(temporary)
        let file = try Descriptor.open(
            temporary,
            O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
            mode: 0o600
        )
        do throws(HostError) {
            try fill(file, contents, mode, path)
            guard !isSynced || fsync(file.number) == 0 else {
                throw .system(call: "fsync", subject: path, errno: errno)
            }
            guard rename(temporary, path) == 0 else {
                throw .system(call: "rename", subject: path, errno: errno)
            }
        } catch {
            unlink(temporary)
            throw error
        }
        if isSynced { try sync(folder) }
    }

    private static func fill(
        _ file: borrowing Descriptor,
        _ contents: [UInt8],
        _ mode: UInt32,
        _ path: String
    ) throws(HostError) {
        var rest = contents[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system(call: "write", subject: path, errno: errno) }
            rest = rest.dropFirst(count)
        }
        // Not by open's argument: the umask would take bits away.
        guard fchmod(file.number, mode) == 0 else {
            throw .system(call: "chmod", subject: path, errno: errno)
        }
    }

    /// Makes the new name last. File systems that cannot sync a directory say EINVAL.
    private static func sync(_ folder: String) throws(HostError) {
        let directory = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
        guard fsync(directory.number) == 0 || errno == EINVAL else {
            throw .system(call: "fsync", subject: folder, errno: errno)
        }
    }

    private static func split(_ path: String) -> (folder: String, name: Substring) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
        let name = path[path.index(after: slash)...]
        return (slash == path.startIndex ? "/." : String(path[..<slash]), name)
    }
}
