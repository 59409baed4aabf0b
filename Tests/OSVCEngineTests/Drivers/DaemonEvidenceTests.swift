import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

/// Which process counts as a daemon, whoever says so.
@EngineActor
struct DaemonEvidenceTests {
    private let host = FakeHost()
    private let record = "/opt/opensvc/var/web/httpd.pid"
    private let own = "/run/httpd.pid"
    private let marks = ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=httpd"]

    private func find(pidFile: String? = nil, user: String? = nil) throws -> Int32? {
        let daemon = Launcher.Daemon(command: ["/srv/httpd", "-D"], pidFile: pidFile)
        var launcher = Fixture.launcher("httpd", [:], daemon: daemon)
        launcher.user = user
        return try DaemonFinder(service: Fixture.facts, launcher: launcher).find(host)?.pid
    }

    private func httpd(_ pid: Int32 = 42, user: UInt32 = 0, marks: [String] = []) -> ProcessEntry {
        ProcessEntry(
            pid: pid,
            user: user,
            executable: "/srv/httpd",
            arguments: ["/srv/httpd", "-D"],
            environment: marks,
            startTime: 777
        )
    }

    // MARK: A pid file of the daemon's own

    @Test func `a start time in a daemon's own pid file proves nothing`() throws {
        host.files[own] = FakeFile("42 777\n")
        host.processTable = [
            ProcessEntry(
                pid: 42,
                executable: "/bin/cat",
                arguments: ["cat", "/x"],
                startTime: 777
            )
        ]
        #expect(try find(pidFile: own) == nil)
        host.processTable = [httpd()]
        #expect(try find(pidFile: own) == 42)
    }

    @Test(arguments: [(0, nil), (34, nil), (33, 42)] as [(UInt32, Int32?)])
    func `it names no process of another user`(user: UInt32, found: Int32?) throws {
        host.files["/etc/passwd"] = FakeFile("www:x:33:33::/:/bin/sh\n")
        host.files[own] = FakeFile("42\n")
        host.processTable = [httpd(user: user, marks: marks)]
        #expect(try find(pidFile: own, user: "www") == found)
    }

    @Test(
        arguments: [(33, 0o644, 42), (0, 0o644, nil), (33, 0o666, nil)]
            as [(UInt32, UInt32, Int32?)]
    )
    func `where the daemon changes its user, it names one of who writes it`(
        owner: UInt32,
        mode: UInt32,
        found: Int32?
    ) throws {
        host.files[own] = FakeFile(
            info: FileInfo(kind: .file, owner: owner, mode: mode),
            contents: Array("42\n".utf8)
        )
        host.processTable = [httpd(user: 33)]
        #expect(try find(pidFile: own) == found)
    }

    @Test func `it names neither init nor osvc nor who started osvc`() throws {
        let pid = getpid()
        host.processTable = [httpd(1), httpd(60), httpd(pid)]
        host.processTable[2].parent = 60
        for named in [1, 60, pid] {
            host.files[own] = FakeFile("\(named)\n")
            #expect(try find(pidFile: own) == nil)
        }
    }

    @Test func `it names no daemon of another service`() throws {
        host.files[own] = FakeFile("42\n")
        host.processTable = [httpd(marks: ["OPENSVC_SVCNAME=mail", "OPENSVC_LAUNCHER=httpd"])]
        #expect(try find(pidFile: own) == nil)
        // A program of its launcher directory has no launcher's mark.
        host.processTable = [httpd(marks: ["OPENSVC_SVCNAME=mail"])]
        #expect(try find(pidFile: own) == nil)
        host.processTable = [httpd()]
        host.files["/opt/opensvc/var/mail/d.pid"] = FakeFile("42 777\n")
        #expect(try find(pidFile: own) == nil)
        // Of an earlier process with that pid.
        host.files["/opt/opensvc/var/mail/d.pid"] = FakeFile("42 776\n")
        #expect(try find(pidFile: own) == 42)
    }

    @Test(
        arguments: [
            (["/srv/httpd", "-D"], 42), (["/bin/sh", "/srv/httpd", "-D"], 42),
            (["httpd: master process"], 42), (["/srv/httpd", "-X"], nil), (["httpd"], nil),
            (["-httpd"], nil), (["/srv/httpd", "-D", "-X"], nil),
        ] as [([String], Int32?)]
    )
    func `its process runs the daemon's command`(arguments: [String], found: Int32?) throws {
        host.files[own] = FakeFile("42\n")
        host.processTable = [httpd()]
        host.processTable[0].arguments = arguments
        #expect(try find(pidFile: own) == found)
    }

    @Test func `what ran before the recorded process is not its successor`() throws {
        host.files[own] = FakeFile("42\n")
        host.files[record] = FakeFile("41 778\n")
        host.processTable = [httpd()]
        #expect(try find(pidFile: own) == nil)
        host.processTable[0].startTime = 779
        host.processTable[0].session = 41
        #expect(try find(pidFile: own) == 42)
    }

    /// What osvc's record holds, and whether an unmarked and a marked process of the command are the daemon.
    @Test(
        arguments: [
            (nil, true, true), ("starting\n", true, true), ("stopped\n", false, true),
            ("41 700\n", false, true), ("1 700\n", true, true),
        ] as [(String?, Bool, Bool)]
    )
    func `it makes no process the daemon against osvc's own record`(
        contents: String?,
        unmarked: Bool,
        marked: Bool
    ) throws {
        host.files[own] = FakeFile("42\n")
        host.files[record] = contents.map { FakeFile($0) }
        host.processTable = [httpd()]
        #expect(try find(pidFile: own) == (unmarked ? 42 : nil))
        host.processTable = [httpd(marks: marks)]
        #expect(try find(pidFile: own) == (marked ? 42 : nil))
    }

    @Test func `osvc's own record goes before the daemon's pid file`() throws {
        host.files[own] = FakeFile("42\n")
        host.files[record] = FakeFile("43 700\n")
        // Just executed: nothing is known of it but its start.
        host.processTable = [httpd(), ProcessEntry(pid: 43, startTime: 700)]
        #expect(try find(pidFile: own) == 43)
    }

    // MARK: Marks

    @Test func `marks do not make a recorded daemon that is dead up`() throws {
        host.files[record] = FakeFile("41 700\n")
        host.processTable = [httpd(marks: marks)]
        #expect(try find() == nil)
    }

    @Test(arguments: [nil, "starting\n"])
    func `marks count for processes of the right user`(contents: String?) throws {
        host.files[record] = contents.map { FakeFile($0) }
        host.processTable = [httpd(user: 33, marks: marks)]
        #expect(try find() == nil)
        #expect(try find(user: "33") == 42)
    }

    @Test func `a start that was cut off knows by its origin who changed the user`() throws {
        host.files[record] = FakeFile("starting 812-2n9c\n")
        host.processTable = [httpd(user: 33, marks: marks + ["OSVC_CALL=812-2n9c-4"])]
        #expect(try find() == 42)
        host.processTable = [httpd(user: 33, marks: marks + ["OSVC_CALL=812-2n9d-4"])]
        #expect(try find() == nil)
    }

    @Test func `a user that does not exist is an error, not a daemon that is down`() throws {
        host.processTable = [httpd(marks: marks)]
        #expect(throws: HostError.unknownUser("nosuch")) { try find(user: "nosuch") }
    }
}
