internal import Glibc

/// Reads files and directories without any judgement.
enum FileReader {
    /// The contents of a file; nil: it does not exist. Works for /proc, whose files have the size 0.
    static func whole(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        guard let file = try Descriptor.openIfThere(path) else { return nil }
        var info = stat()
        guard fstat(file.number, &info) == 0 else {
            throw .system(call: "stat", subject: path, errno: errno)
        }
        if info.st_mode & S_IFMT == S_IFREG, info.st_size > limit {
            throw .tooLarge(path: path, limit: limit)
        }
        return try rest(of: file, limit: limit, path, expecting: Int(info.st_size))
    }

    /// The first bytes of a regular file, at most `limit`; nil: there is none. Anything else is not even
    /// opened, because opening some devices already has an effect.
    static func start(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        try start(of: open(path, pathOnly | O_CLOEXEC), limit: limit, path) { _ in true }
    }

    /// As `start`, for a file that belongs to root and that only root could have written or put there
    /// (`GuardedPath`). Not for /proc, whose files belong to root and contain data of other users.
    static func startOfRoots(_ path: String, limit: Int) throws(HostError) -> [UInt8]? {
        let place = try GuardedPath(path, followingLast: true)
        guard !place.isOpenToOthers else { return nil }
        let file = openat(place.folder.number, place.name, pathOnly | O_NOFOLLOW | O_CLOEXEC)
        return try start(of: file, limit: limit, path) { info in
            info.st_uid == 0 && info.st_mode & 0o022 == 0 && info.st_size > 0 && info.st_nlink == 1
        }
    }

    private static let pathOnly: Int32 = 0o10_000_000

    private static func start(
        of number: Int32,
        limit: Int,
        _ path: String,
        where isWanted: (stat) -> Bool
    ) throws(HostError) -> [UInt8]? {
        guard number >= 0 else { return nil }
        let place = Descriptor(number)
        var info = stat()
        guard fstat(place.number, &info) == 0, info.st_mode & S_IFMT == S_IFREG, isWanted(info),
            let file = try Descriptor.openIfThere("/proc/self/fd/\(place.number)")
        else { return nil }
        var bytes: [UInt8] = []
        _ = try append(limit, of: file.number, to: &bytes, path)
        return bytes
    }

    /// The remaining bytes of an open file, of which about `size` are expected.
    static func rest(
        of file: borrowing Descriptor,
        limit: Int,
        _ path: String,
        expecting size: Int = 0
    ) throws(HostError) -> [UInt8] {
        var bytes: [UInt8] = []
        var room = max(4096, min(size, limit) + 1)
        while true {
            let count = try append(room, of: file.number, to: &bytes, path)
            if count == 0 { return bytes }
            if bytes.count > limit { throw .tooLarge(path: path, limit: limit) }
            if count == room { room = min(room * 2, 1 << 20) }
        }
    }

    /// Reads up to `room` bytes once. Returns the count; 0 at the end.
    private static func append(
        _ room: Int,
        of file: Int32,
        to bytes: inout [UInt8],
        _ path: String
    ) throws(HostError) -> Int {
        var problem: Int32 = 0
        let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, size in
            var count = -1
            repeat {
                count = read(file, buffer.baseAddress, room)
                problem = count < 0 ? errno : 0
            } while problem == EINTR
            size = max(0, count)
        }
        guard problem == 0 else { throw .system(call: "read", subject: path, errno: problem) }
        if bytes.isEmpty { bytes = piece } else { bytes += piece }
        return piece.count
    }

    /// The names in a directory, unordered, without `.` and `..`; nil: it cannot be opened (`errno`).
    static func names(in path: String) -> [String]? {
        guard let stream = opendir(path) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The target of a symbolic link; nil: it is not a link, or may not be read.
    static func link(_ path: String) -> String? {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = target.withUnsafeMutableBytes { buffer in
            guard let start = buffer.bindMemory(to: CChar.self).baseAddress else { return -1 }
            return readlink(path, start, buffer.count)
        }
        return count < 0 ? nil : String(decoding: target[..<count], as: UTF8.self)
    }

    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
