internal import Glibc
internal import OSVCEngine

/// A file whose owners and writers were all checked, read from the descriptor that was checked.
///
/// The path is walked with `openat` from `/`, one component at a time; each directory is judged by its
/// descriptor, so nothing can be exchanged between the check and the read. For a symbolic link the
/// directory that contains it and the whole path to its target are judged (lua-boundary.md section 3, rule 1).
struct TrustedFile {
    var bytes: [UInt8]
    /// When it was last changed, in seconds since 1970.
    var modified: Double

    /// Reads a whole file. `path` is absolute. Throws `.tooLarge` without reading when it is longer than
    /// `limit` bytes.
    init(reading path: String, policy: TrustPolicy, limit: Int) throws(TrustError) {
        let file = try TrustedWalk(path, policy: policy).openFile()
        defer { close(file) }
        try self.init(file, try Self.status(of: file, at: path), at: path, limit: limit)
    }

    /// Reads an open file that was judged.
    init(_ file: Int32, _ status: stat, at path: String, limit: Int) throws(TrustError) {
        bytes = try Self.contents(of: file, status, at: path, limit: limit)
        // Seconds and nanoseconds, 64 bits each; which module `timespec` is from depends on the build.
        modified = unsafe withUnsafeBytes(of: status.st_mtim) { time in
            let seconds = unsafe time.loadUnaligned(as: Int64.self)
            let nanoseconds = unsafe time.loadUnaligned(fromByteOffset: 8, as: Int64.self)
            return Double(seconds) + Double(nanoseconds) / 1e9
        }
    }

    /// The names in a directory, which is judged like a file, sorted; nil: there is no directory.
    static func names(in path: String, policy: TrustPolicy) throws(TrustError) -> [String]? {
        let directory: Int32
        do throws(TrustError) {
            directory = try TrustedWalk(path, policy: policy).openDirectory()
        } catch .missing {
            return nil
        }
        guard let stream = unsafe fdopendir(directory) else {
            close(directory)
            throw .system(call: "open", path: path, errno: errno)
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names.sortedByBytes()
    }

    static func status(
        of file: Int32,
        at path: @autoclosure () -> String
    ) throws(TrustError) -> stat {
        var status = stat()
        guard unsafe fstat(file, &status) == 0 else {
            throw .system(call: "stat", path: path(), errno: errno)
        }
        return status
    }

    /// Reads to the end, at most one byte more than allowed: the file may grow meanwhile.
    private static func contents(
        of file: Int32,
        _ status: stat,
        at path: String,
        limit: Int
    ) throws(TrustError) -> [UInt8] {
        let size = status.st_size
        guard size <= limit else { throw .tooLarge(path, size: size, limit: limit) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: max(4096, size + 1))
        while bytes.count <= limit {
            let count = unsafe read(file, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(call: "read", path: path, errno: errno)
            }
            bytes.append(contentsOf: buffer.prefix(count))
            // A regular file returns less than asked for only at its end.
            if count < buffer.count, bytes.count <= limit { return bytes }
        }
        throw .tooLarge(path, size: bytes.count, limit: limit)
    }
}
