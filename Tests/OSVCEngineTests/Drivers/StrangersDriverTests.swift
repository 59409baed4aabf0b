internal import Glibc
import OSVCEngine
import OSVCTestSupport
import Testing

/// What `docs/adding-a-driver.md` promises: one file (`Swap.swift` beside this one), one line.
@EngineActor
struct StrangersDriverTests {
    let host = FakeHost()
    let registry = DriverRegistry(DriverRegistry.builtIn.drivers + [Swap.self])

    func service(_ values: KeyValuePairs<String, SettingValue>) throws -> Service {
        let definition = Fixture.service(
            resources: [Fixture.resource("swap#0", driver: "disk.swap", values)])
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

    @Test func `a service with the new resource is loaded, looked at and started`() async throws {
        let service = try service(["dev": .string("/dev/vg/swap"), "priority": .integer(10)])
        let swap = try #require(service.resource(ResourceID("swap#0")))
        #expect(swap.label == "/dev/vg/swap")
        let seen = await swap.look(host, for: .action)
        #expect(seen.report == StatusReport(.down))
        #expect(
            seen.startSteps == [
                .require(.pathExists("/dev/vg/swap"), orFail: "device does not exist /dev/vg/swap"),
                run("swapon --priority 10 /dev/vg/swap"),
            ]
        )
        #expect(seen.stopSteps == [.note(.info, "/dev/vg/swap is already down")])
    }

    @Test func `what the kernel uses is up`() async throws {
        host.links["/dev/vg/swap"] = "/dev/dm-3"
        host.files["/dev/dm-3"] = .block(254, 3)
        host.files["/proc/swaps"] = FakeFile(
            """
            Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
            /dev/dm-3                               partition\t1048572\t\t0\t\t-2

            """
        )
        let swap = try #require(
            try service(["dev": .string("/dev/vg/swap")]).resource(ResourceID("swap#0"))
        )
        let seen = await swap.look(host, for: .action)
        #expect(seen.report == StatusReport(.up))
        #expect(seen.startSteps == [.note(.info, "/dev/vg/swap is already up")])
        #expect(seen.stopSteps == [run("swapoff /dev/vg/swap")])
    }

    @Test func `a required keyword that is missing is refused with its name`() {
        let error = #expect(throws: ConfigurationError.self) { try service([:]) }
        #expect(error?.message == "swap#0: field 'dev' is required")
    }

    @Test func `the page shows the file as it is`() throws {
        let folder = "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/")
        let code = try read("\(folder)/Swap.swift").split(separator: "\n\n", maxSplits: 1)
        let page = try read("\(folder)/../../../docs/adding-a-driver.md")
        let body = try #require(code.last)
        #expect(page.contains("```swift\n\(body)```\n"))
    }

    func read(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"), "\(path)")
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var byte = getc(file)
        while byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
            byte = getc(file)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
