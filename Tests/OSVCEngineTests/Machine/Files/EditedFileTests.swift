import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

/// Files of people that osvc edits: replaced whole, or as they were.
struct EditedFileTests {
    private let directory = TemporaryDirectory()

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    private func read(_ name: String) throws -> EditedFile {
        try #require(try EditedFile.read(path(name)))
    }

    private func info(_ name: String) -> stat {
        var info = stat()
        lstat(path(name), &info)
        return info
    }

    private var names: [String] {
        guard let stream = opendir(directory.path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    @Test func `a file is replaced with its mode, and nothing is left beside it`() throws {
        directory.write("old", to: "f")
        chmod(path("f"), 0o640)
        let before = info("f")
        try read("f").replace(with: Array("new".utf8))
        #expect(directory.text("f") == "new")
        #expect(info("f").st_mode & 0o7777 == 0o640)
        #expect(info("f").st_ino != before.st_ino)
        #expect(names == ["f"])
    }

    @Test(.enabled(if: getuid() == 0, "gives a directory away"))
    func `a link that others made is not followed`() throws {
        directory.write("precious", to: "own")
        mkdir(path("theirs"), 0o755)
        symlink(path("own"), path("theirs/f"))
        try read("theirs/f").replace(with: Array("mine".utf8))
        #expect(directory.text("own") == "mine")
        chown(path("theirs"), 12, 12)
        #expect(throws: HostError.self) {
            try read("theirs/f").replace(with: Array("stolen".utf8))
        }
        #expect(directory.text("own") == "mine")
    }

    @Test func `what killed processes left beside a file goes, what is alive stays`() throws {
        let gone = try gonePID()
        for name in [
            "f", ".f.\(gone).tmp", ".f.\(getpid()).tmp", ".f.1.tmp", ".f.x.tmp", ".g.\(gone).tmp",
        ] {
            directory.write("old", to: name)
        }
        try read("f").replace(with: Array("new".utf8))
        #expect(names == [".f.1.tmp", ".f.x.tmp", ".g.\(gone).tmp", "f"])
    }

    /// A process that was, and is no more.
    private func gonePID() throws -> pid_t {
        var pid = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup("true"), nil]
        defer { free(arguments[0]) }
        try #require(posix_spawn(&pid, "/bin/true", nil, nil, &arguments, nil) == 0)
        waitpid(pid, nil, 0)
        return pid
    }

    @Test(.enabled(if: getuid() == 0, "gives a file away"))
    func `owner and group are kept`() throws {
        directory.write("old", to: "f")
        chown(path("f"), 12, 34)
        chmod(path("f"), 0o4750)
        try read("f").replace(with: Array("new".utf8))
        #expect(info("f").st_uid == 12 && info("f").st_gid == 34)
        #expect(info("f").st_mode & 0o7777 == 0o4750)
    }

    /// Read and write for user 12, as setfacl writes it; root's rw, the group's and the others' r.
    private static let accessList: [UInt8] =
        [2, 0, 0, 0] + [1, 0, 6, 0, 255, 255, 255, 255] + [2, 0, 6, 0, 12, 0, 0, 0]
        + [4, 0, 4, 0, 255, 255, 255, 255] + [16, 0, 6, 0, 255, 255, 255, 255]
        + [32, 0, 4, 0, 255, 255, 255, 255]

    @Test(
        .enabled(if: Attributes.areKept, "/tmp keeps no extended attributes"),
        arguments: [
            ("user.note", Array("of the web team".utf8)),
            ("system.posix_acl_access", accessList),
        ] as [(String, [UInt8])]
    )
    func `access lists and other extended attributes are kept`(name: String, value: [UInt8]) throws
    {
        directory.write("old", to: "f")
        try #require(Attributes.set(path("f"), name, value))
        try read("f").replace(with: Array("new".utf8))
        #expect(directory.text("f") == "new")
        #expect(Attributes.value(of: path("f"), name) == value)
    }

