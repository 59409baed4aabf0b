import OSVCEngine
import OSVCTestSupport
import Testing

/// Whose an address is that is on the interface, and what happens to the others (decisions.md 44 and 46).
@EngineActor
struct AddressOwnershipTests {
    private let host = FakeHost()
    private static let own = "192.0.2.1"

    init() throws {
        host.programs = ["ip"]
        host.files["/proc/sys/kernel/random/boot_id"] = FakeFile("b1\n")
        host.networkInterfaces = [NetworkInterface(name: "eth0", isUp: true)]
        try add(Self.own)
    }

    private func add(_ text: String, label: String? = "eth0", isSecondary: Bool = false) throws {
        let address = NetworkInterface.Address(
            try #require(IPAddress(text)),
            prefixLength: 24,
            label: label,
            isSecondary: isSecondary
        )
        host.networkInterfaces[0].addresses.append(address)
    }

    private func record(_ lines: String, boot: String = "b1") {
        host.files["\(Fixture.facts.root)/var/web/holds"] = FakeFile("boot\t\(boot)\n\(lines)")
    }

    private func look(_ name: String = own) async throws -> Observation {
        let values: [String: SettingValue] = ["ipname": .string(name), "ipdev": .string("eth0")]
        return try await ServiceAddress(Fixture.settings("ip#0", values)).look(host, for: .action)
    }

    private let refusal = Step.fail(
        "192.0.2.1 is on eth0 already, and this service did not bring it up: a stop would take it from the node"
    )

    @Test func `the node's own address is not started`() async throws {
        let seen = try await look()
        #expect(seen.startSteps == [refusal])
        #expect(
            seen.report
                == StatusReport(.up, verboseNotes: ["192.0.2.1 was on eth0 before the service"])
        )
        #expect(seen.holdings.isEmpty)
    }

    @Test func `a stop leaves what the record does not name`() async throws {
        record("")
        let text = "192.0.2.1 is left on eth0: this service did not bring it up"
        #expect(try await look().stopSteps == [.note(.warning, text)])
    }

    @Test func `without a record a stop fails and names the command`() async throws {
        let steps = try await look().stopSteps
        #expect(
            steps == [
                .fail(
                    "192.0.2.1 is on eth0, and no record tells who brought it up: if it was this"
                        + " service, ip addr del 192.0.2.1/24 dev eth0"
                )
            ]
        )
    }

    @Test func `a recorded address is the service's`() async throws {
        record("address\tip#0\teth0\t192.0.2.1\t24\n")
        let seen = try await look()
        #expect(seen.report == StatusReport(.up))
        #expect(seen.stopSteps.first == run("ip addr del 192.0.2.1/24 dev eth0"))
    }

    @Test(arguments: [
        "address\tip#0\teth1\t192.0.2.1\t24\n", "address\tip#0\teth0\t192.0.2.2\t24\n",
    ])
    func `a record of another address does not make it one`(line: String) async throws {
        record(line)
        #expect(try await look().startSteps == [refusal])
    }

    @Test func `a record of another boot names nothing`() async throws {
        record("address\tip#0\teth0\t192.0.2.1\t24\n", boot: "b0")
        #expect(try await look().startSteps == [refusal])
    }

    @Test func `a record that others may write is none`() async throws {
        record("address\tip#0\teth0\t192.0.2.1\t24\n")
        host.files["\(Fixture.facts.root)/var/web/holds"]?.info.mode = 0o666
        #expect(try await look().startSteps == [refusal])
    }

    @Test func `what is about to be added is claimed`() async throws {
        let address = try #require(IPAddress("192.0.2.60"))
        let seen = try await look("192.0.2.60")
        #expect(
            seen.claimedHoldings == [.address(address, prefixLength: 24, device: "eth0")]
        )
    }

    @Test func `a name that no longer resolves does not keep a stop from success`() async throws {
        record("address\tip#0\teth0\t192.0.2.60\t24\n")
        let text = "could not resolve web to an ip address: the recorded address is taken down"
        #expect(try await look("web").stopSteps == [.note(.warning, text)])
        record("")
        let none = "could not resolve web to an ip address: no address was started"
        #expect(try await look("web").stopSteps == [.note(.warning, none)])
    }

    // MARK: The others of the network

    private func primary(writable: Bool, promotes: Bool = false) async throws -> [Step] {
        host.networkInterfaces[0].addresses = []
        try add("192.0.2.60", label: "eth0:1")
        try add("192.0.2.61", label: "eth0:2", isSecondary: true)
        let setting = "/proc/sys/net/ipv4/conf/eth0/promote_secondaries"
        host.files[setting] = FakeFile(promotes ? "1\n" : "0\n")
        host.programs.insert("sysctl")
        if !writable { host.readOnly = [setting] }
        return Array(try await look("192.0.2.60").stopSteps.prefix(4))
    }

    private let removal = run("ip addr del 192.0.2.60/24 dev eth0")
    private let keeping = Step.note(
        .warning,
        "192.0.2.60 is the primary address of its network on eth0: keeping 192.0.2.61"
    )

    @Test func `the kernel keeps the others meanwhile`() async throws {
        let set = "sysctl -q -w net/ipv4/conf/eth0/promote_secondaries="
        #expect(
            try await primary(writable: true) == [keeping, run(set + "1"), removal, run(set + "0")]
        )
    }

    @Test func `or they are added again`() async throws {
        let added = run("ip addr add 192.0.2.61/24 dev eth0 label eth0:2")
        #expect(try await primary(writable: false).prefix(3) == [keeping, removal, added])
    }

    @Test func `or it promotes them by itself`() async throws {
        #expect(try await primary(writable: true, promotes: true).first == removal)
    }

    @Test func `an address that another machine has is warn, and does not start`() async throws {
        try add("2001:db8::1", label: nil)
        host.networkInterfaces[0].addresses[1].isDuplicate = true
        record("address\tip#0\teth0\t2001:db8::1\t24\n")
        let seen = try await look("2001:db8::1")
        let text = "another machine has 2001:db8::1: the kernel does not use it (dadfailed)"
        #expect(seen.report == StatusReport(.warn, notes: [text]))
        #expect(seen.startSteps == [.fail(text)])
    }
}
