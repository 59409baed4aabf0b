internal import Glibc

/// The file operations that osvc's own state needs.
enum Files {
    /// Makes the directory that contains `path`, and its parents, mode 0755.
    static func makeParent(of path: String) throws(StateError) {
        guard let folder = path.folderAndName?.folder, !folder.isSame("/") else { return }
        try makeDirectory(folder)
    }

    static func makeDirectory(_ path: String) throws(StateError) {
        if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
        if errno == ENOTDIR, let spoiled = spoiled(path) { throw spoiled }
        guard errno == ENOENT else { throw .system(call: "mkdir", path: path, errno: errno) }
        do throws(HostError) {
            _ = try GuardedPath("\(path)/.", makingFolders: true, subject: path)
        } catch {
            throw StateError(error, path)
        }
    }

    /// Opens a file for appending, with the checks of `GuardedPath`.
    static func open(_ path: String, truncating: Bool = false, mode: mode_t = 0o640)
        throws(StateError) -> Int32
    {
        do throws(HostError) {
            return try GuardedPath(path).open(truncating: truncating, mode: mode).take()
        } catch .system(_, _, ENOTDIR) {
            throw spoiled(path) ?? .system(call: "open", path: path, errno: ENOTDIR)
        } catch {
            throw StateError(error, path)
        }
    }

    /// The first component on the way to a path that should be a directory and is not, with the command that
    /// corrects it; nil: there is none.
    private static func spoiled(_ path: String) -> StateError? {
        var folder = ""
        for name in path.pathParts.dropLast() {
            folder += "/\(name)"
            var info = stat()
            guard stat(folder, &info) == 0, info.st_mode & S_IFMT != S_IFDIR else { continue }
            return .spoiled(path: folder, problem: "is not a directory", moveTo: free(folder))
        }
        return nil
    }

    /// A path beside `path` that does not exist, to move something there.
    static func free(_ path: String) -> String {
        let names = [path + ".old"] + (2...99).map { "\(path).old\($0)" }
        var info = stat()
        return names.first { lstat($0, &info) != 0 } ?? "\(path).\(getpid())"
    }

    /// The first `limit` bytes of a file as text; nil when it cannot be read, or when another user could have
    /// written it.
    static func text(_ path: String, limit: Int) -> String? {
        reading(path) { String(decoding: piece(of: $0, limit: limit), as: UTF8.self) }
    }

    /// The last bytes of a file, `count` at most; empty when it cannot be read or is somebody else's.
    static func tail(of path: String, count: Int) -> [UInt8] {
        reading(path) { descriptor in
            let end = lseek(descriptor, 0, SEEK_END)
            guard end >= 0, lseek(descriptor, max(0, end - count), SEEK_SET) >= 0 else {
                return nil
            }
            return piece(of: descriptor, limit: count)
        } ?? []
    }

    /// Calls `body` with each line of a file that ends with a newline. Of a file with more than twice `limit`
    /// bytes only the first and the last `limit` bytes are read, with a line of one tab between them. Lines of
    /// more than 64 KiB are left out. Returns false when the file cannot be read or is not a regular file.
    static func eachLine(of path: String, limit: Int, _ body: (ArraySlice<UInt8>) -> Void) -> Bool {
        reading(path) { descriptor in
            var info = stat()
            guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
                return nil
            }
            guard info.st_size > 2 * limit else {
                lines(of: descriptor, limit: 2 * limit, body)
                return true
            }
            lines(of: descriptor, limit: limit, body)
            guard lseek(descriptor, info.st_size - limit, SEEK_SET) >= 0 else { return nil }
            body([UInt8(ascii: "\t")])
            lines(of: descriptor, limit: limit, isInLine: true, body)
            return true
        } ?? false
    }

    private static let longestLine = 64 * 1024

    private static func lines(
        of descriptor: Int32,
        limit: Int,
        isInLine: Bool = false,
        _ body: (ArraySlice<UInt8>) -> Void
    ) {
        var left = limit
        var pending: [UInt8] = []
        // Whether the beginning of this line was not read.
        var isCut = isInLine
        while left > 0 {
            let piece = piece(of: descriptor, limit: min(longestLine, left))
            guard !piece.isEmpty else { return }
            left -= piece.count
            var start = 0
            while let end = newline(in: piece, from: start) {
                let line = start..<end
                start = end + 1
                let isEmpty = line.isEmpty && pending.isEmpty
                if !isEmpty, !isCut { body((pending + piece[line])[...]) }
                isCut = false
                if !pending.isEmpty { pending = [] }
            }
            pending += piece[start...]
            guard pending.count > longestLine else { continue }
            isCut = true
            pending = []
        }
    }

    private static func newline(in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { bytes in
            guard start < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    private static func reading<Result>(_ path: String, _ body: (Int32) -> Result?) -> Result? {
        // O_NONBLOCK: an open of a FIFO does not wait for a writer.
        let descriptor = Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.isOwn else { return nil }
        return body(descriptor)
    }

    private static func piece(of descriptor: Int32, limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        // A regular file returns less than asked for only at its end.
        var isAtEnd = false
        while !isAtEnd, bytes.count < limit {
            let room = min(64 * 1024, limit - bytes.count)
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, size in
                size = max(0, read(descriptor, buffer.baseAddress, room))
            }
            isAtEnd = piece.count < room
            bytes += piece
        }
        return bytes
    }

    /// Writes all bytes. Throws `.system` with the errno of the write that failed.
    static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(StateError) {
        do throws(HostError) {
            try Descriptor.write(bytes, to: descriptor, subject: path)
        } catch {
            throw StateError(error, path)
        }
    }
}
