import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct LoopFileTests {
    let host = FakeHost()

    func loop(_ file: String = "/srv/web.img") throws -> LoopFile {
        try LoopFile(Fixture.settings("loop#0", ["file": .string(file)]))
    }

    func detach(_ name: String, from file: String = "/srv/web.img") -> [Step] {
        [
            .run(Command(["losetup", "-d", "/dev/\(name)"])),
            .waitUntil(
                .loopDetached("/dev/\(name)", file: file),
                every: .milliseconds(100),
                limit: .seconds(5),
                orFail:
                    "/dev/\(name) is still in use: findmnt /dev/\(name), or lsof /dev/\(name), tells by what"
            ),
        ]
    }

    @Test func `a file without a loop device is down and bound by losetup`() async throws {
        host.files["/srv/web.img"] = FakeFile()
        host.loops = [LoopDevice(path: "/dev/loop0", file: "/srv/other.img")]
        let seen = try await loop().look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        #expect(
            seen.startSteps == [
                .run(Command(["losetup", "-f", "/srv/web.img"])),
                .tellLoop(file: "/srv/web.img"),
            ]
        )
        #expect(seen.stopSteps == [.note(.info, "/srv/web.img is already down")])
    }

    @Test func `a bound file is up, and stop detaches every device`() async throws {
        host.files["/srv/web.img"] = FakeFile()
        host.loops = [
            LoopDevice(path: "/dev/loop3", file: "/srv/web.img"),
            LoopDevice(path: "/dev/loop4", file: "/srv/web.img"),
        ]
        let seen = try await loop().look(host, for: .action)
        #expect(seen.report == StatusReport(.up))
        #expect(seen.startSteps == [.note(.info, "/srv/web.img is already up")])
        #expect(seen.stopSteps == detach("loop3") + detach("loop4"))
    }

    @Test func `a file is known by any path to it`() async throws {
        host.files["/data/web.img"] = FakeFile()
        host.links["/srv/web.img"] = "/data/web.img"
        host.loops = [LoopDevice(path: "/dev/loop0", file: "/data/web.img")]
        #expect(try await loop().look(host, for: .status).report.status == .up)
    }

    @Test func `a file that is gone while bound is still up`() async throws {
        host.loops = [LoopDevice(path: "/dev/loop0", file: "/srv/web.img (deleted)")]
        #expect(try await loop().look(host, for: .status).report.status == .up)
        host.files["/srv/web.img"] = FakeFile()
        #expect(try await loop().look(host, for: .status).report.status == .down)
    }

    @Test func `devices that cannot be listed are warn`() async throws {
        let error = HostError.system(call: "open", subject: "/sys/block", errno: 13)
        host.refusals["loopDevices"] = error
        let seen = try await loop().look(host, for: .action)
        #expect(seen.report == StatusReport(.warn, notes: [error.description]))
        #expect(seen.startSteps == [.fail(error.description)])
        #expect(seen.stopSteps == [.fail(error.description)])
    }
}
