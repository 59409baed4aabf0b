internal import CLinux
internal import Glibc

extension LinuxHost {
    /// Calls stat(2); nil also when a component of the path is not a directory.
    public func fileInfo(_ path: String) throws(HostError) -> FileInfo? {
        var info = stat()
        guard stat(path, &info) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .system(call: "stat", subject: path, errno: errno)
        }
        let kind: FileInfo.Kind
        switch info.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .directory
        case S_IFBLK: kind = .blockDevice
        default: kind = .other
        }
        let isDevice = kind == .blockDevice || info.st_mode & S_IFMT == S_IFCHR
        return FileInfo(
            kind: kind,
            size: Int(info.st_size),
            owner: info.st_uid,
            mode: info.st_mode & 0o7777,
            modified: Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9,
            device: DeviceNumber(raw: isDevice ? info.st_rdev : info.st_dev)
        )
    }

    /// Reads also files of /proc and /sys, whose sizes are not known beforehand.
    public func readFile(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        try FileReader.whole(path, limit: limit)
    }

    /// Opens the path without effect first, and the file only when it is regular.
    public func fileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        try FileReader.start(path, limit: limit)
    }

    /// Walks the path with `GuardedPath`.
    public func rootsFileStart(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        try FileReader.startOfRoots(path, limit: limit)
    }

    /// Walks the path with `GuardedPath`; nil also when the directory does not exist.
    public func problemOnTheWay(to directory: String) -> String? {
        do throws(HostError) {
            _ = try GuardedPath("\(directory)/.", subject: directory)
            return nil
        } catch .malformed(_, let problem) {
            return problem
        } catch {
            // A directory that does not exist is no problem.
            return nil
        }
    }

    /// Walks the path with `GuardedPath`.
    public func rotateFile(_ path: String, from limit: Int, keeping count: Int, of user: String?)
        throws(HostError)
    {
        let user = try user.map { name throws(HostError) in try Account.user(name).id }
        try GuardedPath(path, followingLast: true).rotate(from: limit, keeping: count, of: user)
    }

    /// Calls readlink(2), for targets of up to 4,096 bytes.
    public func readLink(_ path: String) throws(HostError) -> String? {
        var target = [CChar](repeating: 0, count: 4097)
        let length = readlink(path, &target, target.count - 1)
        guard length >= 0 else {
            // EINVAL: not a link.
            if errno == ENOENT || errno == ENOTDIR || errno == EINVAL { return nil }
            throw .system(call: "readlink", subject: path, errno: errno)
        }
        return String(
            decoding: target.prefix(length).map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }

    /// Calls realpath(3).
    public func realPath(_ path: String) -> String? { FileReader.realPath(path) }

    /// Calls opendir(3) and sorts the names.
    public func directory(_ path: String) throws(HostError) -> [String]? {
        if let names = FileReader.names(in: path) { return names.sortedByBytes() }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw .system(call: "opendir", subject: path, errno: errno)
    }

    /// Calls access(2). The file system also counts as writable when the caller has no permission there, and
    /// when it is full.
    public func isWritable(below mountPoint: String) -> Bool {
        access(mountPoint, W_OK) == 0 || errno == EACCES || errno == EPERM
    }

    /// Walks the path with `GuardedPath`, so that nobody else decides where the directory is created.
    public func makeDirectory(_ path: String) throws(HostError) {
        defer { forget() }
        do throws(HostError) {
            _ = try GuardedPath("\(path)/.", makingFolders: true, subject: path)
        } catch .system("open", _, ENOTDIR) {
            throw .system(call: "mkdir", subject: path, errno: EEXIST)
        } catch .system("open", _, let number) {
            throw .system(call: "mkdir", subject: path, errno: number)
        }
    }

    /// Replaces the file with `FileReplacement`.
    public func writeFile(_ path: String, _ contents: [UInt8], mode: UInt32) throws(HostError) {
        defer { forget() }
        try FileReplacement.write(contents, to: path, mode: mode)
    }

    public func writeBriefFile(_ path: String, _ contents: [UInt8], mode: UInt32)
        throws(HostError)
    {
        defer { forget() }
        try FileReplacement.write(contents, to: path, mode: mode, isSynced: false)
    }

    public func createBriefFile(_ path: String, _ contents: [UInt8], mode: UInt32)
        throws(HostError)
    {
        defer { forget() }
        try FileReplacement.write(contents, to: path, mode: mode, isSynced: false, isNew: true)
    }

    /// Creates the link in the directory that `GuardedPath` has judged.
    public func makeLink(to target: String, at path: String) throws(HostError) {
        defer { forget() }
        let place = try GuardedPath(path)
        guard symlinkat(target, place.folder.number, place.name) == 0 else {
            throw .system(call: "symlink", subject: path, errno: errno)
        }
    }

    /// Removes the file in the directory that `GuardedPath` has judged.
    public func removeFile(_ path: String) throws(HostError) {
        defer { forget() }
        do throws(HostError) {
            let place = try GuardedPath(path)
            guard unlinkat(place.folder.number, place.name, 0) == 0 || errno == ENOENT else {
                throw .system(call: "unlink", subject: path, errno: errno)
            }
        } catch .system(_, _, let number) where [ENOENT, ENOTDIR].contains(number) {
            return
        }
    }
}

extension DeviceNumber {
    /// Unpacks the kernel's form, as makedev(3) packs it.
    init(raw: dev_t) {
        self.init(
            major: Int(raw >> 8 & 0xfff | raw >> 32 & ~0xfff),
            minor: Int(raw & 0xff | raw >> 12 & 0xffff_ff00)
        )
    }
}
