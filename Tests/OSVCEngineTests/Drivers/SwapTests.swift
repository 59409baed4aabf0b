import OSVCEngine
import OSVCTestSupport
import Testing

@EngineActor
struct SwapTests {
    let host = FakeHost()

    private func look(_ values: [String: SettingValue] = [:]) async throws -> Observation {
        let own: [String: SettingValue] = ["dev": .string("/dev/vg/swap")]
        let settings = Fixture.settings("swap#0", own.merging(values) { $1 })
        return try await Swap(settings).look(host, for: .action)
    }

    /// The device exists, under the name that the kernel gave it.
    private func makeDevice() {
        host.links["/dev/vg/swap"] = "/dev/dm-3"
        host.files["/dev/dm-3"] = .block(254, 3)
    }

    @Test func `an unused device is down and put to use`() async throws {
        let seen = try await look(["priority": .integer(10)])
        #expect(seen.report == StatusReport(.down))
        #expect(
            seen.startSteps == [
                .require(.pathExists("/dev/vg/swap"), orFail: "device does not exist /dev/vg/swap"),
                run("swapon --priority 10 /dev/vg/swap"),
            ]
        )
        #expect(seen.stopSteps == [.note(.info, "/dev/vg/swap is already down")])
    }

    @Test func `a used device is up and taken out of use`() async throws {
        makeDevice()
        host.files["/proc/swaps"] = FakeFile("Filename Type\n/dev/dm-3 partition 1048572 0 -2\n")
        let seen = try await look()
        #expect(seen.report == StatusReport(.up))
        #expect(seen.startSteps == [.note(.info, "/dev/vg/swap is already up")])
        #expect(seen.stopSteps == [run("swapoff /dev/vg/swap")])
    }

    @Test func `what cannot be read is warn, and a stop tries`() async throws {
        host.refusals["readFile"] = .system(call: "open", subject: "/proc/swaps", errno: 13)
        let seen = try await look()
        #expect(seen.report.status == .warn && seen.report.notes.count == 1)
        #expect(seen.stopSteps == [run("swapoff /dev/vg/swap")])
    }

    @Test func `it holds its device, by the name that the kernel uses`() throws {
        let swap = try Swap(Fixture.settings("swap#0", ["dev": .string("/dev/vg/swap")]))
        #expect(try swap.devices(host) == [])
        makeDevice()
        #expect(try swap.devices(host) == ["/dev/dm-3"])
    }
}
