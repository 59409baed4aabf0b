import Glibc
import OSVCEngine
import Testing

/// A file that osvc writes only where nothing is, such as a pid file that the daemon may write at the same moment.
@EngineActor
struct NewFileTests {
    @Test func `a file is created, and one that is there is left as it is`() throws {
        let host = try LinuxHost()
        let scratch = try Scratch()
        let path = scratch.file("web.pid")
        try host.createBriefFile(path, Array("41\n".utf8), mode: 0o644)
        #expect(try host.readFile(path, limit: 16) == Array("41\n".utf8))
        #expect(throws: HostError.system(call: "link", subject: path, errno: EEXIST)) {
            try host.createBriefFile(path, Array("42\n".utf8), mode: 0o644)
        }
        #expect(try host.readFile(path, limit: 16) == Array("41\n".utf8))
        #expect(try host.directory(scratch.path) == ["web.pid"])
    }

    @Test func `a link to nothing is something`() throws {
        let host = try LinuxHost()
        let scratch = try Scratch()
        let path = scratch.file("web.pid")
        try #require(symlink("/nonexistent", path) == 0)
        #expect(throws: HostError.self) {
            try host.createBriefFile(path, Array("42\n".utf8), mode: 0o644)
        }
        #expect(try host.readLink(path) == "/nonexistent")
    }
}
