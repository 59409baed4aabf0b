import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct HeartbeatOpenHATests {
    let host = FakeHost()
    let base = "/usr/local/cluster"
    let notRunning = StatusReport(.warn, notes: ["open-ha daemons are not running"])

    func heartbeat(_ values: [String: SettingValue] = ["type": .string("OpenHA")]) throws
        -> HeartbeatOpenHA
    {
        try HeartbeatOpenHA(Fixture.settings("hb#0", values))
    }

    func report() async throws -> StatusReport {
        try await heartbeat().look(host, for: .status).report
    }

    func install() {
        host.files["\(base)/bin/service"] = FakeFile()
        host.files["\(base)/conf/monitor"] = FakeFile(
            """
            n1 net eth0 239.131.50.10 1234 10
            n2 net eth0 239.131.50.10 4321 10
            n1 dio /dev/x 0 10
            #n3 net eth0 239.131.50.10 4321 10

            """
        )
        let lines = [
            "bin/heartd eth0 239.131.50.10 1234", "bin/heartc eth0 239.131.50.10 4321 10",
            "bin/heartd_dio /dev/x 0", "bin/nmond -l 5",
        ]
        host.processTable = lines.enumerated().map { index, line in
            ProcessEntry(
                pid: Int32(index + 10),
                arguments: "\(base)/\(line)".split(separator: " ").map(String.init)
            )
        }
        host.files["\(base)/services/web/STATE.n1"] = FakeFile("2")
    }

    @Test func `without the software its daemons are not running`() async throws {
        #expect(try await report() == notRunning)
    }

    @Test func `without a configuration its daemons are not running`() async throws {
        install()
        host.files["\(base)/conf/monitor"] = nil
        #expect(try await report() == notRunning)
    }

    @Test func `a process of another user is none of its daemons`() async throws {
        install()
        host.processTable[3].user = 65534
        #expect(try await report() == notRunning)
    }

    @Test(arguments: 0..<4)
    func `one daemon missing is enough`(missing: Int) async throws {
        install()
        host.processTable.remove(at: missing)
        #expect(try await report() == notRunning)
    }

    /// The state file's contents and what they mean.
    @Test(
        arguments: [
            ("2", .up, nil),
            ("0", .down, nil),
            ("1", .warn, "cluster service status is stopping"),
            ("3", .warn, "cluster service status is starting"),
            ("4", .warn, "cluster service status is start_failed"),
            ("5", .warn, "cluster service status is stop_failed"),
            ("6", .warn, "cluster service status is frozen_stop"),
            ("7", .warn, "cluster service status is start_ready"),
            ("8", .warn, "unable to determine cluster service state"),
            ("9", .warn, "cluster service status is force_stop"),
            ("", .warn, "unable to determine cluster service state"),
            (nil, .warn, "unable to determine cluster service state"),
        ] as [(String?, Status, String?)]
    )
    func `the state file says the rest`(
        contents: String?,
        status: Status,
        note: String?
    ) async throws {
        install()
        host.files["\(base)/services/web/STATE.n1"] = contents.map { FakeFile($0) }
        #expect(try await report() == StatusReport(status, notes: note.map { [$0] } ?? []))
    }

    @Test func `the name there may be another`() async throws {
        install()
        host.files["\(base)/services/p26/STATE.n1"] = FakeFile("0")
        let values: [String: SettingValue] = ["type": .string("openha"), "name": .string("p26")]
        #expect(try await heartbeat(values).look(host, for: .status).report.status == .down)
    }

    @Test func `there is nothing to start or stop`() async throws {
        install()
        let seen = try await heartbeat().look(host, for: .action)
        #expect(seen.startSteps == [] && seen.stopSteps == [])
    }

    @Test(arguments: ["LinuxHA", "rhcs", "Pacemaker"])
    func `other cluster software is refused by name`(type: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try heartbeat(["type": .string(type)])
        }
        #expect(error?.message.contains(type) == true)
    }
}
