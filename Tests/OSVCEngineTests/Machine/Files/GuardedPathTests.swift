import Glibc
import OSVCEngine
import Testing

/// What others could plant, in a directory of theirs below /tmp.
@EngineActor
@Suite(.enabled(if: getuid() == 0, "makes files of another user"))
struct GuardedPathTests {
    private let scratch: Scratch
    private let host: LinuxHost
    private let other: UInt32 = 12

    init() throws {
        scratch = try Scratch()
        host = try LinuxHost()
        chmod(scratch.path, 0o755)
        mkdir(scratch.file("theirs"), 0o755)
        chown(scratch.file("theirs"), other, other)
        mkdir(scratch.file("ours"), 0o755)
        _ = try scratch.write("ours/file", "precious")
    }

    private func plantLink(to target: String, at name: String) {
        symlink(target, scratch.file(name))
        lchown(scratch.file(name), other, other)
    }

    private func logs(to name: String, append: Bool) async -> Bool {
        do {
            let output = Command.Output.file(scratch.file(name), append: append)
            return try await host.run(shell("echo evil") { $0.output = output }).code == 0
        } catch {
            #expect(error.description.contains(scratch.file(name)))
            return false
        }
    }

    @Test(arguments: [(2, ["new", "old"]), (1, ["new"]), (0, [])] as [(Int, [String])])
    func `a file of some size is renamed, and as many as said are kept`(
        count: Int,
        kept: [String]
    ) throws {
        _ = try scratch.write("ours/log", "new")
        _ = try scratch.write("ours/log.1", "old")
        _ = try scratch.write("ours/log.2", "oldest")
        let path = scratch.file("ours/log")
        try host.rotateFile(path, from: 4, keeping: count, of: nil)
        #expect(try host.fileInfo(path) != nil)
        try host.rotateFile(path, from: 3, keeping: count, of: nil)
        #expect(try host.fileInfo(path) == nil)
        for (index, text) in kept.enumerated() {
            let bytes = try host.readFile("\(path).\(index + 1)", limit: 99)
            #expect(bytes.map { String(decoding: $0, as: UTF8.self) } == text)
        }
    }

    @Test func `a link that others planted is not followed to be renamed`() throws {
        plantLink(to: scratch.file("ours/file"), at: "theirs/log")
        try? host.rotateFile(scratch.file("theirs/log"), from: 1, keeping: 3, of: nil)
        #expect(try isPrecious)
        #expect(try host.fileInfo(scratch.file("ours/file.1")) == nil)
    }

    private var isPrecious: Bool {
        get throws {
            try host.readFile(scratch.file("ours/file"), limit: 99) == Array("precious".utf8)
                && host.directory(scratch.file("ours")) == ["file"]
        }
    }

    @Test(arguments: [true, false])
    func `output does not go where another user's link leads`(_ append: Bool) async throws {
        plantLink(to: scratch.file("ours/file"), at: "theirs/log")
        plantLink(to: scratch.file("ours/new"), at: "theirs/dangling")
        plantLink(to: scratch.file("ours"), at: "theirs/sub")
        for name in ["theirs/log", "theirs/dangling", "theirs/sub/file", "theirs/sub/new"] {
            #expect(await !logs(to: name, append: append))
        }
        #expect(try isPrecious)
    }

    @Test(arguments: [true, false])
    func `nor to a second name of a file, nor to a FIFO`(_ append: Bool) async throws {
        link(scratch.file("ours/file"), scratch.file("theirs/log"))
        mkfifo(scratch.file("theirs/fifo"), 0o666)
        #expect(await !logs(to: "theirs/log", append: append))
        #expect(await !logs(to: "theirs/fifo", append: append))
        #expect(try isPrecious)
    }

    @Test func `in a directory that everybody may write to nothing is written`() async throws {
        chmod(scratch.file("theirs"), 0o777)
        #expect(await !logs(to: "theirs/log", append: true))
    }

    @Test func `what is no trap is written`() async throws {
        #expect(await logs(to: "theirs/new", append: true))
        _ = try scratch.write("theirs/own", "")
        chown(scratch.file("theirs/own"), other, other)
        #expect(await logs(to: "theirs/own", append: false))
        #expect(await logs(to: "ours/log", append: true))
        chmod(scratch.path, 0o755)
        symlink("ours", scratch.file("link"))
        #expect(await logs(to: "link/log", append: true))
        chmod(scratch.path, 0o1777)
        #expect(await !logs(to: "link/log", append: true))
        symlink("../ours", scratch.file("ours/link"))
        #expect(await logs(to: "ours/link/log", append: true))
    }

    @Test func `files are made and removed where their names say, or not at all`() throws {
        plantLink(to: scratch.file("ours"), at: "theirs/sub")
        let path = scratch.file("theirs/sub")
        #expect(throws: HostError.self) { try host.writeFile("\(path)/new", [1], mode: 0o644) }
        #expect(throws: HostError.self) { try host.makeDirectory("\(path)/new/deep") }
        #expect(throws: HostError.self) { try host.makeLink(to: "x", at: "\(path)/new") }
        #expect(throws: HostError.self) { try host.removeFile("\(path)/file") }
        #expect(try isPrecious)
        try host.writeFile(path, [1], mode: 0o644)
        #expect(try host.readFile(path, limit: 9) == [1])
        #expect(try isPrecious)
    }

    @Test func `whether a file system takes writes is asked without writing`() throws {
        plantLink(to: scratch.file("ours/file"), at: "theirs/.opensvc")
        #expect(host.isWritable(below: scratch.file("theirs")))
        #expect(try host.directory(scratch.file("theirs")) == [".opensvc"])
        #expect(try isPrecious)
    }
}
