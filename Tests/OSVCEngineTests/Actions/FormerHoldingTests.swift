import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// What was started is what is stopped, whatever the file says by now (decisions.md 46).
@EngineActor
struct FormerHoldingTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()
    private let log = RecordingLog()
    private let old = MountEntry(
        source: "none",
        mountPoint: "/srv/old",
        type: "tmpfs",
        device: DeviceNumber(major: 0, minor: 40)
    )

    init() {
        host.files["/proc/sys/kernel/random/boot_id"] = FakeFile("b1\n")
        host.programs = ["umount", "mount"]
    }

    private var path: String { "\(directory.path)/var/web/holds" }

    private func record(_ boot: String = "b1") {
        host.files[path] = FakeFile("boot\t\(boot)\nmount\tfs#0\t/srv/old\t0\t40\t/\ttmpfs\tnone\n")
    }

    /// The service, whose file describes the mount point `place`.
    private func service(at place: String? = "/srv/new") throws -> Service {
        var facts = Fixture.facts
        facts.root = directory.path
        let resources = place.map { place in
            [
                Fixture.resource(
                    "fs#0",
                    driver: "fs",
                    ["dev": .string("none"), "mnt": .string(place), "type": .string("tmpfs")]
                )
            ]
        }
        return try Service(
            Fixture.service(resources: resources ?? []),
            facts: facts,
            registry: .builtIn
        ).withFormers(on: host)
    }

    private func perform(_ action: Action, _ service: Service, rids: [String] = []) async -> Int32 {
        var options = ActionOptions()
        options.rids = rids.map(ResourceID.init)
        return await ServiceRunner(Site(service, host: host, log: log)).perform(action, options)
    }

    private func status(_ service: Service) async -> [String: Status] {
        let status = await Observer(Site(service, host: host, log: log)).status()
        return Dictionary(uniqueKeysWithValues: status.lines.map { ($0.id.text, $0.report.status) })
    }

    @Test func `what the file describes is no resource of its own`() async throws {
        record()
        host.mountTable = [old]
        let statuses = await status(try service(at: "/srv/old"))
        #expect(statuses["fs#0"] == .up && statuses["fs#0.started"] == nil)
    }

    @Test(arguments: ["/srv/new", nil] as [String?])
    func `a status shows what an earlier file described`(place: String?) async throws {
        record()
        host.mountTable = [old]
        let statuses = await status(try service(at: place))
        #expect(statuses["fs#0.started"] == .warn)
        #expect(statuses["fs#0"] == (place == nil ? nil : .down))
    }

    @Test(arguments: ["/srv/new", nil] as [String?])
    func `a stop takes it down, and names it`(place: String?) async throws {
        record()
        host.mountTable = [old]
        host.expect("umount /srv/old") { $0.mountTable = [] }
        #expect(await perform(.stop, try service(at: place)) == 0)
        #expect(host.mountTable.isEmpty)
        let text =
            "none on /srv/old is up since an earlier start, and not what the service file describes now"
        #expect(log.text().contains("WARNING fs#0.started \(text)"))
        #expect(host.files[path] == FakeFile(contents: Array("boot\tb1\n".utf8), mode: 0o640))
    }

    @Test func `--rid of its resource selects it`() async throws {
        record()
        host.mountTable = [old]
        host.expect("umount /srv/old") { $0.mountTable = [] }
        #expect(await perform(.stop, try service(), rids: ["fs#0"]) == 0)
        #expect(host.mountTable.isEmpty)
    }

    @Test func `a record of another boot, or of what has gone, stops nothing`() async throws {
        record("b0")
        host.mountTable = [old]
        #expect(await status(try service())["fs#0.started"] == nil)
        record()
        host.mountTable[0].source = "other"
        host.forget()
        #expect(await status(try service())["fs#0.started"] == nil)
    }

    @Test func `a start records what it mounts, and a stop what has gone`() async throws {
        let new = MountEntry(source: "none", mountPoint: "/srv/new", type: "tmpfs")
        host.files["/srv/new"] = .directory
        host.expect("mount -t tmpfs none /srv/new") { $0.mountTable = [new] }
        host.expect("umount /srv/new") { $0.mountTable = [] }
        #expect(await perform(.start, try service()) == 0)
        #expect(
            host.files[path]?.contents
                == Array("boot\tb1\nmount\tfs#0\t/srv/new\t0\t0\t/\ttmpfs\tnone\n".utf8)
        )
        #expect(await perform(.stop, try service()) == 0)
        #expect(host.files[path]?.contents == Array("boot\tb1\n".utf8))
    }

    // MARK: Other services

    private func recordOfOther() {
        host.files["\(directory.path)/var/db/holds"] = FakeFile(
            "boot\tb1\nmount\tfs#3\t/srv/new\t0\t40\t/\ttmpfs\tnone\n"
        )
        host.mountTable = [old]
        host.mountTable[0].mountPoint = "/srv/new"
    }

    @Test func `a start refuses what another service holds`() async throws {
        recordOfOther()
        #expect(await perform(.start, try service()) == 1)
        #expect(log.text().contains("ERROR fs#0 none on /srv/new is held by service db"))
    }

    @Test func `a stop leaves what another service holds`() async throws {
        recordOfOther()
        #expect(await perform(.stop, try service()) == 0)
        #expect(host.mountTable.count == 1)
        #expect(
            log.text().contains(
                "WARNING fs#0 none on /srv/new is left as it is: service db holds it"
            )
        )
    }
}