    @Test func `of a link the file behind it is edited, and the link stays`() throws {
        mkdir(path("real"), 0o755)
        directory.write("old", to: "real/f")
        symlink("real/f", path("f"))
        try read("f").replace(with: Array("new".utf8))
        #expect(directory.text("real/f") == "new")
        #expect(info("f").st_mode & S_IFMT == S_IFLNK)
        #expect(names == ["f", "real"])
    }

    /// What somebody does between the look and the replacement.
    @Test(arguments: ["write", "replace", "remove", "touch"])
    func `a file that somebody changed meanwhile is left as it is`(what: String) throws {
        directory.write("old", to: "f")
        let file = try read("f")
        switch what {
        case "write": directory.write("theirs", to: "f")
        case "replace":
            directory.write("old", to: "g")
            rename(path("g"), path("f"))
        case "touch":
            var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
            utimensat(AT_FDCWD, path("f"), &times, 0)
        default: unlink(path("f"))
        }
        let problem = "somebody else has changed it meanwhile"
        #expect(throws: HostError.malformed(subject: path("f"), problem: problem)) {
            try file.replace(with: Array("new".utf8))
        }
        #expect(directory.text("f") == ["write": "theirs", "remove": ""][what] ?? "old")
        #expect(names == (what == "remove" ? [] : ["f"]))
    }

    @Test func `what is not there, or no file, is told apart`() throws {
        let absent = try EditedFile.read(path("f"))
        #expect(absent?.path == nil)
        symlink("nowhere", path("l"))
        let dangling = "the link leads to nowhere, which is missing"
        #expect(throws: HostError.malformed(subject: path("l"), problem: dangling)) {
            try EditedFile.read(path("l"))
        }
        mkdir(path("d"), 0o755)
        mkfifo(path("p"), 0o644)
        for name in ["d", "p"] {
            let problem = "is not a regular file"
            #expect(throws: HostError.malformed(subject: path(name), problem: problem)) {
                try EditedFile.read(path(name))
            }
        }
        directory.write("12345", to: "f")
        #expect(throws: HostError.tooLarge(path: path("f"), limit: 4)) {
            try EditedFile.read(path("f"), limit: 4)
        }
        #expect(throws: HostError.tooLarge(path: path("f"), limit: 5)) {
            try EditedFile.read(path("f"), limit: 5)?.replace(with: Array("123456".utf8), limit: 5)
        }
    }

    @Test func `a file is only made where there is none`() throws {
        try EditedFile.create(path("f"), Array("new".utf8))
        #expect(directory.text("f") == "new" && info("f").st_mode & 0o7777 == 0o644)
        symlink("nowhere", path("l"))
        for name in ["f", "l"] {
            let taken = HostError.system(call: "link", subject: path(name), errno: EEXIST)
            #expect(throws: taken) { try EditedFile.create(path(name), Array("x".utf8)) }
        }
        #expect(directory.text("f") == "new")
        #expect(names == ["f", "l"])
    }
}

/// setxattr(2) and getxattr(2), which Swift's module of the C library lacks.
private enum Attributes {
    private typealias Set =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeRawPointer, Int, Int32
        ) -> Int32
    private typealias Get =
        @convention(c) (
            UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer, Int
        ) -> Int

    static func set(_ path: String, _ name: String, _ value: [UInt8]) -> Bool {
        unsafeBitCast(dlsym(nil, "setxattr"), to: Set.self)(path, name, value, value.count, 0) == 0
    }

    static func value(of path: String, _ name: String) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: 256)
        let get = unsafeBitCast(dlsym(nil, "getxattr"), to: Get.self)
        return Array(value[..<max(0, get(path, name, &value, value.count))])
    }

    static var areKept: Bool {
        let directory = TemporaryDirectory()
        return withExtendedLifetime(directory) { Self.set(directory.path, "user.note", [1]) }
    }
}
