import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

/// `osvc trust fix` on real files. The directories above must be root's or the caller's; /tmp is not, so
/// these are laid elsewhere.
@EngineActor
@Suite(.enabled(if: getuid() == 0, "gives files away"))
struct LauncherMendTests {
    private let directory = GuardedDirectory()

    private func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    private func lay(_ name: String, owner: UInt32, mode: UInt32) {
        close(creat(path(name), 0o600))
        chown(path(name), owner, 34)
        chmod(path(name), mode)
    }

    private func state(_ name: String) -> String {
        var info = stat()
        stat(path(name), &info)
        return "\(info.st_uid) \(info.st_gid) \(String(info.st_mode & 0o7777, radix: 8))"
    }

    private func mend(_ name: String) throws -> [String] {
        var told: [String] = []
        let isMended = try LauncherMend(try LinuxHost()).mend(path(name)) { told.append($0) }
        #expect(isMended == !told.isEmpty)
        return told
    }

    @Test func `owner and write bits are put right, group and the rest stay`() throws {
        lay("a", owner: 12, mode: 0o777)
        #expect(try mend("a") == ["chown root \(path("a"))", "chmod go-w \(path("a"))"])
        #expect(state("a") == "0 34 755")
        #expect(try mend("a") == [])
        lay("b", owner: 0, mode: 0o720)
        #expect(try mend("b") == ["chmod g-w \(path("b"))"])
        #expect(state("b") == "0 34 700")
        lay("c", owner: 12, mode: 0o4755)
        #expect(try mend("c") == ["chown root \(path("c"))"])
        // The bit that let the old owner's program run as him is gone.
        #expect(state("c") == "0 34 755")
    }

    @Test func `who has the old file open writes to the old file`() throws {
        lay("a", owner: 12, mode: 0o777)
        let writer = open(path("a"), O_WRONLY)
        write(writer, "good", 4)
        #expect(try mend("a").count == 2)
        pwrite(writer, "evil", 4, 0)
        close(writer)
        #expect(try LinuxHost().readFile(path("a"), limit: 9) == Array("good".utf8))
        #expect(state("a") == "0 34 755")
    }

    @Test func `the commands told can be copied`() throws {
        lay("b", owner: 12, mode: 0o755)
        rename(path("b"), path("a b"))
        defer { unlink(path("a b")) }
        #expect(try mend("a b") == ["chown root '\(path("a b"))'"])
    }

    @Test func `of a link the file behind it is mended`() throws {
        lay("a", owner: 12, mode: 0o755)
        symlink("a", path("S10a"))
        #expect(try mend("S10a") == ["chown root \(path("a"))"])
        #expect(state("a") == "0 34 755")
    }

    @Test func `a file that others may exchange is refused, and why`() throws {
        mkdir(path("d"), 0o755)
        lay("d/a", owner: 12, mode: 0o777)
        symlink("d/a", path("S10a"))
        chown(path("d"), 12, 0)
        let owned =
            "\(path("d")) belongs to user 12 (mode 755), who could change it: chown root \(path("d"))"
        #expect(throws: LauncherMend.Refusal.foreignDirectory(path("S10a"), owned)) {
            try mend("S10a")
        }
        chown(path("d"), 0, 0)
        chmod(path("d"), 0o1777)
        let open =
            "\(path("d")) may be written by others (owner 0, mode 1777): chmod go-w \(path("d"))"
        #expect(throws: LauncherMend.Refusal.foreignDirectory(path("d/a"), open)) {
            try mend("d/a")
        }
        #expect(state("d/a") == "12 34 777")
    }

    @Test func `what is no launcher is refused`() throws {
        #expect(throws: LauncherMend.Refusal.missing(path("a"))) { try mend("a") }
        symlink("nowhere", path("l"))
        #expect(throws: LauncherMend.Refusal.missing(path("l"))) { try mend("l") }
        mkdir(path("d"), 0o777)
        #expect(throws: LauncherMend.Refusal.isDirectory(path("d"))) { try mend("d") }
        mkfifo(path("p"), 0o666)
        #expect(throws: LauncherMend.Refusal.notRegular(path("p"))) { try mend("p") }
    }
}

/// A directory that nobody else may write, all the way up.
private final class GuardedDirectory: Sendable {
    let path: String

    init() {
        var name = Array("/var/lib/osvc-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { preconditionFailure("mkdtemp: errno \(errno)") }
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit {
        for name in ["d/a", "d", "a", "b", "c", "l", "p", "S10a"]
        where unlink("\(path)/\(name)") != 0 {
            rmdir("\(path)/\(name)")
        }
        rmdir(path)
    }
}
