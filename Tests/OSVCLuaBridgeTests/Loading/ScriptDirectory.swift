internal import Glibc
import OSVCEngine
import Testing

@testable import OSVCLuaBridge

/// A private directory for files to load, where nobody else may write: below the user's home, since
/// /tmp is not to be trusted. Removed when the test ends.
final class ScriptDirectory {
    let path: String

    init() throws {
        let home = getenv("HOME").map { String(cString: $0) } ?? "/run"
        var template = Array("\(home)/.osvc-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil, "a directory below \(home) can be made")
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { Self.remove(path) }

    /// Writes a file and the directories above it, and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
        try write(name, Array(text.utf8), mode: mode)
    }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8], mode: mode_t = 0o644) throws -> String {
        var directory = path
        for part in name.split(separator: "/").dropLast() {
            directory += "/\(part)"
            mkdir(directory, 0o755)
        }
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        try #require(written == bytes.count)
        try #require(chmod(file, mode) == 0)
        return file
    }

    /// Loads a service file of this directory, which is also the root of the mutable files.
    @EngineActor
    func load(
        _ name: String,
        trust: TrustPolicy = .strict,
        limits: LuaLimits = .patient
    ) throws(LoadError) -> LoadedService {
        try ServiceLoader.load(
            path: "\(path)/\(name)",
            root: path,
            registry: .builtIn,
            trust: trust,
            limits: limits
        )
    }

    /// Loads text as `web.lua`.
    @EngineActor
    func load(text: String, limits: LuaLimits = .patient) throws -> LoadedService {
        try write("web.lua", text)
        return try load("web.lua", limits: limits)
    }

    /// What is wrong with a text, without the directory in front.
    @EngineActor
    func problems(_ text: String, limits: LuaLimits = .patient) throws -> [String] {
        try write("web.lua", text)
        return problems(in: "web.lua", limits: limits).map(\.headline)
    }

    @EngineActor
    func problems(
        in name: String,
        trust: TrustPolicy = .strict,
        limits: LuaLimits = .patient
    ) -> [Diagnostic] {
        do throws(LoadError) {
            _ = try load(name, trust: trust, limits: limits)
            Issue.record("\(name) loads")
            return []
        } catch {
            return error.diagnostics.map { found in
                var found = found
                found.position.file = shortened(found.position.file)
                found.message = shortened(found.message)
                return found
            }
        }
    }

    func shortened(_ text: String) -> String {
        text.split(separator: "\(path)/", omittingEmptySubsequences: false).joined()
    }

    private static func remove(_ path: String) {
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                guard name != ".", name != ".." else { continue }
                let inner = "\(path)/\(name)"
                var status = stat()
                if lstat(inner, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                    remove(inner)
                } else {
                    unlink(inner)
                }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}

extension LuaLimits {
    /// The limits of a service, without those of time: how fast the machine is says nothing of the program,
    /// and the last resort would end all tests.
    static let patient = {
        var limits = LuaLimits()
        limits.load.wall = .seconds(100)
        limits.run.wall = .seconds(100)
        limits.lastResort?.grace = .seconds(600)
        return limits
    }()
}
