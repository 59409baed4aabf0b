internal import Glibc

extension Host {
    /// Judges the path and reads the file then. `LinuxHost` judges the open file.
    public func readOwnFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        guard let info = try fileInfo(path), info.owner == 0 || info.owner == userID,
            info.mode & 0o022 == 0
        else { return nil }
        return try readFile(path, limit: limit)
    }
}

extension LinuxHost {
    /// Opens the file and judges what is open, not the path.
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
    /// Whether it is a regular file that root or the caller wrote and that nobody else could have written. A file with
    /// a second name is not accepted: another user may have added a name to have it believed in another place.
    var isOwn: Bool {
        st_mode & S_IFMT == S_IFREG && (st_uid == 0 || st_uid == geteuid()) && st_mode & 0o022 == 0
            && st_nlink == 1
    }
}
