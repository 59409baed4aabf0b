internal import Glibc

extension Host {
    public func readOwnFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        guard let info = try fileInfo(path), info.owner == 0 || info.owner == userID,
            info.mode & 0o022 == 0
        else { return nil }
        return try readFile(path, limit: limit)
    }
}

extension LinuxHost {
    /// The open file is judged, not its path.
    public func readOwnFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        do throws(HostError) {
            let flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW
            guard let file = try Descriptor.openIfThere(path, flags) else { return nil }
            var info = stat()
            guard fstat(file.number, &info) == 0, info.isOwn else { return nil }
            return try FileReader.rest(of: file, limit: limit, path, expecting: Int(info.st_size))
        } catch .system(_, _, ELOOP) {
            return nil
        }
    }
}

extension stat {
    /// Whether it is a file that root or the caller wrote, and that nobody else could have written. A second
    /// name may have been given to it by somebody else, to have it believed in another place.
    var isOwn: Bool {
        st_mode & S_IFMT == S_IFREG && (st_uid == 0 || st_uid == geteuid()) && st_mode & 0o022 == 0
            && st_nlink == 1
    }
}
