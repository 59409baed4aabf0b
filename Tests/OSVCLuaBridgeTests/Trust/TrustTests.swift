internal import Glibc
import OSVCEngine
import Testing

@testable import OSVCLuaBridge

@EngineActor
@Suite struct TrustTests {
    let directory: ScriptDirectory
    private static let service = "return require('osvc.v1').service 'web' {}"

    init() throws {
        directory = try ScriptDirectory()
    }

    private var messages: [String] { directory.problems(in: "web.lua").map(\.message) }

    @Test(arguments: [
        (0o664, "g-w"), (0o646, "o-w"), (0o666, "go-w"),
    ])
    func `a file that others may write is refused, with the command that mends it`(
        _ mode: mode_t,
        _ fix: String
    ) throws {
        try directory.write("web.lua", Self.service, mode: mode)
        let octal = String(mode, radix: 8)
        #expect(
            messages == ["web.lua may be written by others (mode \(octal)): chmod \(fix) web.lua"]
        )
    }

    @Test func `a directory that others may write is refused, though the file is sound`() throws {
        try directory.write("web.lua", Self.service)
        try #require(chmod(directory.path, 0o777) == 0)
        defer { chmod(directory.path, 0o755) }
        let path = directory.path
        #expect(
            messages == ["\(path) may be written by others (mode 777): chmod go-w \(path)"]
        )
    }

    @Test func `every command that mends the way is named at once`() throws {
        try directory.write("a/b/web.lua", Self.service, mode: 0o666)
        let path = directory.path
        try #require(chmod("\(path)/a", 0o777) == 0 && chmod("\(path)/a/b", 0o775) == 0)
        try #require(symlink("a/b/web.lua", "\(path)/web.lua") == 0)
        let commands = "chmod go-w a && chmod g-w a/b && chmod go-w a/b/web.lua"
        #expect(messages == ["a may be written by others (mode 777): \(commands)"])
    }

    @Test(.enabled(if: getuid() == 0, "only root gives files away"))
    func `owner and mode are mended in one go`() throws {
        let file = try directory.write("web.lua", Self.service, mode: 0o666)
        try #require(chown(file, 65534, 65534) == 0)
        let commands = "chown root web.lua && chmod go-w web.lua"
        #expect(messages == ["web.lua belongs to user 65534, who could change it: \(commands)"])
    }

    @Test func `the sticky bit is no excuse, and not what is to be mended`() throws {
        try directory.write("web.lua", Self.service)
        try #require(chmod(directory.path, 0o1777) == 0)
        defer { chmod(directory.path, 0o755) }
        let path = directory.path
        #expect(
            messages == [
                "\(path) may be written by everybody"
                    + ": move the file to a directory that only its owner can write to"
            ]
        )
    }

    @Test func `an accent behind a slash does not hide a directory`() throws {
        let accent = "\u{301}"
        let path = "\(directory.path)/open"
        mkdir(path, 0o755)
        mkdir("\(path)/\(accent)d", 0o755)
        try directory.write("web.lua", Self.service)
        try #require(rename("\(directory.path)/web.lua", "\(path)/\(accent)d/web.lua") == 0)
        try #require(chmod(path, 0o777) == 0)
        defer { chmod(path, 0o755) }
        let found = directory.problems(in: "open/\(accent)d/web.lua").map(\.message)
        #expect(found.count == 1)
        #expect(found.first?.contains("may be written by others (mode 777)") == true)
    }

    @Test func `a command to copy is quoted`() throws {
        try directory.write("my $(id) web.lua", Self.service, mode: 0o666)
        let found = directory.problems(in: "my $(id) web.lua").map(\.message)
        #expect(found.first?.hasSuffix(": chmod go-w 'my $(id) web.lua'") == true)
    }

    @Test func `a link is judged by its directory and by its target's`() throws {
        try directory.write("real/web.lua", Self.service)
        try #require(symlink("real/web.lua", "\(directory.path)/web.lua") == 0)
        #expect(try directory.load("web.lua").definition.name == "web")
        try #require(chmod("\(directory.path)/real", 0o777) == 0)
        #expect(messages == ["real may be written by others (mode 777): chmod go-w real"])
    }

    @Test func `a link through a directory and back is followed`() throws {
        try directory.write("a/web.lua", Self.service)
        mkdir("\(directory.path)/b", 0o755)
        try #require(symlink("../a", "\(directory.path)/b/there") == 0)
        try #require(symlink("\(directory.path)/b/there/web.lua", "\(directory.path)/web.lua") == 0)
        #expect(try directory.load("web.lua").definition.name == "web")
    }

    @Test func `links that lead to themselves end`() throws {
        try #require(symlink("web.lua", "\(directory.path)/web.lua") == 0)
        #expect(messages == ["too many symbolic links"])
    }

    @Test func `what is not a regular file is refused, and a pipe does not block`() throws {
        try #require(mkfifo("\(directory.path)/web.lua", 0o644) == 0)
        #expect(messages == ["web.lua is not a regular file"])
    }

    @Test func `a missing file is named`() {
        #expect(messages == ["no such file"])
    }

    @Test func `a file larger than the limit is refused without being read`() throws {
        try directory.write("web.lua", "-- ")
        // A hole of 100 MB: what was read would be refused for its bytes, not for its size.
        try #require(truncate("\(directory.path)/web.lua", 100_000_000) == 0)
        #expect(messages == ["100000000 bytes are more than the limit of 1048576"])
    }

    @Test func `a file just at the limit is read`() throws {
        let filler = String(repeating: "-", count: (1 << 20) - Self.service.utf8.count - 1)
        try directory.write("web.lua", "\(filler)\n\(Self.service)")
        #expect(try directory.load("web.lua").definition.name == "web")
        try directory.write("web.lua", "-\(filler)\n\(Self.service)")
        #expect(messages.first?.contains("1048577 bytes") == true)
    }

    @Test func `modules and site hooks are trusted no more than the file itself`() throws {
        try directory.write("web.lua", "require 'names' \(Self.service)")
        try directory.write("names.lua", "return 1", mode: 0o666)
        #expect(messages.first?.hasPrefix("names.lua may be written by others") == true)
        try directory.write("names.lua", "return 1")
        try directory.write("etc/site.d/a.lua", "return 1", mode: 0o666)
        #expect(messages.first?.hasPrefix("etc/site.d/a.lua may be written by others") == true)
    }

    @Test(.enabled(if: getuid() == 0, "only root can give files away"))
    func `another user's file is refused, with the command that mends it`() throws {
        try directory.write("web.lua", Self.service)
        try #require(chown("\(directory.path)/web.lua", 12345, 0) == 0)
        #expect(
            messages == [
                "web.lua belongs to user 12345, who could change it: chown root web.lua"
            ]
        )
    }

    @Test func `a file that does not exist is said to be missing, whoever may write beside it`()
        throws
    {
        try #require(mkdir("\(directory.path)/open", 0o777) == 0)
        try #require(chmod("\(directory.path)/open", 0o777) == 0)
        for name in ["open/web.lua", "open/below/web.lua"] {
            #expect(directory.problems(in: name).map(\.message) == ["no such file"])
        }
    }

    @Test(.enabled(if: getuid() == 0, "an ordinary user's directories are not judged for reading"))
    func `for reading only, a sticky directory is good above another one`() throws {
        try directory.write("shared/own/web.lua", Self.service)
        try directory.write("shared/web.lua", Self.service)
        try #require(chmod("\(directory.path)/shared", 0o1777) == 0)
        let shared = "shared may be written by everybody"
        #expect(try directory.load("shared/own/web.lua", trust: .reading).definition.name == "web")
        let file = "\(directory.path)/shared/own/web.lua"
        #expect(TrustPolicy.objection(to: file)?.contains(shared) == true)
        for (name, trust) in [("shared/own", TrustPolicy.strict), ("shared", .reading)] {
            let found = directory.problems(in: "\(name)/web.lua", trust: trust)
            #expect(found.first?.message.hasPrefix(shared) == true)
        }
        try #require(chmod("\(directory.path)/shared", 0o777) == 0)
        #expect(directory.problems(in: "shared/own/web.lua", trust: .reading) != [])
    }

    @Test func `for reading only, the caller's own files are good as they are`() throws {
        try directory.write("web.lua", Self.service, mode: 0o666)
        let loaded = try directory.load("web.lua", trust: .unprivileged)
        #expect(loaded.definition.name == "web")
    }

    @Test(.enabled(if: getuid() == 0, "only root can give files away"))
    func `for reading only, another user's file is still refused`() throws {
        try directory.write("web.lua", Self.service)
        try #require(chown("\(directory.path)/web.lua", 12345, 0) == 0)
        let found = directory.problems(in: "web.lua", trust: .unprivileged)
        #expect(found.first?.message.contains("belongs to user 12345") == true)
    }

    @Test func `a service in a module of its own directory is found from a relative path`() throws {
        #expect(ScriptFiles.absolute("/a/b") == "/a/b")
        #expect(ScriptFiles.absolute("a/b").hasSuffix("/a/b"))
        #expect(ScriptFiles.absolute("a/b").hasPrefix("/"))
    }
}
