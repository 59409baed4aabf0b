import OSVCTestSupport
import Testing

@testable import OSVCEngine

@EngineActor
struct DaemonTests {
    let host = FakeHost()
    let pidFile = "/opt/opensvc/var/web/httpd.pid"

    func find(pidFile: String? = nil) throws -> Int32? {
        let daemon = Launcher.Daemon(command: ["/srv/httpd", "-D"], pidFile: pidFile)
        let launcher = Fixture.launcher("httpd", [:], daemon: daemon)
        return try DaemonFinder(service: Fixture.facts, launcher: launcher).find(host)?.pid
    }

    @Test func `a record is read as it was written`() {
        let record = DaemonRecord(pid: 42, startTime: 777)
        #expect(DaemonRecord(record.text) == record)
        #expect(DaemonRecord("42\n") == DaemonRecord(pid: 42, startTime: nil))
        #expect(DaemonRecord("") == nil)
    }

    @Test func `a pid that another process got since is not the daemon`() throws {
        host.files[pidFile] = FakeFile("42 777\n")
        host.processTable = [
            ProcessEntry(pid: 42, executable: "/srv/httpd", arguments: ["x"], startTime: 778)
        ]
        #expect(try find() == nil)
        host.processTable[0].startTime = 777
        #expect(try find() == 42)
    }

    @Test func `a daemon that became another program is known by its start`() throws {
        host.files[pidFile] = FakeFile("42 777\n")
        host.processTable = [
            ProcessEntry(pid: 42, executable: "/usr/bin/java", arguments: ["java"], startTime: 777)
        ]
        #expect(try find() == 42)
    }

    @Test func `in a daemon's own pid file the program must be its own`() throws {
        host.files["/run/httpd.pid"] = FakeFile("42")
        host.processTable = [ProcessEntry(pid: 42, executable: "/bin/cat", arguments: ["cat"])]
        #expect(try find(pidFile: "/run/httpd.pid") == nil)
        host.processTable[0].executable = "/srv/httpd"
        #expect(try find(pidFile: "/run/httpd.pid") == 42)
    }

    @Test func `where osvc's record is lost the daemon is found by its marks`() throws {
        host.processTable = [
            ProcessEntry(
                pid: 48,
                arguments: ["x"],
                environment: ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=httpd"]
            )
        ]
        #expect(try find() == 48)
    }

    @Test func `a start cut off before its pid was noted is found by its marks, the oldest first`()
        throws
    {
        host.files["/opt/opensvc/var/web/httpd.pid"] = FakeFile("starting\n")
        let marks = ["OPENSVC_SVCNAME=web", "OPENSVC_LAUNCHER=httpd"]
        host.processTable = [
            ProcessEntry(pid: 50, arguments: ["x"], environment: marks, startTime: 900),
            ProcessEntry(pid: 48, arguments: ["x"], environment: marks, startTime: 800),
            ProcessEntry(
                pid: 40,
                arguments: ["x"],
                environment: ["OPENSVC_SVCNAME=web"],
                startTime: 1
            ),
        ]
        #expect(try find() == 48)
    }
}
