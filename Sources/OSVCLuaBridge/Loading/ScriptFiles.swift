internal import Glibc
internal import OSVCEngine

/// The files that a service consists of: finds, judges, reads and keeps them.
///
/// Messages name a file as its reader would: the service's own file as it was given, modules beside it in the
/// same way, and all others by their full path.
final class ScriptFiles {
    struct File {
        /// The name in messages and positions.
        var name: String
        /// The absolute path.
        var path: String
        var bytes: [UInt8]
        /// When it was last changed, in seconds since 1970.
        var modified: Double
    }

    /// The maximum size of one file in bytes (lua-boundary.md section 2).
    static let sizeLimit = 1 << 20

    private let policy: TrustPolicy
    /// Its owner decides how long it is held open: meanwhile no file system below which it lies can be unmounted.
    private weak var own: TrustedDirectory?
    private let directories: [(name: String, path: String)]
    private(set) var files: [File] = []
    private var locators: [String: LuaSourceLocator] = [:]
    /// The offsets at which the lines of a file begin, by its name.
    private var lineStarts: [String: [Int]] = [:]

    /// `service` is the service's file as it was given, `root` the root of osvc's own files, `own` a directory
    /// that was already judged.
    init(
        service: String,
        root: String,
        policy: TrustPolicy,
        own: TrustedDirectory? = nil
    ) {
        self.policy = policy
        self.own = own
        let beside = Self.directory(of: service)
        let library = Layout(root: root).library
        directories = [
            (beside, Self.absolute(beside.isEmpty ? "." : beside)),
            ("\(library)/", library),
            ("/usr/share/osvc/lua/", "/usr/share/osvc/lua"),
        ]
    }

    /// Reads a file; throws `.missing` when it does not exist.
    func read(_ name: String) throws(TrustError) -> File {
        let path = Self.absolute(name)
        if let known = files.first(where: { $0.path.isSame(path) }) { return known }
        let trusted = try trusted(path)
        let file = File(
            name: name,
            path: path,
            bytes: trusted.bytes,
            modified: trusted.modified
        )
        files.append(file)
        return file
    }

    /// Reads the service's own file: one that does not exist is `.missing`, whoever may write to its directory.
    func readOwn(_ name: String) throws(TrustError) -> File {
        do throws(TrustError) {
            return try read(name)
        } catch {
            let path = Self.absolute(name)
            guard unsafe access(path, F_OK) != 0, errno == ENOENT else { throw error }
            throw .missing(path)
        }
    }

    private func trusted(_ path: String) throws(TrustError) -> TrustedFile {
        if let own, own.holds(path), let file = try own.read(path, limit: Self.sizeLimit) {
            return file
        }
        return try TrustedFile(reading: path, policy: policy, limit: Self.sizeLimit)
    }

    /// Reads a file as it is now, even if it was read before.
    func readAgain(_ name: String) throws(TrustError) -> File {
        let path = Self.absolute(name)
        files.removeAll { $0.path.isSame(path) }
        locators[name] = nil
        lineStarts[name] = nil
        return try read(name)
    }

    /// Uses `bytes` as the contents of a file, which need not exist.
    func take(_ bytes: [UInt8], as name: String) {
        files.append(File(name: name, path: Self.absolute(name), bytes: bytes, modified: 0))
    }

    /// The file of a module, `lib/website.lua` for `lib.website`, from the first directory that contains it;
    /// nil: none does.
    func module(_ name: String) throws(TrustError) -> File? {
        let relative = name.split(separator: ".").joined(separator: "/") + ".lua"
        for directory in directories {
            do throws(TrustError) {
                return try read(directory.name + relative)
            } catch .missing {
                continue
            }
        }
        return nil
    }

    /// The directories that are searched for modules, for messages.
    var searched: String { directories.map(\.path).joined(separator: ", ") }

    /// The names of the Lua files in a directory, sorted.
    func scripts(in directory: String) throws(TrustError) -> [String] {
        try Self.scripts(in: directory, policy)
    }

    static func scripts(
        in directory: String,
        _ policy: TrustPolicy
    ) throws(TrustError) -> [String] {
        let names = try TrustedFile.names(in: directory, policy: policy) ?? []
        return names.filter { $0.ends(".lua") && !$0.begins(".") }
    }

    /// The text of a line, counted from 1; nil when the line does not exist or is not text.
    func line(_ number: Int, of name: String) -> String? {
        guard let file = files.first(where: { $0.name.isSame(name) }), number > 0 else {
            return nil
        }
        let starts = lineStarts[name] ?? Self.lineStarts(of: file.bytes)
        lineStarts[name] = starts
        guard number <= starts.count else { return nil }
        let end = number < starts.count ? starts[number] - 1 : file.bytes.count
        let line = file.bytes[starts[number - 1]..<end]
        guard line.count <= 500 else { return nil }
        return String(validating: line, as: UTF8.self)
    }

    private static func lineStarts(of bytes: [UInt8]) -> [Int] {
        [0] + bytes.indices.lazy.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
    }

    /// The line and column of a key in the table whose constructor was called near `position`.
    func location(
        of keys: [LuaSourceLocator.Key],
        near position: SourcePosition
    ) -> SourcePosition? {
        guard let file = files.first(where: { $0.name.isSame(position.file) }) else { return nil }
        let locator = locators[file.name] ?? LuaSourceLocator(file.bytes)
        locators[file.name] = locator
        return locator.location(of: keys, callOn: position.line).map {
            SourcePosition(file: position.file, line: $0.line, column: $0.column)
        }
    }

    private static func directory(of path: String) -> String {
        guard let folder = path.folderAndName?.folder else { return "" }
        return folder.isSame("/") ? folder : "\(folder)/"
    }

    static func absolute(_ path: String) -> String {
        guard !path.isAbsolutePath else { return path }
        var buffer = [CChar](repeating: 0, count: 4096)
        guard unsafe getcwd(&buffer, buffer.count) != nil else { return "/" + path }
        let bytes = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        return String(decoding: bytes, as: UTF8.self) + "/" + path
    }
}

extension TrustPolicy {
    /// Why what acts would not read a file that was read by another policy; nil: it would.
    public static func objection(to file: String) -> String? {
        do throws(TrustError) {
            let path = ScriptFiles.absolute(file)
            _ = try TrustedFile(reading: path, policy: .strict, limit: ScriptFiles.sizeLimit)
            return nil
        } catch {
            return error.description
        }
    }
}
