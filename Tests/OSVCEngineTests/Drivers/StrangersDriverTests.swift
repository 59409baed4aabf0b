import OSVCEngine
import OSVCTestSupport
import Testing

/// What `docs/adding-a-driver.md` promises: with one file (`Swap.swift` beside this one) and one line, all of
/// osvc knows the new kind of resource.
@EngineActor
struct StrangersDriverTests {
    let host = FakeHost()
    let registry = DriverRegistry(DriverRegistry.builtIn.drivers + [Swap.self])

    private let swap = Fixture.resource(
        "swap#0",
        driver: "disk.swap",
        ["dev": .string("/dev/vg/swap")]
    )

    func service(_ resources: [ResourceDefinition]) throws -> Service {
        let definition = Fixture.service(resources: resources)
        return try Service(definition, facts: Fixture.facts, registry: registry)
    }

    @Test func `the word is known, in its place`() throws {
        #expect(registry.driver(section: "swap")?.id == DriverID("disk.swap"))
        #expect(registry.sections.filter { $0 != "swap" } == DriverRegistry.builtIn.sections)
        let orders = registry.drivers.map { ($0.section, $0.startOrder) }
        let place = try #require(orders.firstIndex { $0.0 == "swap" })
        #expect(orders[..<place].allSatisfy { $0.1 <= Swap.startOrder })
        #expect(orders[place...].allSatisfy { $0.1 >= Swap.startOrder })
    }

    @Test func `its status is shown in its place`() async throws {
        let resources = [
            Fixture.resource(
                "fs#0",
                driver: "fs",
                ["dev": .string("/dev/a"), "mnt": .string("/a")]
            ),
            swap, Fixture.resource("vg#0", driver: "disk.vg", ["vgname": .string("data")]),
        ]
        let status = await Observer(
            Site(try service(resources), host: host, log: RecordingLog())
        ).status()
        #expect(status.lines.prefix(3).map(\.id.text) == ["vg#0", "swap#0", "fs#0"])
        #expect(status.lines[1].label == "/dev/vg/swap")
        #expect(status.groups[.disk] == .down)
    }

    @Test func `a device that a resource of another kind has, too, is found`() throws {
        let fs = Fixture.resource(
            "fs#0",
            driver: "fs",
            ["dev": .string("/dev/vg/swap"), "mnt": .string("/a"), "type": .string("ext4")]
        )
        let found = try CrossChecks.findings(
            in: Fixture.service(resources: [fs, swap]),
            on: "n1",
            registry: registry
        )
        let text = "swap#0: device /dev/vg/swap is already that of fs#0 (web.lua:1)"
        #expect(found.map(\.message) == [text])
    }

    @Test func `its device is among those of the service`() throws {
        host.files["/dev/vg/swap"] = .block(8, 1)
        host.files["/sys/devices/block/sda1"] = .directory
        host.links["/sys/dev/block/8:1"] = "/sys/devices/block/sda1"
        #expect(try DeviceLists(try service([swap]), host: host).devices() == ["/dev/sda1"])
    }

    @Test func `a required keyword that is missing is refused with its name`() {
        let empty = Fixture.resource("swap#0", driver: "disk.swap")
        let error = #expect(throws: ConfigurationError.self) { try service([empty]) }
        #expect(error?.message == "swap#0: field 'dev' is required")
    }

    /// `dev` of a file system may be any word, `dev` of a swap is a path.
    @Test func `what DEFAULT says for one driver need not suit the new one`() throws {
        let words = try #require(EnvWording(section: "DEFAULT", type: nil, registry: registry))
        #expect(words.fault(of: "dev", value: "none") == nil)
        #expect(words.fault(of: "priority", value: "1") == nil)
        #expect(words.fault(of: "priority", value: "high") != nil)
    }
}
